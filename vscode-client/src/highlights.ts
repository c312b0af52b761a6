import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Highlight } from './messages.ts';

/** Shares are shown in this many steps of opacity. */
const STEPS = 12;

const tint = (rgb: string, step: number) => `rgba(${rgb}, ${(0.85 * (step + 1)) / STEPS})`;

/** Highlights words in the editor: the more attention they receive, the stronger. */
export class Highlights implements vscode.Disposable {
  readonly #steps = Array.from({ length: STEPS }, (_, step) =>
    vscode.window.createTextEditorDecorationType({
      borderRadius: '3px',
      light: { backgroundColor: tint('47, 111, 214', step) },
      dark: { backgroundColor: tint('110, 163, 245', step) },
    }),
  );

  show(client: LanguageClient, { uri, version, spans }: Highlight): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const current = document.uri.toString() === client.protocol2CodeConverter.asUri(uri).toString();
      if (!current || (document.version !== version && spans.length > 0)) {
        continue;
      }
      const ranges = this.#steps.map((): vscode.Range[] => []);
      for (const { range, share } of spans) {
        ranges[Math.ceil(share * STEPS) - 1]!.push(client.protocol2CodeConverter.asRange(range));
      }
      this.#steps.forEach((type, step) => editor.setDecorations(type, ranges[step]!));
    }
  }

  dispose(): void {
    this.#steps.forEach((type) => type.dispose());
  }
}
