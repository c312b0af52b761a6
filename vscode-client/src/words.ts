import * as vscode from 'vscode';
import { words as wordsIn } from './blanks.ts';
import { isChosen, type Documents } from './documents.ts';
import {
  ACCEPT,
  SUGGEST,
  VISUALIZE,
  WHY_THIS_WORD,
  type AcceptWord,
  type BlankWords,
  type Word,
} from './messages.ts';
import { report } from './problems.ts';
import type { Server } from './server.ts';
import { asksByItself, setting } from './settings.ts';

/** VS Code asks for completions so soon after a typed character by itself; nobody presses Ctrl+Space so fast. */
const BY_ITSELF_MS = 200;
/** On a busy machine it asks this late, once for each character of a word. */
const BY_ITSELF_LATE_MS = 2_000;

/** The result of a ghost text provider. */
type Ghosts = vscode.InlineCompletionItem[] | vscode.InlineCompletionList | null | undefined;

/** Suggests words for blanks, for the selected word and at the cursor. */
export class Words implements vscode.Disposable {
  readonly #server: Server;
  readonly #documents: Documents;
  /** The document that was typed in last, and when. */
  #typed: { readonly in: vscode.TextDocument; readonly at: number; mayAsk: boolean } | undefined;
  readonly #disposables: vscode.Disposable[];

  constructor(server: Server, documents: Documents) {
    this.#server = server;
    this.#documents = documents;
    this.#disposables = [
      vscode.commands.registerCommand(ACCEPT, (word: AcceptWord) => this.#accept(word)),
      vscode.commands.registerCommand(SUGGEST, () => this.#suggest().catch(report)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) {
          const mayAsk = /[\p{L}\p{N}_]$/u.test(contentChanges[0]!.text) && asksByItself(document);
          this.#typed = { in: document, at: Date.now(), mayAsk };
        }
      }),
    ];
  }

  /** Replaces a blank by a word; the server checks that the blank still exists. */
  async #accept(word: AcceptWord): Promise<void> {
    await this.#execute(ACCEPT, word).catch(report);
  }

  async #execute<T>(command: string, argument: unknown): Promise<T> {
    const client = await this.#server.client();
    return client.sendRequest<T>('workspace/executeCommand', { command, arguments: [argument] });
  }

  /** Suggests other words for the selected word, or for that around the cursor; else words at the cursor. */
  async #suggest(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor) {
      void vscode.window.showInformationMessage('Open a file, and select the word to replace.');
      return;
    }
    const client = await this.#server.client();
    const { document, selection } = editor;
    await this.#documents.open(client, document);
    const touched = wordsAt(document, selection);
    if (touched.length > 1) {
      void vscode.window.showInformationMessage('Suggest Words replaces one word: select one.');
      return;
    }
    const [range] = touched;
    if (!range) {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      return;
    }
    const found = await this.#execute<BlankWords>(SUGGEST, {
      textDocument: client.code2ProtocolConverter.asTextDocumentIdentifier(document),
      range: client.code2ProtocolConverter.asRange(range),
    });
    await replace(editor, range, found.words);
  }

  /** Provides ghost text: it only inserts. */
  readonly provide = async (
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
    next: (
      document: vscode.TextDocument,
      position: vscode.Position,
      context: vscode.InlineCompletionContext,
      token: vscode.CancellationToken,
    ) => vscode.ProviderResult<Ghosts>,
  ): Promise<Ghosts> => {
    const result = await next(document, position, context, token);
    const items = Array.isArray(result) ? result : (result?.items ?? []);
    if (items.some(({ range }) => range && !range.isEmpty)) {
      // ghost text cannot replace a blank, but the list of suggestions can
      await vscode.commands.executeCommand('editor.action.triggerSuggest');
      return [];
    }
    return result;
  };

  /** Provides the list at a blank, if the user asks for it: it does not open by itself while a blank is typed. */
  readonly list = (
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.CompletionContext,
    token: vscode.CancellationToken,
    next: (
      document: vscode.TextDocument,
      position: vscode.Position,
      context: vscode.CompletionContext,
      token: vscode.CancellationToken,
    ) => vscode.ProviderResult<vscode.CompletionItem[] | vscode.CompletionList>,
  ): vscode.ProviderResult<vscode.CompletionItem[] | vscode.CompletionList> => {
    const isOpen = context.triggerKind === vscode.CompletionTriggerKind.TriggerForIncompleteCompletions;
    const isTyping = this.#isTyping(document);
    return (isTyping && !isOpen) || !isChosen(document) ? [] : next(document, position, context, token);
  };

  /** Whether VS Code asks by itself, while a document is typed in. */
  #isTyping(document: vscode.TextDocument): boolean {
    const typed = this.#typed;
    if (typed?.in !== document) {
      return false;
    }
    const limit = typed.mayAsk ? BY_ITSELF_LATE_MS : BY_ITSELF_MS;
    typed.mayAsk = false;
    return Date.now() - typed.at < limit;
  }

  /** Provides the hover of a blank, which also says what can be done there. */
  readonly hover = async (
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
    next: (
      document: vscode.TextDocument,
      position: vscode.Position,
      token: vscode.CancellationToken,
    ) => vscode.ProviderResult<vscode.Hover>,
  ): Promise<vscode.Hover | null | undefined> => {
    const hover = isChosen(document) ? await next(document, position, token) : undefined;
    return hover && new vscode.Hover([actions(document, position), ...hover.contents], hover.range);
  };

  /** Provides hints; where a line has many blanks, each shows one word, so that none is cut off. */
  readonly hints = async (
    document: vscode.TextDocument,
    range: vscode.Range,
    token: vscode.CancellationToken,
    next: (
      document: vscode.TextDocument,
      range: vscode.Range,
      token: vscode.CancellationToken,
    ) => vscode.ProviderResult<vscode.InlayHint[]>,
  ): Promise<vscode.InlayHint[] | null | undefined> => {
    if (!setting('inlineHints') || !isChosen(document)) {
      return [];
    }
    try {
      const hints = await next(document, range, token);
      hints?.forEach((hint) => {
        explain(hint);
        shorten(hint, hints);
      });
      return hints;
    } catch (cause) {
      if (cause instanceof vscode.CancellationError) {
        throw cause;
      }
      return []; // the server reported why; VS Code does not ask a provider that threw again
    }
  };

  dispose(): void {
    this.#disposables.forEach((one) => one.dispose());
  }
}

