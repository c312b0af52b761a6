import * as vscode from 'vscode';
import { ACCEPT, SUGGEST, type AcceptWord, type BlankWords } from './messages.ts';
import type { Server } from './server.ts';

/** Separates a word from its suggested replacement: ghost text can only be shown after a word, not over it. */
const ARROW = ' → ';

/** The result of a ghost text provider. */
type Ghosts = vscode.InlineCompletionItem[] | vscode.InlineCompletionList | null | undefined;

/** A word with suggested replacements. */
interface Offer {
  readonly uri: string;
  readonly range: vscode.Range;
  readonly words: readonly string[];
}

/** Suggests words for blanks, for the selected word and at the cursor. */
export class Words implements vscode.Disposable {
  readonly #server: Server;
  #offer: Offer | undefined;
  readonly #disposables: vscode.Disposable[];

  constructor(server: Server) {
    this.#server = server;
    this.#disposables = [
      vscode.commands.registerCommand(ACCEPT, (word: AcceptWord) => this.#accept(word)),
      vscode.commands.registerCommand(SUGGEST, () => this.#suggest()),
      vscode.commands.registerCommand('headlight.replaceWord', (word: string) => this.#replace(word)),
    ];
  }

  /** Replaces a blank by a word; the server checks that the blank still exists. */
  async #accept(word: AcceptWord): Promise<void> {
    await this.#execute(ACCEPT, word);
  }

  async #execute<T>(command: string, argument: unknown): Promise<T | undefined> {
    try {
      const client = await this.#server.client();
      return await client.sendRequest<T>('workspace/executeCommand', { command, arguments: [argument] });
    } catch (cause) {
      void vscode.window.showErrorMessage((cause as Error).message);
      return undefined;
    }
  }

  /** Suggests replacements for the selected word, or words at the cursor if nothing is selected. */
  async #suggest(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor) {
      return;
    }
    this.#offer = undefined;
    const { document, selection } = editor;
    if (!selection.isEmpty) {
      const client = await this.#server.client();
      const found = await this.#execute<BlankWords>(SUGGEST, {
        textDocument: client.code2ProtocolConverter.asTextDocumentIdentifier(document),
        range: client.code2ProtocolConverter.asRange(selection),
      });
      if (!found || found.words.length === 0) {
        return;
      }
      const range = new vscode.Range(selection.start, selection.end);
      this.#offer = { uri: document.uri.toString(), range, words: found.words.map(({ word }) => word) };
      editor.selection = new vscode.Selection(range.end, range.end); // Tab indents while something is selected
    }
    await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
  }

  /** Provides ghost text. */
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
    const offer = this.#offer;
    if (offer && document.uri.toString() === offer.uri && position.isEqual(offer.range.end)) {
      return offer.words.map(
        (word) =>
          new vscode.InlineCompletionItem(ARROW + word, new vscode.Range(position, position), {
            title: 'Replace',
            command: 'headlight.replaceWord',
            arguments: [word],
          }),
      );
    }
    const result = await next(document, position, context, token);
    const items = Array.isArray(result) ? result : (result?.items ?? []);
    if (items.some(({ range }) => range && !range.isEmpty)) {
      // ghost text cannot replace a blank, but the list of suggestions can
      await vscode.commands.executeCommand('editor.action.triggerSuggest');
      return [];
    }
    return result;
  };

  /** Replaces the selected word by the accepted one, in one undo step with the ghost text. */
  async #replace(word: string): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const offer = this.#offer;
    this.#offer = undefined;
    if (editor && offer && editor.document.uri.toString() === offer.uri) {
      const { start, end } = offer.range;
      const whole = new vscode.Range(start, end.translate(0, (ARROW + word).length));
      const options = { undoStopBefore: false, undoStopAfter: true };
      await editor.edit((edit) => edit.replace(whole, word), options);
    }
  }

  dispose(): void {
    this.#disposables.forEach((one) => one.dispose());
  }
}
