import path from 'node:path';
import * as vscode from 'vscode';
import { documentAt, type Documents } from './documents.ts';
import { frame, type FromPage } from './frame.ts';
import { CURSOR, INSPECT, VISUALIZE, WHY_VIEW, type InspectResult } from './messages.ts';
import { checkedChoices, choicesIn, iconIn, pageOf } from './page.ts';
import { report } from './problems.ts';
import type { Span } from './ranges.ts';
import { saveFile } from './saving.ts';
import { Selected } from './selected.ts';
import type { Server } from './server.ts';
import { setting } from './settings.ts';

/** How long to wait after the last edit before attention is computed again. */
const QUIET_MS = 350;

const PANEL = 'headlight.attention';
const VIEW = 'headlight.view';
/** Where attention is shown, in the memory of VS Code. */
const PLACE = 'place';
type Place = 'editor' | 'sideBar';

interface Inspecting {
  readonly view?: string | undefined;
  readonly open?: boolean;
  readonly follow?: boolean;
}

/** What a panel needs to be restored after a reload. */
interface Saved {
  readonly uri: string;
  readonly spans: readonly Span[];
  /** The choices in the page's address. */
  readonly choices?: string;
}

/**
 * Shows attention next to the editor or in the side bar, and keeps track of the visualized part of the document.
 * Follows the document's edits and its cursor.
 */
