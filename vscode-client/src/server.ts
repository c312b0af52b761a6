import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import {
  LSPErrorCodes,
  ResponseError,
  State,
  type LanguageClient,
  type LanguageClientOptions,
} from 'vscode-languageclient/node';
import { createClient } from './client.ts';
import { findJava, javasOn, type Candidate } from './java.ts';
import { launch } from './launch.ts';
import { EMBEDDED, USE_MODEL, type UseModel } from './messages.ts';
import { Reported, serverEnded } from './problems.ts';
import { settingProblems, javaExtensionHomes, modelSetting, setting } from './settings.ts';

/** After this many crashes the server is not restarted. */
const MAX_CRASHES = 5;
/** The wait before the first restart; it doubles each time. */
const FIRST_WAIT_MS = 500;
/** A server that ran this long is healthy: earlier crashes no longer count. */
const HEALTHY_MS = 120_000;

/**
 * `idle`: it starts when it is needed; `failed`: it runs, but could not load the selected model; `stopped`: it could not
 * be started, or crashed.
 */
export type ServerState = 'idle' | 'starting' | 'loading' | 'ready' | 'failed' | 'stopped';

/** Where to get Java. */
const JAVA = 'https://adoptium.net/temurin/releases/';
/** Whether the user wants to hear no more of a missing Java, in the memory of VS Code. */
const NO_JAVA_KNOWN = 'noJavaKnown';

/**
 * Possible Java runtimes, the most deliberate choice first.
 *
 * @param included the folder of the one in packages for a platform
 */
function candidates(included: string): Candidate[] {
  const named: [string, string | undefined][] = [
    ['the setting headlight.java.home', setting('java.home').trim()],
    ['the included runtime', existsSync(included) ? included : undefined],
    ['JDK_HOME', process.env['JDK_HOME']],
    ['JAVA_HOME', process.env['JAVA_HOME']],
    ...javaExtensionHomes().map((home): [string, string] => ['the Java extension', home]),
  ];
  const onPath = javasOn(process.env['PATH'] ?? '', process.platform);
  return [
    ...named.flatMap(([from, home]) => (home ? [{ from, home }] : [])),
    ...onPath.map((java) => ({ from: 'Java on the path', java })),
  ];
}

const openSettings = () =>
  vscode.commands.executeCommand('workbench.action.openSettings', '@ext:headlight.headlight');

