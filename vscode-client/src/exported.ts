import path from 'node:path';
import * as vscode from 'vscode';
import { guarded, isExport } from './exports.ts';
import { FILE_EDITOR } from './files.ts';

/** An exported page is larger than this only if it isn't one. */
const MOST_BYTES = 1 << 30;

/** Opens an attention file: arrays in their editor, a page that Headlight exported in a panel. */
export async function openFile(): Promise<void> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: 'Open Attention File',
      filters: { 'Attention (arrays or offline page)': ['safetensors', 'npz', 'json', 'html'] },
    })) ?? [];
  if (!file) {
    return;
  }
  if (path.posix.extname(file.path) === '.html') {
    await openExported(file);
  } else {
    await vscode.commands.executeCommand('vscode.openWith', file, FILE_EDITOR);
  }
}

async function openExported(file: vscode.Uri): Promise<void> {
  const { size } = await vscode.workspace.fs.stat(file);
  const page = size < MOST_BYTES ? new TextDecoder().decode(await vscode.workspace.fs.readFile(file)) : '';
  const name = path.posix.basename(file.path);
  if (!isExport(page)) {
    throw new Error(
      `${name} is not an attention file: choose an offline page (HTML) that Headlight exported, or arrays.`,
    );
  }
  const panel = vscode.window.createWebviewPanel('headlight.exported', name, vscode.ViewColumn.Active, {
    enableScripts: true,
    localResourceRoots: [],
    retainContextWhenHidden: true,
  });
  panel.webview.html = guarded(page);
}
