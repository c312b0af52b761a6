import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import * as vscode from 'vscode';
import { exportAt } from './exports.ts';

const KINDS: Readonly<Record<string, string>> = {
  png: 'Image',
  svg: 'Drawing',
  html: 'Page',
  json: 'Weights',
  csv: 'Table',
  safetensors: 'Arrays',
  zip: 'Diagrams',
};

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
  } else if (!(await exported(data, page, target, plain))) {
    return;
  }
  vscode.window.setStatusBarMessage(`$(check) Saved ${path.posix.basename(target.path)}`, 5_000);
}

/** Downloads an export; false if the user cancelled it. */
async function exported(address: string, page: string, target: vscode.Uri, name: string): Promise<boolean> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: `Exporting ${name}`, cancellable: true },
    async (_progress, token) => {
      const abort = new AbortController();
      token.onCancellationRequested(() => abort.abort());
      try {
        await download(exportAt(address, page), target, abort.signal);
      } catch (cause) {
        if (!token.isCancellationRequested) {
          throw cause;
        }
      }
      return !token.isCancellationRequested;
    },
  );
}

async function download(url: URL, target: vscode.Uri, signal: AbortSignal): Promise<void> {
  const { ok, status, body } = await fetch(url, { signal });
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
    throw cause;
  }
}
