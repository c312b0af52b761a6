import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';

/** Tests that run inside the extension host. */
type Claim = () => Promise<void>;

const PATIENCE_MS = 30_000;

/** Retries until there is a result; providers have none while the server starts. */
async function until<T>(what: string, ask: () => Thenable<T | undefined | false>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer) {
      return answer;
    }
    assert.ok(Date.now() < end, `${what} didn't come`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Opens a text in an editor: the server starts for what is seen. */
async function open(content: string, language = 'plaintext'): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ content, language });
  await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  return document;
}

const whole = (document: vscode.TextDocument) =>
  new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end);

/** The words of a hint; separators have no tooltip. */
const wordsOf = ({ label }: vscode.InlayHint) =>
  (typeof label === 'string' ? [] : label).filter(({ tooltip }) => tooltip).map(({ value }) => value);

const askHints = async (document: vscode.TextDocument) =>
  (await vscode.commands.executeCommand<vscode.InlayHint[]>(
    'vscode.executeInlayHintProvider',
    document.uri,
    whole(document),
  )) ?? [];

const hints = (document: vscode.TextDocument, count = 1) =>
  until(`${count} hints`, async () => {
    const found = await askHints(document);
    return found.length === count && found;
  });

/** The servers of this window. */
const servers = () =>
  readdirSync('/proc').filter((entry) => {
    try {
      return (
        readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes('headlight.jar\0lsp') &&
        readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ')[1]!.split(' ')[1] === String(process.pid)
      );
    } catch {
      return false; // no process, or one that has ended
    }
  });

const settings = () => vscode.workspace.getConfiguration('headlight');

/** Runs an action with a setting, and then resets it. */
async function withSetting(name: string, value: unknown, act: () => Promise<void>): Promise<void> {
  await settings().update(name, value, vscode.ConfigurationTarget.Global);
  try {
    await act();
  } finally {
    await settings().update(name, undefined, vscode.ConfigurationTarget.Global);
  }
}

