import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { EFFECTS, type Highlight } from './messages.ts';

/** Shares are shown in this many steps of opacity. */
const STEPS = 12;

interface Color {
  readonly light: string;
  readonly dark: string;
}

const BLUE: Color = { light: '47, 111, 214', dark: '110, 163, 245' };
const ORANGE: Color = { light: '199, 92, 0', dark: '240, 158, 77' };

const tint = (rgb: string, step: number) => `rgba(${rgb}, ${(0.85 * (step + 1)) / STEPS})`;

const steps = ({ light, dark }: Color) =>
  Array.from({ length: STEPS }, (_, step) =>
    vscode.window.createTextEditorDecorationType({
      borderRadius: '3px',
      light: { backgroundColor: tint(light, step) },
      dark: { backgroundColor: tint(dark, step) },
    }),
  );

/**
 * Highlights words in the editor: the more attention they receive, the stronger; or orange for what speaks for a word,
 * and blue for what speaks for the other one.
 */
export class Highlights implements vscode.Disposable {
  readonly #blue = steps(BLUE);
  readonly #orange = steps(ORANGE);

  show(client: LanguageClient, { uri, version, kind, spans }: Highlight): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const { document } = editor;
      const current = document.uri.toString() === client.protocol2CodeConverter.asUri(uri).toString();
      if (!current || (document.version !== version && spans.length > 0)) {
        continue;
      }
      const ranges = new Map(
        [...this.#blue, ...this.#orange].map((type): [vscode.TextEditorDecorationType, vscode.Range[]] => [
          type,
          [],
        ]),
      );
      for (const { range, share } of spans) {
        const color = kind === EFFECTS && share > 0 ? this.#orange : this.#blue;
        const type = color[Math.ceil(Math.abs(share) * STEPS) - 1]!;
        ranges.get(type)!.push(client.protocol2CodeConverter.asRange(range));
      }
      ranges.forEach((some, type) => editor.setDecorations(type, some));
    }
  }

  dispose(): void {
    [...this.#blue, ...this.#orange].forEach((type) => type.dispose());
  }
}
