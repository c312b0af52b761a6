import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { EFFECTS, type Highlight } from './messages.ts';

/**
 * How a share of the largest weight is drawn, from the weakest: a line below the word, the thicker the stronger, and a
 * box around the strongest. The text and what is behind it keep their colours, so that it stays as readable as it was.
 */
const STEPS = ['0 0 1px', '0 0 2px', '0 0 3px', '1px 1px 4px'] as const;
const STRONGEST = STEPS.length - 1;

/** The step of a share, −1 to 1. */
export const stepOf = (share: number) =>
  Math.max(0, Math.min(STRONGEST, Math.ceil(Math.abs(share) * STEPS.length) - 1));

const steps = (color: string) =>
  STEPS.map((borderWidth, step) =>
    vscode.window.createTextEditorDecorationType({
      borderColor: new vscode.ThemeColor(color),
      borderStyle: 'solid',
      borderWidth,
      borderRadius: step === STRONGEST ? '3px' : '0',
      ...(step === STRONGEST && {
        overviewRulerColor: new vscode.ThemeColor(color),
        overviewRulerLane: vscode.OverviewRulerLane.Center,
      }),
    }),
  );

/**
 * Highlights words in the editor: the more attention they receive, the stronger; or in one colour what speaks for a word,
 * and in another what speaks for the other one.
 */
export class Highlights implements vscode.Disposable {
  readonly #attention = steps('headlight.attention');
  readonly #effect = steps('headlight.effectFor');

  show(client: LanguageClient, { uri, version, kind, spans }: Highlight): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const current = document.uri.toString() === client.protocol2CodeConverter.asUri(uri).toString();
      if (!current || (document.version !== version && spans.length > 0)) {
        continue;
      }
      const ranges = new Map(this.#types().map((type) => [type, [] as vscode.Range[]]));
      for (const { range, share } of spans) {
        const types = kind === EFFECTS && share > 0 ? this.#effect : this.#attention;
        ranges.get(types[stepOf(share)]!)!.push(client.protocol2CodeConverter.asRange(range));
      }
      ranges.forEach((some, type) => editor.setDecorations(type, some));
    }
  }

  /** Removes them all. */
  clear(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      this.#types().forEach((type) => editor.setDecorations(type, []));
    }
  }

  #types(): readonly vscode.TextEditorDecorationType[] {
    return [...this.#attention, ...this.#effect];
  }

  dispose(): void {
    this.#types().forEach((type) => type.dispose());
  }
}
