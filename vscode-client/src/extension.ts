import * as vscode from 'vscode';
import type { LanguageClientOptions } from 'vscode-languageclient/node';
import { Attention } from './attention.ts';
import { Demand } from './demand.ts';
import { Documents } from './documents.ts';
import { openFile } from './exported.ts';
import { AttentionFiles } from './files.ts';
import { Highlights } from './highlights.ts';
import { HIGHLIGHT, VISUALIZE, WHY_THIS_WORD, type Highlight } from './messages.ts';
import { report } from './problems.ts';
import { openSample } from './sample.ts';
import { Server } from './server.ts';
import { setting } from './settings.ts';
import { selectModel, statusItem } from './status.ts';
import { Words } from './words.ts';

/** Settings that take effect when the server starts. */
const AT_START = ['top', 'memory', 'precision', 'languages', 'java.home', 'java.options'];

let server: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Headlight', { log: true });
  const documents = new Documents();

  const options = (): LanguageClientOptions => ({
    documentSelector: [{ language: '*' }], // `documents` chooses
    initializationOptions: { top: setting('top') },
    middleware: {
      ...documents.middleware,
      provideCompletionItem: (...request) => words.list(...request),
      provideInlineCompletionItems: (...request) => words.provide(...request),
      provideHover: (...request) => words.hover(...request),
      provideInlayHints: (...request) => words.hints(...request),
    },
  });
  const running = (server = new Server(context, log, options, (client) => {
    client.onNotification(HIGHLIGHT, (lit: Highlight) => {
      if (attention.isVisible) {
        highlights.show(client, lit);
      }
    });
  }));
  const words = new Words(running, documents);
  const attention = new Attention(context, running, documents);
  const files = new AttentionFiles(context, running);
  const highlights = new Highlights();

  /** Registers a command that is about the text in the editor. */
  const inEditor = (command: string, act: (editor: vscode.TextEditor) => Promise<void>, otherwise: string) =>
    vscode.commands.registerCommand(command, async (uri?: unknown, line?: unknown, character?: unknown) => {
      const editor = vscode.window.activeTextEditor;
      if (editor) {
        // a hover names the place that it is about
        const isThere = editor.document.uri.toString() === uri;
        if (isThere && typeof line === 'number' && typeof character === 'number') {
          const place = new vscode.Position(line, character);
          editor.selection = new vscode.Selection(place, place);
        }
        await act(editor);
      } else {
        void vscode.window.showInformationMessage(otherwise);
      }
    });

  context.subscriptions.push(
    log,
    running,
    words,
    attention,
    files,
    highlights,
    new Demand(running, [attention, files]),
    attention.onDidHide(() => highlights.clear()),
    statusItem(running),
    inEditor(VISUALIZE, (editor) => attention.visualize(editor), 'Open a file and select some text first.'),
    inEditor(
      WHY_THIS_WORD,
      (editor) => attention.why(editor),
      'Open a file first, and put the cursor on a blank ____ or on a word.',
    ),
    vscode.commands.registerCommand('headlight.moveToSideBar', () => attention.moveToSideBar()),
    vscode.commands.registerCommand('headlight.moveToEditor', () => attention.moveToEditor()),
    vscode.commands.registerCommand('headlight.export', async () => {
      if (!(await files.export())) {
        await attention.export();
      }
    }),
    vscode.commands.registerCommand('headlight.openFile', () => openFile().catch(report)),
    vscode.commands.registerCommand('headlight.openSample', () => openSample()),
    vscode.commands.registerCommand('headlight.selectModel', () => selectModel(running)),
    vscode.commands.registerCommand('headlight.restart', () => running.restart()),
    vscode.commands.registerCommand('headlight.showLog', () => log.show()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (AT_START.some((name) => event.affectsConfiguration(`headlight.${name}`))) {
        void running.settingsChanged();
      } else if (event.affectsConfiguration('headlight.model')) {
        void running.useModel();
      }
    }),
  );
}

export async function deactivate(): Promise<void> {
  await server?.end();
}
