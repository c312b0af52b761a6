import { open } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import * as vscode from 'vscode';
import { failed, frame, type FromPage } from './frame.ts';
import { PAGES, type Pages } from './messages.ts';
import { iconIn } from './page.ts';
import { report, Reported, serverEnded } from './problems.ts';
import { saveFile } from './saving.ts';
import type { Server } from './server.ts';

/** The editor of attention files. */
export const FILE_EDITOR = 'headlight.file';
/** The same, offered for files whose names don't say that they hold attention. */
const ARRAYS_EDITOR = 'headlight.arrays';

/** The server takes no larger file. */
const MOST_BYTES = 2 ** 31;
/** How long a file must be quiet after it was written, before it is read again. */
const QUIET_MS = 300;

/** A file that the server has read. */
interface Opened {
  /** The address that all pages of the server are below. */
  readonly pages: string;
  readonly inspection: number;
}

/** A file that can't be shown, however often it is tried. */
class Refused extends Error {}

/** An attention file in a tab. */
class AttentionTab implements vscode.Disposable {
  readonly #uri: vscode.Uri;
  readonly #panel: vscode.WebviewPanel;
  readonly #server: Server;
  readonly #disposables: vscode.Disposable[];
  #shown: Opened | undefined;
  /** What was shown before: the page may still be asking for it. */
  #before: Opened | undefined;
  /** Whether the server that read it has ended, or could not be asked. */
  #isLost = false;
  #quiet: NodeJS.Timeout | undefined;
  #reading: AbortController | undefined;

  constructor(uri: vscode.Uri, panel: vscode.WebviewPanel, server: Server) {
    this.#uri = uri;
    this.#panel = panel;
    this.#server = server;
    // all files of the folder, since a name may have characters that mean something in a pattern
    const folder = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*');
    const watcher = vscode.workspace.createFileSystemWatcher(folder, false, false, true);
    const written = (one: vscode.Uri) => {
      if (one.toString() === uri.toString()) {
        this.#readLater();
      }
    };
    this.#disposables = [
      watcher,
      watcher.onDidChange(written),
      watcher.onDidCreate(written),
      panel.webview.onDidReceiveMessage((message: FromPage) => this.#received(message)),
      panel.onDidChangeViewState(() => this.#seen()),
      server.onDidChange((state) => {
        if (state === 'idle' || state === 'starting' || state === 'stopped') {
          this.#isLost ||= this.#shown !== undefined; // another server has not read it
        } else if (state !== 'loading' && this.#isLost && panel.visible) {
          void this.read();
        }
      }),
    ];
  }

  get isVisible(): boolean {
    return this.#panel.visible;
  }

  get isActive(): boolean {
    return this.#panel.active;
  }

  get #name(): string {
    return path.posix.basename(this.#uri.path);
  }

  /** Opens the page's menu of exports. */
  async export(): Promise<void> {
    await this.#panel.webview.postMessage({ type: 'export' });
  }

  #received(message: FromPage): void {
    if (message.type === 'again') {
      void this.read();
    } else if (message.type === 'save' && this.#shown) {
      void saveFile(message.name, message.data, this.#shown.pages).catch(report);
    }
  }

  #readLater(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => void this.read(), QUIET_MS);
  }

  /** Reads the file again if the server has ended since, or has forgotten it, because others were opened. */
  #seen(): void {
    const shown = this.#shown;
    if (!shown || !this.#panel.visible) {
      return;
    }
    if (this.#isLost) {
      void this.read();
      return;
    }
    void fetch(addressOf(shown)).then(
      ({ status }) => (status === 404 && shown === this.#shown ? this.read() : undefined),
      () => undefined, // a server that has ended is noticed where it is restarted
    );
  }

