import * as vscode from 'vscode';
import { frame } from './frame.ts';
import { CURSOR, INSPECT, WHY_VIEW, type InspectParams, type InspectResult } from './messages.ts';
import { edited, type Span } from './ranges.ts';
import { serverEnded, type Server } from './server.ts';
import { setting } from './settings.ts';

/** How long to wait after the last edit before attention is computed again. */
const QUIET_MS = 350;

const PANEL = 'headlight.attention';

/** The visualized part of a document; two parts for a pair. */
interface Selected {
  readonly uri: vscode.Uri;
  spans: readonly Span[];
}

/** What a panel needs to be restored after a reload. */
interface Saved {
  readonly uri: string;
  readonly spans: readonly Span[];
}

/**
 * Shows attention next to the editor or in the side bar, and keeps track of the visualized part of the document.
 * Follows the document's edits and its cursor.
 */
export class Attention
  implements vscode.Disposable, vscode.WebviewViewProvider, vscode.WebviewPanelSerializer
{
  readonly #server: Server;
  readonly #disposables: vscode.Disposable[] = [];
  #panel: vscode.WebviewPanel | undefined;
  #view: vscode.WebviewView | undefined;
  #selected: Selected | undefined;
  #shown: InspectResult | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #request: vscode.CancellationTokenSource | undefined;

  constructor(server: Server) {
    this.#server = server;
    this.#disposables.push(
      vscode.window.registerWebviewPanelSerializer(PANEL, this),
      vscode.window.registerWebviewViewProvider('headlight.view', this),
      vscode.workspace.onDidChangeTextDocument((event) => this.#edited(event)),
      vscode.window.onDidChangeTextEditorSelection((event) => this.#moved(event.textEditor)),
      server.onDidChange((state) => {
        if (state === 'ready' && this.#shown && this.#selected) {
          void this.#inspect(); // a restarted server has no inspections
        }
      }),
    );
  }

  /** Shows the attention within the selected text, or between two selections. */
  async visualize(editor: vscode.TextEditor): Promise<void> {
    const { document, selections } = editor;
    this.#selected = {
      uri: document.uri,
      spans: selections
        .slice(0, 2)
        .map(({ start, end }) => ({ start: document.offsetAt(start), end: document.offsetAt(end) }))
        .sort((a, b) => a.start - b.start),
    };
    await this.#open();
    await this.#inspect();
  }

  /** Shows why a word is predicted for the blank at the cursor. */
  async why({ document, selection }: vscode.TextEditor): Promise<void> {
    const cursor = document.offsetAt(selection.active);
    this.#selected = { uri: document.uri, spans: [{ start: cursor, end: cursor }] };
    await this.#open();
    await this.#inspect(WHY_VIEW);
  }

  async #open(): Promise<void> {
    if (this.#view?.visible) {
      return;
    }
    if (!this.#panel) {
      this.#adopt(
        vscode.window.createWebviewPanel(
          PANEL,
          'Attention',
          { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
          { enableScripts: true, localResourceRoots: [], retainContextWhenHidden: true },
        ),
      );
    }
    this.#panel?.reveal(undefined, true);
  }

  /** Moves the panel's content to the side bar. */
  async moveToSideBar(): Promise<void> {
    this.#panel?.dispose();
    await vscode.commands.executeCommand('headlight.view.focus');
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, saved: Saved | undefined): Promise<void> {
    this.#adopt(panel);
    if (!saved) {
      panel.dispose();
      return;
    }
    this.#selected = { uri: vscode.Uri.parse(saved.uri, true), spans: saved.spans };
    await vscode.workspace.openTextDocument(this.#selected.uri).then(
      () => this.#inspect(),
      () => panel.dispose(), // the document no longer exists
    );
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    view.webview.options = { enableScripts: true, localResourceRoots: [] };
    view.onDidDispose(() => {
      this.#view = undefined;
    });
    void this.#render(view.webview);
  }

  /**
   * Computes attention for the selected parts as they are now; a newer request replaces an older one.
   *
   * @param view what the page changes to; otherwise it keeps its view
   */
  async #inspect(view?: string): Promise<void> {
    const selected = this.#selected;
    if (!selected) {
      return;
    }
    this.#request?.cancel();
    const request = (this.#request = new vscode.CancellationTokenSource());
    try {
      const document = await vscode.workspace.openTextDocument(selected.uri);
      const client = await this.#server.client();
      const textDocument = { uri: client.code2ProtocolConverter.asUri(selected.uri) };
      const places = selected.spans.map(({ start, end }) => ({
        textDocument,
        range: { start: document.positionAt(start), end: document.positionAt(end) },
      }));
      const params: InspectParams = {
        ...places[0]!,
        ...(places[1] && { pair: places[1] }),
        ...(view && { view }),
      };
      const result = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: 'Computing attention…' },
        () => client.sendRequest<InspectResult>(INSPECT, params, request.token),
      );
      if (request === this.#request) {
        await this.#show(result);
      }
    } catch (cause) {
      if (request === this.#request && !request.token.isCancellationRequested && !serverEnded(cause)) {
        void vscode.window.showErrorMessage((cause as Error).message);
      }
    }
  }

  async #show(result: InspectResult): Promise<void> {
    const base = (url: string) => url.replace(/#.*/, '');
    const sameServer = this.#shown && base(this.#shown.url) === base(result.url);
    this.#shown = result;
    for (const webview of this.#webviews()) {
      if (sameServer && webview.html) {
        const choices = result.url.replace(/^[^#]*#inspection=\d+/, '');
        await webview.postMessage({ type: 'open', inspection: result.id, choices, saved: this.#saved() });
      } else {
        await this.#render(webview);
      }
    }
  }

  #webviews(): vscode.Webview[] {
    return [this.#panel?.webview, this.#view?.webview].filter((webview) => webview !== undefined);
  }

  #saved(): Saved | undefined {
    return this.#selected && { uri: this.#selected.uri.toString(), spans: this.#selected.spans };
  }

  async #render(webview: vscode.Webview): Promise<void> {
    if (!this.#shown) {
      webview.html = frame(undefined, undefined);
      return;
    }
    const [page, hash] = this.#shown.url.split('#');
    const external = await vscode.env.asExternalUri(vscode.Uri.parse(page!));
    webview.html = frame(`${external.toString(true)}#${hash}`, this.#saved());
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const selected = this.#selected;
    if (!selected || document.uri.toString() !== selected.uri.toString() || contentChanges.length === 0) {
      return;
    }
    for (const { rangeOffset, rangeLength, text } of contentChanges) {
      const change = { offset: rangeOffset, length: rangeLength, text };
      selected.spans = selected.spans.map((span) => edited(span, change));
    }
    if (setting('followEdits') && this.#webviews().length > 0) {
      clearTimeout(this.#quiet);
      this.#quiet = setTimeout(() => void this.#inspect(), QUIET_MS);
    }
  }

  #moved({ document, selection }: vscode.TextEditor): void {
    if (
      this.#shown &&
      selection.isEmpty &&
      this.#server.state === 'ready' &&
      document.uri.toString() === this.#selected?.uri.toString()
    ) {
      void this.#sendCursor(document.uri, selection.active);
    }
  }

  /** Sends the cursor to the server. A server that has just ended is reported where it is restarted. */
  async #sendCursor(uri: vscode.Uri, position: vscode.Position): Promise<void> {
    try {
      const client = await this.#server.client();
      const textDocument = { uri: client.code2ProtocolConverter.asUri(uri) };
      await client.sendNotification(CURSOR, { textDocument, position });
    } catch {
      // the page keeps its current token
    }
  }

  dispose(): void {
    clearTimeout(this.#quiet);
    this.#request?.cancel();
    this.#panel?.dispose();
    this.#disposables.forEach((one) => one.dispose());
  }
}
