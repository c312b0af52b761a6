import * as vscode from 'vscode';
import { EMBEDDED, MODELS, type Model, type Models } from './messages.ts';
import type { Server, ServerState } from './server.ts';
import { modelSetting } from './settings.ts';

const ICONS: Readonly<Record<ServerState, string>> = {
  idle: '$(eye-closed)',
  starting: '$(sync~spin)',
  loading: '$(sync~spin)',
  ready: '$(eye)',
  failed: '$(error)',
  stopped: '$(error)',
};

/** Shows the selected model and the server's state in the status bar. */
export function statusItem(server: Server): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('headlight.model', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Headlight';
  item.command = 'headlight.selectModel';
  const show = () => {
    const model = modelSetting();
    const name = model === EMBEDDED ? 'Headlight' : model.split(/[\\/]/).at(-1) || model;
    item.text = `${ICONS[server.state]} ${name}`;
    const loaded = server.state !== 'ready' && server.loadedModel;
    const label = `Headlight: ${model}, ${server.state}${loaded ? `; using ${loaded}` : ''}`;
    item.tooltip = `${label}\nClick to choose another model`;
    item.accessibilityInformation = { label };
    item.show();
  };
  show();
  return vscode.Disposable.from(item, server.onDidChange(show));
}

interface Choice extends vscode.QuickPickItem {
  /** The name of the model, or a function that asks for it. */
  readonly model: string | (() => Thenable<string | undefined>);
}

const OTHERS: readonly Choice[] = [
  {
    label: '$(cloud-download) From the Hugging Face Hub…',
    description: 'by name, such as google-bert/bert-base-uncased',
    model: () =>
      vscode.window.showInputBox({
        title: 'Headlight: Model',
        prompt: 'Name of a model on the Hugging Face Hub. It is downloaded if it is not in the cache.',
        placeHolder: 'google-bert/bert-base-uncased',
        validateInput: (name) =>
          /^([\w.-]+\/)?[\w.-]+(@[^\s@]+)?$/.test(name.trim())
            ? undefined
            : 'Enter a name, such as gpt2 or google-bert/bert-base-uncased, optionally with @revision',
      }),
  },
  {
    label: '$(folder) A folder…',
    description: 'a checkpoint in the Hugging Face layout',
    model: async () => {
      const picked = await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false });
      return picked?.[0]?.fsPath;
    },
  },
];

function choice({ name, type, bytes, problem }: Model, current: string): Choice {
  const label = `$(${name === current ? 'check' : 'blank'}) ${name}`;
  if (name === EMBEDDED) {
    return { label, description: 'a small English BERT, included with Headlight', model: name };
  }
  const size = bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
  return { label, description: [type, size, problem].filter(Boolean).join(' · '), model: name };
}

/** Lets the user select one of the available models or another; the server loads it. */
export async function selectModel(server: Server): Promise<void> {
  const embedded: Model = { name: EMBEDDED, type: 'bert', bytes: 0 };
  const { models, current } = await server
    .client()
    .then((client) => client.sendRequest<Models>(MODELS))
    .catch(() => ({ models: [embedded], current: '' })); // a model can be selected while no server is running
  const choices = models.map((model) => choice(model, current));
  const chosen = await vscode.window.showQuickPick([...choices, ...OTHERS], {
    title: 'Headlight: Model',
    placeHolder: 'Choose the model that fills blanks and whose attention is shown',
    matchOnDescription: true,
  });
  const model = typeof chosen?.model === 'string' ? chosen.model : await chosen?.model();
  if (model) {
    await vscode.workspace
      .getConfiguration('headlight')
      .update('model', model.trim(), vscode.ConfigurationTarget.Global);
  }
}
