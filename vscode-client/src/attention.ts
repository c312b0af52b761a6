import * as vscode from 'vscode';
import { frame } from './frame.ts';
import { CURSOR, INSPECT, type InspectParams, type InspectResult } from './messages.ts';
import { edited, type Span } from './ranges.ts';
import { serverEnded, type Server } from './server.ts';
import { setting } from './settings.ts';

/** How long nothing must be typed before an edited text is looked at again. */
const QUIET_MS = 350;

const PANEL = 'headlight.attention';

/** What of a document is looked at: one part, or two for a pair. */
interface Looked {
  readonly uri: vscode.Uri;
  spans: readonly Span[];
}

/** What a panel needs to be restored after a reload. */
interface Saved {
  readonly uri: string;
  readonly spans: readonly Span[];
}

/**
 * The place where attention is shown, beside the editor or in the side bar, and what of which document is shown in it.
 * It follows the document's edits and its cursor.
 */
export class Attention
  implements vscode.Disposable, vscode.WebviewViewProvider, vscode.WebviewPanelSerializer
{
  readonly #server: Server;
  readonly #disposables: vscode.Disposable[] = [];
  #panel: vscode.WebviewPanel | undefined;
  #view: vscode.WebviewView | undefined;
  #looked: Looked | undefined;
  #shown: InspectResult | undefined;
  #quiet: NodeJS.Timeout | undefined;
  #asked: vscode.CancellationTokenSource | undefined;

  constructor(server: Server) {
    this.#server = server;
    this.#disposables.push(
      vscode.window.registerWebviewPanelSerializer(PANEL, this),
      vscode.window.registerWebviewViewProvider('headlight.view', this),
      vscode.workspace.onDidChangeTextDocument((event) => this.#edited(event)),
      vscode.window.onDidChangeTextEditorSelection((event) => this.#moved(event.textEditor)),
      server.onDidChange((state) => {
        if (state === 'ready' && this.#shown && this.#looked) {
          void this.#look(); // a server that was started anew knows nothing of what was shown
        }
      }),
    );
  }

  /** Shows the attention of what is selected: of two selections, between the two. */
  async visualize(editor: vscode.TextEditor): Promise<void> {
    const { document, selections } = editor;
    this.#looked = {
      uri: document.uri,
      spans: selections
        .slice(0, 2)
        .map(({ start, end }) => ({ start: document.offsetAt(start), end: document.offsetAt(end) }))
        .sort((a, b) => a.start - b.start),
    };
    await this.#open();
    await this.#look();
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

  /** Shows in the side bar what the panel shows. */
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
    this.#looked = { uri: vscode.Uri.parse(saved.uri, true), spans: saved.spans };
    await vscode.workspace.openTextDocument(this.#looked.uri).then(
      () => this.#look(),
      () => panel.dispose(), // the document is gone, and what was shown with it
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

  /** Asks the server to look at the document's parts as they are now; a newer question takes the place of an older. */
  async #look(): Promise<void> {
    const looked = this.#looked;
    if (!looked) {
      return;
    }
    this.#asked?.cancel();
    const asked = (this.#asked = new vscode.CancellationTokenSource());
    try {
      const document = await vscode.workspace.openTextDocument(looked.uri);
      const client = await this.#server.client();
      const textDocument = { uri: client.code2ProtocolConverter.asUri(looked.uri) };
      const places = looked.spans.map(({ start, end }) => ({
        textDocument,
        range: { start: document.positionAt(start), end: document.positionAt(end) },
      }));
      const params: InspectParams = { ...places[0]!, ...(places[1] && { pair: places[1] }) };
      const result = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: 'Headlight looks…' },
        () => client.sendRequest<InspectResult>(INSPECT, params, asked.token),
      );
      if (asked === this.#asked) {
        await this.#show(result);
      }
    } catch (cause) {
      if (asked === this.#asked && !asked.token.isCancellationRequested && !serverEnded(cause)) {
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
        await webview.postMessage({ type: 'open', inspection: result.id, saved: this.#saved() });
      } else {
        await this.#render(webview);
      }
    }
  }

  #webviews(): vscode.Webview[] {
    return [this.#panel?.webview, this.#view?.webview].filter((webview) => webview !== undefined);
  }

  #saved(): Saved | undefined {
    return this.#looked && { uri: this.#looked.uri.toString(), spans: this.#looked.spans };
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
    const looked = this.#looked;
    if (!looked || document.uri.toString() !== looked.uri.toString() || contentChanges.length === 0) {
      return;
    }
    for (const { rangeOffset, rangeLength, text } of contentChanges) {
      const change = { offset: rangeOffset, length: rangeLength, text };
      looked.spans = looked.spans.map((span) => edited(span, change));
    }
    if (setting('followEdits') && this.#webviews().length > 0) {
      clearTimeout(this.#quiet);
      this.#quiet = setTimeout(() => void this.#look(), QUIET_MS);
    }
  }

  #moved({ document, selection }: vscode.TextEditor): void {
    if (
      this.#shown &&
      selection.isEmpty &&
      this.#server.state === 'ready' &&
      document.uri.toString() === this.#looked?.uri.toString()
    ) {
      void this.#tellCursor(document.uri, selection.active);
    }
  }

  /** Tells the server where the cursor is; nothing where it has just ended: whoever starts it again says so. */
  async #tellCursor(uri: vscode.Uri, position: vscode.Position): Promise<void> {
    try {
      const client = await this.#server.client();
      const textDocument = { uri: client.code2ProtocolConverter.asUri(uri) };
      await client.sendNotification(CURSOR, { textDocument, position });
    } catch {
      // the page keeps the token that it shows
    }
  }

  dispose(): void {
    clearTimeout(this.#quiet);
    this.#asked?.cancel();
    this.#panel?.dispose();
    this.#disposables.forEach((one) => one.dispose());
  }
}
