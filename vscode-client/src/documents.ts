import * as vscode from 'vscode';
import type { LanguageClient, Middleware } from 'vscode-languageclient/node';
import { mayHaveBlank } from './blanks.ts';
import { setting } from './settings.ts';

/** Log output is no text that anybody wrote. */
const UNSUITABLE = 'output';

/** The open document at an address, or the file there. */
export const documentAt = async (uri: vscode.Uri): Promise<vscode.TextDocument> =>
  vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString()) ??
  vscode.workspace.openTextDocument(uri);

/** Whether blanks are looked for in a document. */
export const isChosen = ({ languageId, uri }: vscode.TextDocument) =>
  uri.scheme !== UNSUITABLE && setting('languages').includes(languageId);

/** Whether a part of a document may have a blank that gets words. */
export const wantsWords = (document: vscode.TextDocument, part?: vscode.Range) =>
  setting('inlineHints') && isChosen(document) && mayHaveBlank(document.getText(part), document.languageId);

/**
 * The documents that the server knows: those of the chosen languages, and any other once a command is about it. Others
 * are not sent to it.
 */
export class Documents {
  readonly #asked = new Set<string>();

  /** Sends a document to the server, if it does not know it. */
  async open(client: LanguageClient, document: vscode.TextDocument): Promise<void> {
    if (!this.#isKnown(document)) {
      this.#asked.add(document.uri.toString());
      await client.getFeature('textDocument/didOpen').getProvider(document)?.send(document);
    }
  }

  /** A new server knows none of them; those that were asked about are sent when it starts. */
  readonly middleware: Middleware = {
    didOpen: async (document, next) => (this.#isKnown(document) ? next(document) : undefined),
    didChange: async (event, next) => (this.#isKnown(event.document) ? next(event) : undefined),
    didClose: async (document, next) => {
      if (this.#isKnown(document)) {
        this.#asked.delete(document.uri.toString());
        await next(document);
      }
    },
    provideCodeActions: (document, range, context, token, next) =>
      this.#isKnown(document) ? next(document, range, context, token) : undefined,
  };

  #isKnown(document: vscode.TextDocument): boolean {
    return isChosen(document) || this.#asked.has(document.uri.toString());
  }
}