/** An in-memory file system. */
class Memory implements vscode.FileSystemProvider {
  readonly #text: Uint8Array;
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  constructor(text: string) {
    this.#text = new TextEncoder().encode(text);
  }
  watch = () => new vscode.Disposable(() => undefined);
  stat = () => ({ type: vscode.FileType.File, ctime: 0, mtime: 0, size: this.#text.length });
  readFile = () => this.#text;
  readDirectory = () => [];
  createDirectory = () => undefined;
  writeFile = () => undefined;
  delete = () => undefined;
  rename = () => undefined;
}

const claims: Record<string, Claim> = {
  'every command in the manifest is registered': async () => {
    const extension = vscode.extensions.getExtension('headlight.headlight')!;
    const { commands } = extension.packageJSON.contributes as { commands: { command: string }[] };
    await extension.activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      commands.map(({ command }) => command).filter((command) => !registered.has(command)),
      [],
    );
  },

  'a blank has one hint with three words after it': async () => {
    const document = await open('The cat sat ____ on the mat.\n');
    const [hint] = await hints(document);
    assert.equal(wordsOf(hint!).length, 3);
    assert.deepEqual(hint!.position, new vscode.Position(0, 16));
  },

  'accepting a word replaces the blank, in UTF-16': async () => {
    const document = await open('🙂 naïve\r\nThe 猫 sat ____ on the mat.\r\n');
    const [hint] = await hints(document);
    const [word] = wordsOf(hint!);
    const range = { start: { line: 1, character: 10 }, end: { line: 1, character: 14 } };
    await vscode.commands.executeCommand('headlight.acceptWord', { uri: String(document.uri), range, word });
    const text = `🙂 naïve\r\nThe 猫 sat ${word} on the mat.\r\n`;
    await until('the word', async () => document.getText() === text);
  },

  'the list at a blank has three words by probability, which replace it': async () => {
    const document = await open('The cat sat ____ on the mat.\n');
    await hints(document);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      new vscode.Position(0, 14),
    );
    const shares = items.map(({ detail }) => Number(/^([\d.]+) %$/.exec(detail!)![1]));
    assert.equal(items.length, 3);
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => b - a),
    );
    for (const { range } of items) {
      const replaced = range instanceof vscode.Range ? range : range!.replacing;
      assert.equal(document.getText(replaced), '____');
    }
  },

  'nothing is suggested where there is no blank': async () => {
    const document = await open('The cat sat on the mat.\n\n____ is here.');
    await hints(document);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      new vscode.Position(0, 5),
    );
    assert.deepEqual(items, []);
  },

  'hovering a blank shows more than three words': async () => {
    const document = await open('The cat sat ____ on the mat.\n');
    await hints(document);
    const [hover] = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      new vscode.Position(0, 14),
    );
    const text = hover!.contents.map((content) => (content as vscode.MarkdownString).value).join('\n');
    assert.ok((text.match(/\d %/g) ?? []).length > 3, text);
  },

  'a selection can be visualized, and a selected word replaced': async () => {
    const document = await open('The capital of France is London.\n');
    await vscode.window.showTextDocument(document);
    const titles = await until('code actions', async () => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        new vscode.Range(0, 25, 0, 31),
      );
      return actions.length > 0 && actions.map(({ title }) => title).sort();
    });
    assert.deepEqual(titles, ['Suggest Words for “London”', 'Visualize Attention', 'Why This Word?']);
  },

  'a file that is not on disk has words, too': async () => {
    const memory = new Memory('The cat sat ____ on the mat.\n');
    const registered = vscode.workspace.registerFileSystemProvider('memory', memory, { isReadonly: true });
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('memory:/note.md'));
    assert.equal(wordsOf((await hints(document))[0]!).length, 3);
    registered.dispose();
  },

  'a language that is not selected has none': async () => {
    const chosen = await open('The cat sat ____ on the mat.\n');
    const other = await open('"The cat sat ____ on the mat."\n', 'json');
    await hints(chosen);
    assert.deepEqual(await askHints(other), []);
  },

  'hints can be switched off': async () => {
    const document = await open('The cat sat ____ on the mat.\n');
    await hints(document);
    await withSetting('inlineHints', false, async () => assert.deepEqual(await askHints(document), []));
    await hints(document);
  },

  'the setting determines the number of words': async () => {
    const document = await open('The cat sat ____ on the mat.\n');
    await withSetting('top', 5, () =>
      until('five words', async () => {
        const [hint] = await askHints(document);
        return hint !== undefined && wordsOf(hint).length > 3; // those under 1 % are left out
      }).then(() => undefined),
    );
  },

  'another model is used once it is selected': async () => {
    const document = await open('The cat sat ____ on the mat.\n');
    const words = async () => (await askHints(document)).flatMap(wordsOf);
    await until('three words', async () => (await words()).length === 3);
    const before = await words();
    await withSetting('model', process.env['HEADLIGHT_OTHER_MODEL'], () =>
      until('other words', async () => {
        const now = await words();
        return now.length > 0 && now.join() !== before.join();
      }).then(() => undefined),
    );
    await until('the first words', async () => (await words()).join() === before.join());
  },

  'restarting again and again, while it starts, leaves one server that answers': async () => {
    const document = await open('The cat sat ____ on the mat.\n');
    await hints(document);
    const restart = () => vscode.commands.executeCommand('headlight.restart');
    const restarts = [restart(), restart()];
    await until('a server that starts', async () => servers().length > 0);
    await Promise.all([...restarts, restart(), restart()]);
    await hints(document);
    await until('the end of the others', async () => servers().length === 1);
    await hints(document);
  },

  'a language that is not selected can be visualized, too': async () => {
    const document = await open('{ "title": "The quick brown fox" }', 'json');
    const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    editor.selection = new vscode.Selection(0, 12, 0, 31);
    await vscode.commands.executeCommand('headlight.visualizeAttention');
    const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const panels = () => tabs().filter(({ label }) => label.startsWith('Attention'));
    assert.equal(panels().length, 1);
    assert.deepEqual(await askHints(document), []);
    await vscode.window.tabGroups.close(panels());
  },

  'visualizing twice uses one panel': async () => {
    const document = await open('The cat sat down.\n\nThe dog ran away.\n');
    const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    const panels = () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .filter(({ label }) => label.startsWith('Attention'));
    editor.selection = new vscode.Selection(0, 0, 0, 17);
    await vscode.commands.executeCommand('headlight.visualizeAttention');
    assert.equal(panels().length, 1);
    editor.selections = [new vscode.Selection(0, 0, 0, 17), new vscode.Selection(2, 0, 2, 17)];
    await vscode.commands.executeCommand('headlight.visualizeAttention');
    assert.equal(panels().length, 1);
    await vscode.window.tabGroups.close(panels());
  },

  'a panel behind another tab comes back into view, also while the side bar is open': async () => {
    const document = await open('The cat sat down.\n');
    await vscode.commands.executeCommand('headlight.visualizeAttention');
    const other = await vscode.workspace.openTextDocument({ content: 'Something else.\n' });
    await vscode.window.showTextDocument(other, vscode.ViewColumn.Two);
    await vscode.commands.executeCommand('headlight.view.focus');
    const isShown = () =>
      vscode.window.tabGroups.all.some(({ activeTab }) => activeTab?.label.startsWith('Attention'));
    assert.equal(isShown(), false);
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await vscode.commands.executeCommand('headlight.visualizeAttention');
    await until('the panel', async () => isShown());
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
  },
};

module.exports = claims;