export class Attention
  implements vscode.Disposable, vscode.WebviewViewProvider, vscode.WebviewPanelSerializer
{
  readonly #context: vscode.ExtensionContext;
  readonly #server: Server;
  readonly #documents: Documents;
  readonly #hidden = new vscode.EventEmitter<void>();
  /** Fires when attention can no longer be seen. */
  readonly onDidHide = this.#hidden.event;
  readonly #disposables: vscode.Disposable[] = [this.#hidden];
  #panel: vscode.WebviewPanel | undefined;
  #view: vscode.WebviewView | undefined;
  #selected: Selected | undefined;
  #shown: InspectResult | undefined;
  /** Whether the server that had the inspection has ended. */
  #isLost = false;
  /** The choices in the page's address. */
  #choices = '';
  #quiet: NodeJS.Timeout | undefined;
  #request: vscode.CancellationTokenSource | undefined;

  constructor(context: vscode.ExtensionContext, server: Server, documents: Documents) {
    this.#context = context;
    this.#server = server;
    this.#documents = documents;
    this.#disposables.push(
      vscode.window.registerWebviewPanelSerializer(PANEL, this),
      vscode.window.registerWebviewViewProvider(VIEW, this, {
        webviewOptions: { retainContextWhenHidden: true },
      }),
      vscode.workspace.onDidChangeTextDocument((event) => this.#edited(event)),
      vscode.window.onDidChangeTextEditorSelection((event) => this.#moved(event.textEditor)),
      server.onDidChange((state) => {
        if (state === 'idle' || state === 'starting' || state === 'stopped') {
          this.#isLost = this.#shown !== undefined; // another server has no inspections
        } else if (state !== 'loading') {
          this.#find();
        }
      }),
    );
  }

  /** Whether attention can be seen. */
  get isVisible(): boolean {
    return this.#shown !== undefined && (this.#panel ?? this.#view)?.visible === true;
  }

  /** Shows the attention within the selected text, or between two selections. */
  async visualize({ document, selections }: vscode.TextEditor): Promise<void> {
    const spans = selections
      .slice(0, 2)
      .map(({ start, end }) => ({ start: document.offsetAt(start), end: document.offsetAt(end) }))
      .sort((a, b) => a.start - b.start);
    await this.#select(document, spans);
  }

  /** Shows why a word is predicted for the blank at the cursor. */
  async why({ document, selection }: vscode.TextEditor): Promise<void> {
    const cursor = document.offsetAt(selection.active);
    await this.#select(document, [{ start: cursor, end: cursor }], WHY_VIEW);
  }

  async #select(document: vscode.TextDocument, spans: readonly Span[], view?: string): Promise<void> {
    this.#selected = new Selected(document.uri, spans);
    if (!this.#hasPage) {
      this.#choices = ''; // a page that is there keeps what was chosen in it
    }
    await this.#inspect({ open: true, view });
  }

  /** Brings attention into view, where the user had it last. */
  async #open(): Promise<void> {
    if (this.#panel) {
      this.#panel.reveal(undefined, true);
    } else if (this.#view?.visible) {
      return;
    } else if (this.#context.globalState.get<Place>(PLACE) === 'sideBar') {
      await vscode.commands.executeCommand(`${VIEW}.focus`, { preserveFocus: true });
    } else {
      const options = { enableScripts: true, localResourceRoots: [], retainContextWhenHidden: true };
      const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      this.#adopt(vscode.window.createWebviewPanel(PANEL, 'Attention', beside, options));
    }
  }

  /** Moves the panel's content to the side bar. */
  async moveToSideBar(): Promise<void> {
    await this.#context.globalState.update(PLACE, 'sideBar');
    this.#panel?.dispose();
    await vscode.commands.executeCommand(`${VIEW}.focus`);
    if (this.#shown) {
      await this.#show(this.#shown);
    }
  }

  /** Moves the side bar's content next to the editor. */
  async moveToEditor(): Promise<void> {
    await this.#context.globalState.update(PLACE, 'editor');
    if (this.#view?.visible) {
      await vscode.commands.executeCommand('workbench.action.closeSidebar');
    }
    if (this.#view) {
      this.#view.webview.html = frame(undefined, undefined);
    }
    if (this.#shown) {
      await this.#open();
      await this.#show(this.#shown);
    }
  }

  /** Opens the page's menu of exports. */
  async export(): Promise<void> {
    await this.#webview?.postMessage({ type: 'export' });
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    panel.iconPath = iconIn(this.#context);
    panel.webview.onDidReceiveMessage((message: FromPage) => this.#received(message));
    panel.onDidChangeViewState(() => this.#seen());
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#seen();
    });
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, saved: Saved | undefined): Promise<void> {
    if (!saved || this.#panel) {
      panel.dispose(); // one panel is enough, and this one came back after another was opened
      this.#panel?.reveal(undefined, true);
      return;
    }
    this.#adopt(panel);
    await this.#restore(saved).catch(() => panel.dispose()); // the document no longer exists
  }

  /** Shows what was shown before a reload, unless something else has been asked for since. */
  async #restore(saved: Saved): Promise<void> {
    const uri = vscode.Uri.parse(saved.uri, true);
    await documentAt(uri);
    if (!this.#selected) {
      this.#selected = new Selected(uri, saved.spans);
      this.#choices = checkedChoices(saved.choices);
      await this.#inspect();
    } else if (this.#shown) {
      await this.#show(this.#shown);
    }
  }

  resolveWebviewView(view: vscode.WebviewView, context: vscode.WebviewViewResolveContext<Saved>): void {
    this.#view = view;
    view.webview.options = {
      enableScripts: true,
      enableCommandUris: [VISUALIZE, 'headlight.openSample'], // the buttons before anything is shown
      localResourceRoots: [],
    };
    view.webview.onDidReceiveMessage((message: FromPage) => this.#received(message));
    view.onDidChangeVisibility(() => this.#seen());
    view.onDidDispose(() => {
      this.#view = undefined;
      this.#seen();
    });
    void this.#render(view.webview);
    this.#retitle();
    if (!this.#selected && context.state) {
      void this.#restore(context.state).catch(() => {}); // the document no longer exists
    }
  }

  #seen(): void {
    void vscode.commands.executeCommand('setContext', 'headlight.hasAttention', this.isVisible);
    if (this.isVisible) {
      this.#find();
    } else {
      this.#hidden.fire();
    }
  }

  /** Inspects again what can be seen, if the server that did has ended. */
  #find(): void {
    if (this.#isLost && this.isVisible) {
      void this.#inspect();
    }
  }

  #received(message: FromPage): void {
    if (message.type === 'address') {
      this.#choices = checkedChoices(message.choices);
    } else if (message.type === 'save' && this.#shown) {
      void saveFile(message.name, message.data, pageOf(this.#shown.url)).catch(report);
    }
  }

  /**
   * Computes attention for the selected parts as they are now; a newer request replaces an older one.
   *
   * @param view what the page changes to; otherwise it keeps its view
   * @param open whether to bring it into view
   * @param follow whether the page keeps the question at a blank, and nothing is reported if there is no answer
   */
  async #inspect({ view, open, follow }: Inspecting = {}): Promise<void> {
    const selected = this.#selected;
    if (!selected) {
      return;
    }
    this.#request?.cancel();
    const request = (this.#request = new vscode.CancellationTokenSource());
    try {
      const document = await documentAt(selected.uri);
      const client = await this.#server.client();
      await this.#documents.open(client, document);
      const { version } = document;
      const params = selected.params(client, document, view);
      const result = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: 'Computing attention…' },
        () => client.sendRequest<InspectResult>(INSPECT, params, request.token),
      );
      if (request !== this.#request) {
        return;
      }
      if (document.version === version) {
        selected.inspected(client, document, result);
      } else {
        this.#inspectLater(); // it was edited meanwhile
      }
      if (open) {
        await this.#open();
      }
      const choices = choicesIn(result.url);
      await this.#show(result, follow && !choices.includes('&why=') ? '' : choices);
    } catch (cause) {
      if (request !== this.#request || request.token.isCancellationRequested) {
        return;
      }
      if (follow && view) {
        await this.#inspect({ follow }); // half a word, while one is typed, can't be asked about
      } else {
        report(cause);
      }
    }
  }

  async #show(result: InspectResult, choices = choicesIn(result.url)): Promise<void> {
    const sameServer = this.#shown && pageOf(this.#shown.url) === pageOf(result.url);
    this.#shown = result;
    this.#isLost = false;
    this.#retitle();
    this.#seen();
    const webview = this.#webview;
    if (sameServer && webview && this.#hasPage) {
      await webview.postMessage({ type: 'open', inspection: result.id, choices, saved: this.#saved() });
    } else if (webview) {
      await this.#render(webview);
    }
  }

  /** Names the document that is shown. */
  #retitle(): void {
    const name = this.#selected && path.posix.basename(this.#selected.uri.path);
    if (this.#panel) {
      this.#panel.title = name ? `Attention: ${name}` : 'Attention';
    }
    if (this.#view && name) {
      this.#view.description = name;
    }
  }

  /** Where attention is shown: in the panel, if there is one. */
  get #webview(): vscode.Webview | undefined {
    return this.#panel?.webview ?? this.#view?.webview;
  }

  /** Whether a page is shown there, in sight or not. */
  get #hasPage(): boolean {
    return this.#webview?.html.includes('<iframe') === true;
  }

  #saved(): Saved | undefined {
    return (
      this.#selected && {
        uri: this.#selected.uri.toString(),
        spans: this.#selected.spans,
        choices: this.#choices,
      }
    );
  }

  async #render(webview: vscode.Webview): Promise<void> {
    if (!this.#shown || webview !== this.#webview) {
      webview.html = frame(undefined, this.#saved());
      return;
    }
    const { id, url } = this.#shown;
    const external = await vscode.env.asExternalUri(vscode.Uri.parse(pageOf(url)));
    const choices = choicesIn(url) || this.#choices;
    webview.html = frame(`${external.toString(true)}#inspection=${id}${choices}`, this.#saved());
  }

  #edited({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (this.#selected?.isIn(document) && this.#selected.edited(contentChanges)) {
      this.#inspectLater();
    }
  }

  #inspectLater(): void {
    if (setting('followEdits') && this.#webview) {
      clearTimeout(this.#quiet);
      this.#quiet = setTimeout(
        () => void this.#inspect({ view: this.#followedView, follow: true }),
        QUIET_MS,
      );
    }
  }

  /** A page that asks why goes on asking, about the word that has replaced a blank, too. */
  get #followedView(): string | undefined {
    const [span, second] = this.#selected?.spans ?? [];
    const asks = new URLSearchParams(this.#choices).get('view') === WHY_VIEW;
    return asks && !second && span?.start === span?.end ? WHY_VIEW : undefined;
  }

  #moved({ document, selection }: vscode.TextEditor): void {
    if (
      this.#shown &&
      selection.isEmpty &&
      this.#server.state === 'ready' &&
      this.#selected?.isIn(document)
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
