import * as vscode from 'vscode';
import { isChosen, wantsWords } from './documents.ts';
import type { Server } from './server.ts';
import { setting } from './settings.ts';

const CHECK_MS = 15_000;
const MINUTE_MS = 60_000;

/**
 * Starts the server when a text with a blank is seen or a blank is typed, and stops it when nobody has used it for a while:
 * a window without blanks runs no Java.
 */
export class Demand implements vscode.Disposable {
  readonly #server: Server;
  readonly #shown: readonly { readonly isVisible: boolean }[];
  readonly #disposables: vscode.Disposable[];

  /** @param shown what needs the server while it can be seen */
  constructor(server: Server, shown: readonly { readonly isVisible: boolean }[]) {
    this.#server = server;
    this.#shown = shown;
    const timer = setInterval(() => this.#check(), CHECK_MS);
    this.#disposables = [
      new vscode.Disposable(() => clearInterval(timer)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#seen()),
      vscode.window.onDidChangeWindowState(() => this.#seen()),
      vscode.workspace.onDidChangeTextDocument((event) => this.#edited(event)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('headlight')) {
          this.#seen();
        }
      }),
    ];
    this.#seen();
  }

  /** Starts the server if a visible text has a blank. */
  #seen(): void {
    if (this.#server.state === 'idle' && vscode.window.state.active && this.#isWanted()) {
      void this.#server.start('opened');
    }
  }

  #isWanted(): boolean {
    const documents = vscode.window.visibleTextEditors.map(({ document }) => document);
    return (
      this.#shown.some(({ isVisible }) => isVisible) || documents.some((document) => wantsWords(document))
    );
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (isChosen(document)) {
      this.#server.used();
    }
    if (!this.#server.isStartable) {
      return;
    }
    const typed = contentChanges.some(({ range, text }) => {
      const last = range.start.line + text.split('\n').length - 1;
      return wantsWords(document, new vscode.Range(range.start.line, 0, last + 1, 0));
    });
    const isSeen = () => vscode.window.visibleTextEditors.some((editor) => editor.document === document);
    if (typed && isSeen()) {
      void this.#server.start('typed');
    }
  }

  /** Stops a server that was not used for long. One whose words are in view of somebody is in use. */
  #check(): void {
    const { state } = this.#server;
    if (state !== 'ready' && state !== 'failed') {
      return;
    }
    if (vscode.window.state.active && this.#isWanted()) {
      this.#server.used();
    }
    const idle = setting('idleMinutes') * MINUTE_MS;
    if (idle > 0 && Date.now() - this.#server.usedAt > idle) {
      void this.#server.sleep();
    }
  }

  dispose(): void {
    this.#disposables.forEach((one) => one.dispose());
  }
}
