import * as vscode from 'vscode';
import { ErrorCodes, ResponseError } from 'vscode-languageclient/node';

/** A failure that the user has already been told about. */
export class Reported extends Error {}

const ENDED: readonly number[] = [ErrorCodes.PendingResponseRejected, ErrorCodes.ConnectionInactive];

/** Whether a request failed because the server ended: that is reported once, where it is restarted. */
export const serverEnded = (cause: unknown) => cause instanceof ResponseError && ENDED.includes(cause.code);

/** Tells the user what failed, once. */
export function report(cause: unknown): void {
  if (!(cause instanceof Reported) && !serverEnded(cause)) {
    void vscode.window.showErrorMessage((cause as Error).message);
  }
}