  /** Reads the file, and shows it, or says why not. */
  async read(): Promise<void> {
    this.#reading?.abort();
    const reading = (this.#reading = new AbortController());
    const { signal } = reading;
    try {
      const opened = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: `Opening ${this.#name}…` },
        () => this.#open(signal),
      );
      if (signal.aborted) {
        free(opened);
      } else {
        await this.#show(opened);
      }
    } catch (cause) {
      if (!signal.aborted) {
        this.#forget();
        this.#isLost = !(cause instanceof Refused);
        this.#panel.webview.html = failed(sentenceOf(cause));
      }
    }
  }

  /** Sends the file to the server. It reads a copy, since the file may be written while it is shown. */
  async #open(signal: AbortSignal): Promise<Opened> {
    const client = await this.#server.client();
    const { url } = await client.sendRequest<Pages>(PAGES);
    const body = await contentOf(this.#uri, this.#name);
    const answer = await fetch(`${url}api/files?${new URLSearchParams({ name: this.#name })}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
      body,
      duplex: 'half', // which a stream needs
      signal,
    } as RequestInit);
    const { id, error } = (await answer.json()) as { readonly id?: number; readonly error?: string };
    if (id === undefined) {
      const sentence = error ?? `Headlight’s server could not read ${this.#name} (${answer.status}).`;
      throw answer.status < 500 ? new Refused(sentence) : new Error(sentence);
    }
    return { pages: url, inspection: id };
  }

  async #show(opened: Opened): Promise<void> {
    const { webview } = this.#panel;
    free(this.#before);
    this.#before = this.#shown;
    this.#shown = opened;
    this.#isLost = false;
    if (this.#before?.pages === opened.pages) {
      await webview.postMessage({ type: 'open', inspection: opened.inspection });
    } else {
      const external = await vscode.env.asExternalUri(vscode.Uri.parse(opened.pages));
      webview.html = frame(`${external.toString(true)}#inspection=${opened.inspection}`, 'kept');
    }
  }

  #forget(): void {
    free(this.#before);
    free(this.#shown);
    this.#before = this.#shown = undefined;
  }

  dispose(): void {
    clearTimeout(this.#quiet);
    this.#reading?.abort();
    this.#forget();
    this.#disposables.forEach((one) => one.dispose());
  }
}

/** Shows attention files in tabs of their own. */
export class AttentionFiles implements vscode.Disposable, vscode.CustomReadonlyEditorProvider {
  readonly #context: vscode.ExtensionContext;
  readonly #server: Server;
  readonly #tabs = new Set<AttentionTab>();
  readonly #disposables: readonly vscode.Disposable[];

  constructor(context: vscode.ExtensionContext, server: Server) {
    this.#context = context;
    this.#server = server;
    this.#disposables = [FILE_EDITOR, ARRAYS_EDITOR].map((type) =>
      vscode.window.registerCustomEditorProvider(type, this, {
        webviewOptions: { retainContextWhenHidden: true },
        supportsMultipleEditorsPerDocument: true, // each is read for itself
      }),
    );
  }

  /** Whether one can be seen. */
  get isVisible(): boolean {
    return [...this.#tabs].some((tab) => tab.isVisible);
  }

  /** Opens the export menu of the tab that has the focus; false if none has. */
  async export(): Promise<boolean> {
    const active = [...this.#tabs].find((tab) => tab.isActive);
    await active?.export();
    return active !== undefined;
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => {} };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    panel.webview.options = { enableScripts: true, localResourceRoots: [] };
    panel.iconPath = iconIn(this.#context);
    const tab = new AttentionTab(uri, panel, this.#server);
    this.#tabs.add(tab);
    panel.onDidDispose(() => {
      this.#tabs.delete(tab);
      tab.dispose();
    });
    await tab.read();
  }

  dispose(): void {
    this.#tabs.forEach((tab) => tab.dispose());
    this.#disposables.forEach((one) => one.dispose());
  }
}

/** What a file holds; read while it is sent, if it is on this machine. */
async function contentOf(uri: vscode.Uri, name: string): Promise<BodyInit> {
  const tooLarge = () => new Refused(`${name} is larger than 2 GB: save fewer layers, or a shorter text.`);
  try {
    if (uri.scheme !== 'file') {
      const { size } = await vscode.workspace.fs.stat(uri);
      if (size > MOST_BYTES) {
        throw tooLarge();
      }
      return new Uint8Array(await vscode.workspace.fs.readFile(uri));
    }
    const file = await open(uri.fsPath);
    const { size } = await file.stat();
    if (size > MOST_BYTES) {
      await file.close();
      throw tooLarge();
    }
    return Readable.toWeb(file.createReadStream()) as ReadableStream;
  } catch (cause) {
    throw cause instanceof Refused
      ? cause
      : new Refused(`${name} can’t be read: check that it is there, and that you may read it.`);
  }
}

const addressOf = ({ pages, inspection }: Opened) => `${pages}api/inspections/${inspection}`;

/** Lets the server forget a file; one that has ended has forgotten it. */
function free(opened: Opened | undefined): void {
  if (opened) {
    void fetch(addressOf(opened), { method: 'DELETE' }).catch(() => undefined);
  }
}

/** What failed, in a sentence. */
const sentenceOf = (cause: unknown) =>
  !(cause instanceof Reported) && (serverEnded(cause) || cause instanceof TypeError)
    ? 'Headlight’s server ended while it read the file: try again.'
    : (cause as Error).message;
