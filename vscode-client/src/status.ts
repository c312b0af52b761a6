import * as vscode from 'vscode';
import type { Server, ServerState } from './server.ts';

const ICONS: Readonly<Record<ServerState, string>> = {
  starting: '$(sync~spin)',
  loading: '$(sync~spin)',
  ready: '$(eye)',
  stopped: '$(error)',
};

/** Says in the status bar which model is there, and how it does. */
export function statusItem(server: Server): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('headlight.model', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Headlight';
  item.command = 'headlight.selectModel';
  const show = () => {
    const model = vscode.workspace.getConfiguration('headlight').get<string>('model') || 'embedded';
    const name = model.split(/[\\/]/).at(-1) || model;
    item.text = `${ICONS[server.state]} ${name}`;
    item.tooltip = `Headlight: ${model}, ${server.state}`;
    item.accessibilityInformation = { label: item.tooltip };
    item.show();
  };
  show();
  return vscode.Disposable.from(item, server.onDidChange(show));
}

/** Lets a person choose the model; the server starts anew with it. */
export async function selectModel(): Promise<void> {
  const embedded = { label: 'embedded', description: 'a small English BERT, ships with Headlight' };
  const folder = {
    label: '$(folder) A folder…',
    description: 'a checkpoint as the Hugging Face hub lays it out',
  };
  const hub = {
    label: '$(cloud-download) A model of the Hugging Face hub…',
    description: 'by its name; downloaded where it isn’t in the cache',
  };
  const chosen = await vscode.window.showQuickPick([embedded, hub, folder], { title: 'Headlight: Model' });
  if (!chosen) {
    return;
  }
  let model = 'embedded';
  if (chosen === hub) {
    const name = await vscode.window.showInputBox({
      title: 'Headlight: Model',
      prompt: 'The name of a model on the Hugging Face hub, organisation/name or organisation/name@revision.',
      placeHolder: 'google-bert/bert-base-uncased',
      validateInput: (typed) =>
        /^[\w.-]+\/[\w.-]+(@[\w./-]+)?$/.test(typed.trim()) ? undefined : 'Write organisation/name.',
    });
    if (!name) {
      return;
    }
    model = name.trim();
  }
  if (chosen === folder) {
    const picked = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false });
    if (!picked?.[0]) {
      return;
    }
    model = picked[0].fsPath;
  }
  await vscode.workspace
    .getConfiguration('headlight')
    .update('model', model, vscode.ConfigurationTarget.Global);
}