/** Commands about the place under the pointer, where the cursor need not be. */
function actions({ uri }: vscode.TextDocument, { line, character }: vscode.Position): vscode.MarkdownString {
  const place = encodeURIComponent(JSON.stringify([uri.toString(), line, character]));
  const link = (title: string, command: string) => `[${title}](command:${command}?${place})`;
  const markdown = new vscode.MarkdownString(
    `${link('Why This Word?', WHY_THIS_WORD)} · ${link('Visualize Attention', VISUALIZE)} · Ctrl+Space to insert`,
  );
  markdown.isTrusted = { enabledCommands: [WHY_THIS_WORD, VISUALIZE] };
  return markdown;
}

/** VS Code says how to click on a word, but not what that does. */
function explain({ label }: vscode.InlayHint): void {
  for (const part of Array.isArray(label) ? label : []) {
    if (part.command && typeof part.tooltip === 'string') {
      part.tooltip = `${part.command.title} (${part.tooltip})`;
    }
  }
}

/** With more hints than this in a line, each shows one word. */
const FULL_HINTS = 2;

function shorten(hint: vscode.InlayHint, all: readonly vscode.InlayHint[]): void {
  const inLine = all.filter(({ position }) => position.line === hint.position.line).length;
  if (inLine > FULL_HINTS && Array.isArray(hint.label)) {
    hint.label = hint.label.slice(0, 1);
  }
}

/** The words that a selection touches; at a cursor, the word that has letters at both sides of it. */
function wordsAt(document: vscode.TextDocument, selection: vscode.Selection): vscode.Range[] {
  const found: vscode.Range[] = [];
  for (let line = selection.start.line; line <= selection.end.line && found.length < 2; line++) {
    for (const [start, end] of wordsIn(document.lineAt(line).text)) {
      const range = new vscode.Range(line, start, line, end);
      if (range.start.isBefore(selection.end) && range.end.isAfter(selection.start)) {
        found.push(range);
      }
    }
  }
  return found;
}

/** Lets the user choose another word, and replaces the old one by it in one step that can be undone. */
async function replace(
  editor: vscode.TextEditor,
  range: vscode.Range,
  words: readonly Word[],
): Promise<void> {
  const { document } = editor;
  const old = document.getText(range);
  const choices = words
    .filter(({ word }) => word !== old)
    .map(({ word, probability }) => ({ label: word, description: `${(100 * probability).toFixed(1)} %` }));
  const chosen = await vscode.window.showQuickPick(choices, {
    title: `Words for “${old}”`,
    placeHolder: choices.length > 0 ? 'Choose a word' : 'The model has no other word here',
  });
  if (!chosen) {
    return;
  }
  if (document.getText(range) !== old) {
    throw new Error('The text has changed and the word is no longer there: ask for words again.');
  }
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, range, chosen.label);
  if (!(await vscode.workspace.applyEdit(edit))) {
    throw new Error('This document can’t be edited.');
  }
}
