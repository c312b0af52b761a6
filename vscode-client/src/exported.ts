import path from 'node:path';
import * as vscode from 'vscode';

/** An exported page is larger than this only if it isn't one. */
const MOST_BYTES = 1 << 30;

/** Nothing is loaded from anywhere, whatever the file says. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:";

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
  if (!/id="inspection"/.test(page) || !/id="arrays"/.test(page)) {
    throw new Error(
      `${name} is not an attention file: choose an offline page (HTML) that Headlight exported.`,
    );
  }
  const panel = vscode.window.createWebviewPanel('headlight.exported', name, vscode.ViewColumn.Active, {
    enableScripts: true,
    localResourceRoots: [],
    retainContextWhenHidden: true,
  });
  const policy = `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`;
  panel.webview.html = page.replace(/<head[^>]*>/, (head) => head + policy);
}