/** The language server: started, watched, restarted when it crashes, and stopped with the window. */
export class Server implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #options: () => LanguageClientOptions;
  readonly #prepare: (client: LanguageClient) => void;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<ServerState>();
  readonly onDidChange = this.#changed.event;
  #client: LanguageClient | undefined;
  #starting: Promise<void> | undefined;
  #state: ServerState = 'idle';
  #loadedModel: string | undefined;
  /** Whether the embedded model stands in for one that could not be loaded at the start. */
  #isSubstituted = false;
  #usedAt = Date.now();
  #hasNoJava = false;
  #toldNoJava = false;
  #crashes = 0;
  #startedAt = 0;
  #waiting: NodeJS.Timeout | undefined;
  #restartNotice: vscode.Disposable | undefined;
  readonly #reported = new Set<string>();
  #disposed = false;
  /** How often it was stopped: a start in between comes to nothing. */
  #stops = 0;

  /** @param prepare called with every client before it starts */
  constructor(
    context: vscode.ExtensionContext,
    log: vscode.LogOutputChannel,
    options: () => LanguageClientOptions,
    prepare: (client: LanguageClient) => void,
  ) {
    this.#context = context;
    this.#log = log;
    this.#options = options;
    this.#prepare = prepare;
  }

  get state(): ServerState {
    return this.#state;
  }

  /** The model in use while the selected one is not loaded yet. */
  get loadedModel(): string | undefined {
    return this.#loadedModel;
  }

  /** Whether it does not run, but could be started: it never was, or is idle, or found no Java. */
  get isStartable(): boolean {
    return this.#state === 'idle' || (this.#state === 'stopped' && this.#hasNoJava);
  }

  /** When it was last used. */
  get usedAt(): number {
    return this.#usedAt;
  }

  /** Notes that it is in use. */
  used(): void {
    this.#usedAt = Date.now();
  }

  /** The running server, for what the user asked for; starts it if necessary. */
  async client(): Promise<LanguageClient> {
    this.used();
    if (!this.#client) {
      await this.start('asked');
    }
    if (!this.#client) {
      throw new Reported('Headlight’s server is not running.');
    }
    return this.#client;
  }

  /**
   * Starts it, unless it runs; calls during a start wait for that start.
   *
   * @param cause whether the user asked for something, typed a blank, or opened a text that has one
   */
  start(cause: 'asked' | 'typed' | 'opened'): Promise<void> {
    this.used();
    if (this.#client && !this.#starting) {
      return Promise.resolve();
    }
    this.#starting ??= this.#startOnce(cause).finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #startOnce(cause: 'asked' | 'typed' | 'opened'): Promise<void> {
    clearTimeout(this.#waiting);
    this.#reportSettings();
    const stops = this.#stops;
    const java = await findJava(candidates(this.#context.asAbsolutePath('runtime')));
    if (stops !== this.#stops) {
      return;
    }
    this.#hasNoJava = 'problem' in java;
    if ('problem' in java) {
      this.#become('stopped');
      this.#reportJava(java.problem, java.isMissing, cause);
      return;
    }
    this.#log.info(`Starting the server with Java ${java.version}: ${java.java}`);
    this.#become('starting');
    const client: LanguageClient = createClient(this.#launch(java.java), this.#options(), this.#log, {
      loading: () => client === this.#client && this.#become('loading'),
      loaded: (succeeded) => client === this.#client && this.#loaded(client, succeeded),
      closed: () => this.#crashed(client),
    });
    this.#prepare(client);
    this.#client = client;
    this.#isSubstituted = false;
    this.#startedAt = Date.now();
    try {
      await client.start();
      if (this.#state === 'starting') {
        this.#become('loading');
      }
    } catch (cause) {
      this.#log.error(String(cause));
      client.serverProcess?.kill();
      this.#crashed(client); // a process that never began doesn't close its connection
    }
  }

  #launch(java: string) {
    return launch({
      platform: process.platform,
      server: this.#context.asAbsolutePath('server'),
      java,
      javaOptions: setting('java.options').trim() || (process.env['HEADLIGHT_JAVA_OPTS'] ?? ''),
      model: modelSetting(),
      memory: setting('memory'),
      precision: setting('precision'),
      env: process.env,
    });
  }

  /** Notes that a model was loaded, or not; if there is none at all then, the embedded one is used. */
  #loaded(client: LanguageClient, succeeded: boolean): void {
    if (succeeded && !this.#isSubstituted) {
      this.#become('ready');
      return;
    }
    if (succeeded) {
      this.#loadedModel = EMBEDDED;
    } else if (!this.#loadedModel && modelSetting() !== EMBEDDED && !this.#isSubstituted) {
      this.#isSubstituted = true;
      void client.sendRequest<UseModel>(USE_MODEL, { model: EMBEDDED }).catch(() => undefined);
    }
    this.#become('failed');
  }

  /** Reports a missing Java: not for a text that was merely opened, and with a way to get it. */
  #reportJava(problem: string, isMissing: boolean, cause: 'asked' | 'typed' | 'opened'): void {
    const known = this.#context.globalState.get<boolean>(NO_JAVA_KNOWN) === true;
    if (cause === 'opened' || (cause === 'typed' && (known || this.#toldNoJava))) {
      this.#log.warn(problem);
      return;
    }
    this.#toldNoJava = true;
    const actions: Record<string, () => unknown> = {
      ...(isMissing && { 'Install Java': () => vscode.env.openExternal(vscode.Uri.parse(JAVA)) }),
      'Open Settings': openSettings,
      ...(cause === 'typed' && {
        'Don’t Show Again': () => this.#context.globalState.update(NO_JAVA_KNOWN, true),
      }),
    };
    void vscode.window
      .showErrorMessage(problem, ...Object.keys(actions))
      .then((chosen) => chosen && actions[chosen]?.());
  }

  /** Reports each problem with the settings once. */
  #reportSettings(): void {
    for (const message of settingProblems().filter((one) => !this.#reported.has(one))) {
      this.#reported.add(message);
      void this.#report(message, 'Open Settings', openSettings);
    }
  }

  /** Restarts a crashed server after a delay; after too many crashes, reports it and stops. */
  #crashed(client: LanguageClient): void {
    if (this.#disposed || client !== this.#client) {
      return;
    }
    this.#client = undefined;
    this.#restartNotice?.dispose();
    this.#crashes = Date.now() - this.#startedAt > HEALTHY_MS ? 1 : this.#crashes + 1;
    this.#become('stopped');
    if (this.#crashes >= MAX_CRASHES) {
      void this.#report(
        `Headlight’s server ended ${MAX_CRASHES} times and will not be restarted.`,
        'Show Log',
        () => this.#log.show(),
      );
      return;
    }
    const wait = FIRST_WAIT_MS * 2 ** (this.#crashes - 1);
    this.#log.warn(`The server ended; restarting in ${wait} ms.`);
    this.#restartNotice = vscode.window.setStatusBarMessage(
      '$(sync~spin) Headlight’s server ended and is restarting',
      wait + 4000,
    );
    this.#waiting = setTimeout(() => void this.start('opened'), wait);
  }

  async #report(message: string, action: string, act: () => unknown): Promise<void> {
    const chosen = await vscode.window.showErrorMessage(message, action);
    if (chosen === action) {
      await act();
    }
  }

  /** Restarts with the current settings and forgets earlier crashes. */
  async restart(): Promise<void> {
    this.#crashes = 0;
    await this.#stop('stopped');
    await this.start('asked');
  }

  /** Stops it until it is needed again. */
  async sleep(): Promise<void> {
    await this.#stop('idle');
  }

  /** Applies settings that count at the start. */
  async settingsChanged(): Promise<void> {
    if (this.#client) {
      await this.restart();
    }
  }

  /** Switches to the model in the settings; the previous one stays in use until it is loaded. */
  async useModel(): Promise<void> {
    if (!this.#client) {
      await this.restart();
      return;
    }
    this.#isSubstituted = false;
    try {
      await this.#client.sendRequest<UseModel>(USE_MODEL, { model: modelSetting() });
      this.#become('ready'); // if it was in use already, no progress was reported
    } catch (cause) {
      const superseded = cause instanceof ResponseError && cause.code === LSPErrorCodes.ServerCancelled;
      if (!superseded && !serverEnded(cause)) {
        await this.#report((cause as Error).message, 'Select Model', () =>
          vscode.commands.executeCommand('headlight.selectModel'),
        );
      }
    }
  }

  /** Ends the process, also while it starts; completes when it has ended, or will be killed. */
  async #stop(next: 'idle' | 'stopped'): Promise<void> {
    clearTimeout(this.#waiting);
    this.#stops++;
    const [client, starting] = [this.#client, this.#starting];
    this.#client = undefined;
    this.#become(next);
    if (client?.state === State.Starting) {
      client.serverProcess?.kill(); // it can't be asked to end yet
    }
    await starting;
    await client?.stop().catch(() => undefined);
  }

  #become(state: ServerState): void {
    if (state === this.#state) {
      return;
    }
    this.#state = state;
    if (state === 'ready') {
      this.#loadedModel = modelSetting();
    } else if (state === 'starting' || state === 'stopped' || state === 'idle') {
      this.#loadedModel = undefined;
    }
    this.#changed.fire(state);
  }

  /** Ends the server with the window. */
  async end(): Promise<void> {
    this.#disposed = true;
    await this.#stop('stopped');
  }

  dispose(): void {
    void this.end();
    this.#changed.dispose();
  }
}
