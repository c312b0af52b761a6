import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import * as vscode from 'vscode';

const KINDS: Readonly<Record<string, string>> = {
  png: 'Image',
  svg: 'Drawing',
  html: 'Page',
  json: 'Weights',
  csv: 'Table',
  safetensors: 'Arrays',
  zip: 'Diagrams',
};

/** Only an export of the page's own server is fetched. */
const EXPORT = /^api\/[\w./-]+(\?[\w=&%,.+-]*)?$/;

/** The folder that files were saved in last. */
let folder: vscode.Uri | undefined;

/**
 * Asks where to save an export, and writes it: complete or not at all.
 *
 * @param data its bytes, or its address below the page's
 * @param page the address of the page
 */
export async function saveFile(name: string, data: ArrayBuffer | string, page: string): Promise<void> {
  const plain = path.basename(name).replaceAll(/[^\w.-]/g, '-');
  const ending = path.extname(plain).slice(1);
  folder ??= vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: 'Export Attention',
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, plain) }),
    filters: { [KINDS[ending] ?? 'File']: [ending] },
  });
  if (!target) {
    return;
  }
  folder = vscode.Uri.joinPath(target, '..');
  if (typeof data !== 'string') {
    await vscode.workspace.fs.writeFile(target, new Uint8Array(data));
  } else if (EXPORT.test(data) && !data.includes('..')) {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `Exporting ${plain}`, cancellable: true },
      (_progress, token) => download(new URL(data, page), target, token),
    );
  }
  vscode.window.setStatusBarMessage(`$(check) Saved ${path.posix.basename(target.path)}`, 5_000);
}

async function download(url: URL, target: vscode.Uri, token: vscode.CancellationToken): Promise<void> {
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  const { ok, status, body } = await fetch(url, { signal: abort.signal });
  if (!ok || !body) {
    throw new Error(`Headlight’s server could not export the file (${status}): visualize the text again.`);
  }
  if (target.scheme !== 'file') {
    const parts = await Readable.fromWeb(body as ReadableStream).toArray();
    await vscode.workspace.fs.writeFile(target, Buffer.concat(parts as Uint8Array[]));
    return;
  }
  const unfinished = `${target.fsPath}.incomplete`;
  try {
    await pipeline(Readable.fromWeb(body as ReadableStream), createWriteStream(unfinished));
    await rename(unfinished, target.fsPath);
  } catch (cause) {
    await rm(unfinished, { force: true });
    if (!token.isCancellationRequested) {
      throw cause;
    }
  }
}
