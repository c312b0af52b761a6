import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from 'vscode-languageclient/node';
import { LOADING } from './messages.ts';

/** What a client tells of its server. */
export interface ClientEvents {
  /** The server loads a model. */
  readonly loading: () => void;
  /** It has loaded it, or not. */
  readonly loaded: (succeeded: boolean) => void;
  /** The connection ended. */
  readonly closed: () => void;
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

/** A client of a server that it will start. It restarts nothing, and shows of the server's progress what deserves it. */
export function createClient(
  server: ServerOptions,
  options: LanguageClientOptions,
  log: vscode.LogOutputChannel,
  { loading, loaded, closed }: ClientEvents,
): LanguageClient {
  let begin: (() => void) | undefined;
  const client = new QuietClient('headlight', 'Headlight', server, {
    ...options,
    middleware: {
      ...options.middleware,
      handleWorkDoneProgress: (token, step, next) => {
        if (token !== LOADING) {
          next(token, step);
        } else if (step.kind === 'begin') {
          loading();
          begin = () => next(token, step);
        } else if (step.kind === 'report') {
          if (step.percentage !== undefined) {
            begin?.(); // a download deserves a notification; for a short load the status bar is enough
            begin = undefined;
          }
          next(token, step);
        } else {
          loaded(step.message === undefined);
          next(token, step);
        }
      },
    },
    outputChannel: log,
    traceOutputChannel: untraced(log),
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: 1 }), // Continue: the server answers what it can't parse with an error
      closed: () => {
        closed();
        return { action: 1, handled: true }; // DoNotRestart: `Server` does, after a wait
      },
    },
  });
  client.registerProposedFeatures();
  client.registerFeature({
    fillClientCapabilities: (capabilities) => {
      capabilities.experimental = { ...(capabilities.experimental as object), headlight: { panel: true } };
    },
    initialize: () => {},
    getState: () => ({ kind: 'static' }),
    clear: () => {},
  });
  return client;
}
