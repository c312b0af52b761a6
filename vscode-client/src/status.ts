import * as vscode from 'vscode';
import { MODELS, type Model, type Models } from './messages.ts';
import type { Server, ServerState } from './server.ts';
import { modelSetting } from './settings.ts';

const ICONS: Readonly<Record<ServerState, string>> = {
  starting: '$(sync~spin)',
  loading: '$(sync~spin)',
  ready: '$(eye)',
  failed: '$(error)',
  stopped: '$(error)',
};

/** Says in the status bar which model is there, and how it does. */
export function statusItem(server: Server): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('headlight.model', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Headlight';
  item.command = 'headlight.selectModel';
  const show = () => {
    const model = modelSetting();
    const name = model.split(/[\\/]/).at(-1) || model;
    item.text = `${ICONS[server.state]} ${name}`;
    const answers = server.state !== 'ready' && server.answering;
    item.tooltip = `Headlight: ${model}, ${server.state}${answers ? `; ${answers} answers` : ''}`;
    item.accessibilityInformation = { label: item.tooltip };
    item.show();
  };
  show();
  return vscode.Disposable.from(item, server.onDidChange(show));
}

interface Choice extends vscode.QuickPickItem {
  /** The name of the model, or how it is asked for. */
  readonly take: string | (() => Thenable<string | undefined>);
}

const OTHERS: readonly Choice[] = [
  {
    label: '$(cloud-download) From the Hugging Face hub…',
    description: 'by its name, such as google-bert/bert-base-uncased',
    take: () =>
      vscode.window.showInputBox({
        title: 'Headlight: Model',
        prompt: 'A model’s name on the Hugging Face hub. It is downloaded unless it is in the hub’s cache.',
        placeHolder: 'google-bert/bert-base-uncased',
        validateInput: (name) =>
          /^[\w.-]+\/[\w.-]+(@[^\s@]+)?$/.test(name.trim())
            ? undefined
            : 'organisation/name, with @revision if you like',
      }),
  },
  {
    label: '$(folder) A folder…',
    description: 'a checkpoint as the Hugging Face hub lays it out',
    take: async () => {
      const picked = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false });
      return picked?.[0]?.fsPath;
    },
  },
];

function choice({ name, type, bytes, problem }: Model): Choice {
  if (name === 'embedded') {
    return { label: name, description: 'a small English BERT, ships with Headlight', take: name };
  }
  const size = bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
  return { label: name, description: [type, size, problem].filter(Boolean).join(' · '), take: name };
}

/** Lets a person choose the model, of those that are there or any other; the server takes it. */
export async function selectModel(server: Server): Promise<void> {
  const embedded: Model = { name: 'embedded', type: 'bert', bytes: 0 };
  const here = await server
    .client()
    .then((client) => client.sendRequest<Models>(MODELS))
    .then(
      ({ models }) => models,
      () => [embedded], // a model can be chosen where no server runs, too
    );
  const chosen = await vscode.window.showQuickPick([...here.map(choice), ...OTHERS], {
    title: 'Headlight: Model',
    matchOnDescription: true,
  });
  const model = typeof chosen?.take === 'string' ? chosen.take : await chosen?.take();
  if (model) {
    await vscode.workspace
      .getConfiguration('headlight')
      .update('model', model.trim(), vscode.ConfigurationTarget.Global);
  }
}
