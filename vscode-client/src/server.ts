import * as vscode from 'vscode';
import {
  ErrorCodes,
  LanguageClient,
  LSPErrorCodes,
  ResponseError,
  State,
  type LanguageClientOptions,
} from 'vscode-languageclient/node';
import { findJava, javasOn, type Candidate } from './java.ts';
import { launch } from './launch.ts';
import { LOADING, USE_MODEL, type UseModel } from './messages.ts';
import { settingProblems, javaExtensionHomes, modelSetting, setting } from './settings.ts';

/** After this many crashes the server is not restarted. */
const MAX_CRASHES = 5;
/** The wait before the first restart; it doubles each time. */
const FIRST_WAIT_MS = 500;
/** A server that ran this long is healthy: earlier crashes no longer count. */
const HEALTHY_MS = 120_000;

/** `failed`: it runs, but could not load the selected model. */
export type ServerState = 'starting' | 'loading' | 'ready' | 'failed' | 'stopped';

const ENDED: readonly number[] = [ErrorCodes.PendingResponseRejected, ErrorCodes.ConnectionInactive];

/** Whether a request failed because the server ended: that is reported once, where it is restarted. */
export const serverEnded = (cause: unknown) => cause instanceof ResponseError && ENDED.includes(cause.code);

/** Possible Java runtimes, the most deliberate choice first. */
function candidates(): Candidate[] {
  const named: [string, string | undefined][] = [
    ['the setting headlight.java.home', setting('java.home').trim()],
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

/** A log without traces: the messages hold the user's text and the page's token. */
const untraced = (log: vscode.LogOutputChannel): vscode.LogOutputChannel =>
  Object.create(log, {
    logLevel: { value: vscode.LogLevel.Info },
    onDidChangeLogLevel: { value: () => new vscode.Disposable(() => {}) },
    trace: { value: () => {} },
  }) as vscode.LogOutputChannel;

/** Logs errors without showing them; `Server` shows each once. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
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
  #state: ServerState = 'stopped';
  #loadedModel: string | undefined;
  #crashes = 0;
  #startedAt = 0;
  #waiting: NodeJS.Timeout | undefined;
  #restartNotice: vscode.Disposable | undefined;
  readonly #reported = new Set<string>();
  #disposed = false;

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

  /** The running server; starts it if necessary. */
  async client(): Promise<LanguageClient> {
    if (!this.#client) {
      await this.start();
    }
    if (!this.#client) {
      throw new Error('Headlight’s server is not running: restart it, or check its log.');
    }
    return this.#client;
  }

  /** Starts it; calls during a start wait for that start. */
  start(): Promise<void> {
    this.#starting ??= this.#startOnce().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #startOnce(): Promise<void> {
    clearTimeout(this.#waiting);
    this.#reportSettings();
    const java = await findJava(candidates());
    if ('problem' in java) {
      this.#become('stopped');
      void this.#report(java.problem, 'Open Settings', openSettings);
      return;
    }
    this.#become('starting');
    const options = this.#options();
    let begin: (() => void) | undefined;
    const client = new QuietClient('headlight', 'Headlight', this.#launch(java.java), {
      ...options,
      middleware: {
        ...options.middleware,
        handleWorkDoneProgress: (token, step, next) => {
          if (token !== LOADING) {
            next(token, step);
          } else if (step.kind === 'begin') {
            this.#become('loading');
            begin = () => next(token, step);
          } else if (step.kind === 'report') {
            if (step.percentage !== undefined) {
              begin?.(); // a download deserves a notification; for a short load the status bar is enough
              begin = undefined;
            }
            next(token, step);
          } else {
            this.#become(step.message ? 'failed' : 'ready');
            next(token, step);
          }
        },
      },
      outputChannel: this.#log,
      traceOutputChannel: untraced(this.#log),
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: 1 }), // Continue: the server answers what it can't parse with an error
        closed: () => {
          this.#crashed(client);
          return { action: 1, handled: true }; // DoNotRestart: `#crashed` does, after a wait
        },
      },
    });
    this.#prepare(client);
    client.registerProposedFeatures();
    client.registerFeature({
      fillClientCapabilities: (capabilities) => {
        capabilities.experimental = { ...(capabilities.experimental as object), headlight: { panel: true } };
      },
      initialize: () => {},
      getState: () => ({ kind: 'static' }),
      clear: () => {},
    });
    this.#client = client;
    this.#startedAt = Date.now();
    try {
      await client.start();
      if (this.#state === 'starting') {
        this.#become('loading');
      }
    } catch (cause) {
      this.#log.error(String(cause));
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
    this.#waiting = setTimeout(() => void this.start(), wait);
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
    await this.#stop();
    await this.start();
  }

  /** Switches to the model in the settings; the previous one stays in use until it is loaded. */
  async useModel(): Promise<void> {
    if (!this.#client) {
      await this.restart();
      return;
    }
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

  async #stop(): Promise<void> {
    clearTimeout(this.#waiting);
    const client = this.#client;
    this.#client = undefined;
    if (client && client.state !== State.Stopped) {
      await client.stop().catch(() => client.dispose());
    }
    this.#become('stopped');
  }

  #become(state: ServerState): void {
    if (state === this.#state) {
      return;
    }
    this.#state = state;
    if (state === 'ready') {
      this.#loadedModel = modelSetting();
    } else if (state === 'starting' || state === 'stopped') {
      this.#loadedModel = undefined;
    }
    this.#changed.fire(state);
  }

  /** Ends the server with the window. */
  async end(): Promise<void> {
    this.#disposed = true;
    await this.#stop();
  }

  dispose(): void {
    void this.end();
    this.#changed.dispose();
  }
}
