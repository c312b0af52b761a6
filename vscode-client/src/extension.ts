import * as vscode from 'vscode';
import type { LanguageClientOptions } from 'vscode-languageclient/node';
import { Attention } from './attention.ts';
import { Highlights } from './highlights.ts';
import { HIGHLIGHT, VISUALIZE, WHY_THIS_WORD, type Highlight } from './messages.ts';
import { Server } from './server.ts';
import { setting } from './settings.ts';
import { selectModel, statusItem } from './status.ts';
import { Words } from './words.ts';

/** Settings that take effect when the server starts. */
const AT_START = ['top', 'memory', 'precision', 'languages', 'java.home', 'java.options'];

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Headlight', { log: true });

  const options = (): LanguageClientOptions => ({
    documentSelector: setting('languages').map((language) => ({ language })),
    initializationOptions: { top: setting('top') },
    middleware: {
      provideInlineCompletionItems: (...request) => words.provide(...request),
      provideInlayHints: async (document, range, token, next) => {
        try {
          return setting('inlineHints') ? await next(document, range, token) : [];
        } catch (cause) {
          if (cause instanceof vscode.CancellationError) {
            throw cause;
          }
          return []; // the server reported why; VS Code does not ask a provider that threw again
        }
      },
    },
  });
  const running = (server = new Server(context, log, options, (client) => {
    client.onNotification(HIGHLIGHT, (lit: Highlight) => highlights.show(client, lit));
  }));
  const words = new Words(running);
  const attention = new Attention(running);
  const highlights = new Highlights();

  context.subscriptions.push(
    log,
    running,
    words,
    attention,
    highlights,
    statusItem(running),
    vscode.commands.registerCommand(VISUALIZE, async () => {
      const editor = vscode.window.activeTextEditor;
      if (editor) {
        await attention.visualize(editor);
      } else {
        void vscode.window.showInformationMessage('Open a file and select some text first.');
      }
    }),
    vscode.commands.registerCommand(WHY_THIS_WORD, async () => {
      const editor = vscode.window.activeTextEditor;
      if (editor) {
        await attention.why(editor);
      } else {
        void vscode.window.showInformationMessage(
          'Open a file with a blank ____ first, and put the cursor on it.',
        );
      }
    }),
    vscode.commands.registerCommand('headlight.moveToSideBar', () => attention.moveToSideBar()),
    vscode.commands.registerCommand('headlight.selectModel', () => selectModel(running)),
    vscode.commands.registerCommand('headlight.restart', () => running.restart()),
    vscode.commands.registerCommand('headlight.showLog', () => log.show()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (AT_START.some((name) => event.affectsConfiguration(`headlight.${name}`))) {
        void running.restart();
      } else if (event.affectsConfiguration('headlight.model')) {
        void running.useModel();
      }
    }),
  );
  void running.start();
}

export async function deactivate(): Promise<void> {
  await server?.end();
}
