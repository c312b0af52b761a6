import path from 'node:path';
import * as vscode from 'vscode';
import { guarded, isExport } from './exports.ts';

/** An exported page is larger than this only if it isn't one. */
const MOST_BYTES = 1 << 30;

/** Opens an attention file, a page that Headlight exported, in a panel. */
export async function openExported(): Promise<void> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: 'Open Attention File',
      filters: { 'Attention (offline page)': ['html'] },
    })) ?? [];
  if (!file) {
    return;
  }
  const { size } = await vscode.workspace.fs.stat(file);
  const page = size < MOST_BYTES ? new TextDecoder().decode(await vscode.workspace.fs.readFile(file)) : '';
  const name = path.posix.basename(file.path);
  if (!isExport(page)) {
    throw new Error(
      `${name} is not an attention file: choose an offline page (HTML) that Headlight exported.`,
    );
  }
  const panel = vscode.window.createWebviewPanel('headlight.exported', name, vscode.ViewColumn.Active, {
    enableScripts: true,
    localResourceRoots: [],
    retainContextWhenHidden: true,
  });
  panel.webview.html = guarded(page);
}
