import type * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { InspectParams, InspectResult } from './messages.ts';
import { edited, touches, type Span } from './ranges.ts';

/** The visualized part of a document, two parts for a pair, which moves with edits. */
export class Selected {
  readonly uri: vscode.Uri;
  #spans: readonly Span[];
  /** What was really inspected: the paragraph around a cursor. */
  #inspected: readonly Span[];

  constructor(uri: vscode.Uri, spans: readonly Span[]) {
    this.uri = uri;
    this.#spans = this.#inspected = spans;
  }

  /** As selected; empty at a cursor. */
  get spans(): readonly Span[] {
    return this.#spans;
  }

  isIn({ uri }: vscode.TextDocument): boolean {
    return uri.toString() === this.uri.toString();
  }

  /** What the server is asked for. */
  params(client: LanguageClient, document: vscode.TextDocument, view: string | undefined): InspectParams {
    const textDocument = { uri: client.code2ProtocolConverter.asUri(this.uri) };
    const [place, pair] = this.#spans.map(({ start, end }) => ({
      textDocument,
      range: { start: document.positionAt(start), end: document.positionAt(end) },
    }));
    return { ...place!, ...(pair && { pair }), ...(view && { view }) };
  }

  /** Notes what was inspected of a document that was not edited since. */
  inspected(client: LanguageClient, document: vscode.TextDocument, { ranges }: InspectResult): void {
    this.#inspected = ranges.map(({ start, end }) => ({
      start: document.offsetAt(client.protocol2CodeConverter.asPosition(start)),
      end: document.offsetAt(client.protocol2CodeConverter.asPosition(end)),
    }));
  }

  /** Moves with edits of the document; returns whether they changed what was inspected. */
  edited(changes: readonly vscode.TextDocumentContentChangeEvent[]): boolean {
    let changed = false;
    for (const { rangeOffset, rangeLength, text } of changes) {
      const change = { offset: rangeOffset, length: rangeLength, text };
      changed ||= this.#inspected.some((span) => touches(span, change));
      this.#spans = this.#spans.map((span) => edited(span, change));
      this.#inspected = this.#inspected.map((span) => edited(span, change));
    }
    return changed;
  }
}
