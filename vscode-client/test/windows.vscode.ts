import { chmodSync, existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startCode, type Code, type Options } from './code.ts';
import { drawn, javas as servers, NOTE, status, tokens, VSIX, WAIT } from './product.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

/** Opens a window on the note; closing it leaves no process. */
async function opened(options: Partial<Options> = {}): Promise<{ code: Code; bench: Workbench }> {
  const code = await startCode({ vsix: VSIX, files: { 'note.md': NOTE }, ...options });
  onTestFinished(async () => {
    await code.page.screenshot({
      path: path.join(import.meta.dirname, '../target/screenshots/last-window.png'),
    });
    expect(await code.stop()).toEqual([]);
    expect(code.strangers).toEqual([]);
  });
  const bench = await openWorkbench(code);
  await bench.openFromExplorer('note.md');
  return { code, bench };
}

/**
 * A Java that leaves a trace when it runs.
 *
 * @param release the version in its `release` file; without one it must be run
 * @param then a shell command that it runs afterwards
 */
function tracedJava(release: string | undefined, then = ''): { home: string; ran: () => boolean } {
  const home = mkdtempSync(path.join(tmpdir(), 'headlight-traced-java-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  mkdirSync(path.join(home, 'bin'));
  writeFileSync(path.join(home, 'bin/java'), `#!/bin/sh\ntouch ${home}/ran\n${then}\n`, { mode: 0o755 });
  if (release) {
    writeFileSync(path.join(home, 'release'), `JAVA_VERSION="${release}"\n`);
  }
  return { home, ran: () => existsSync(path.join(home, 'ran')) };
}

/** Without variables, other sources are tried. */
const NO_VARIABLES = { JAVA_HOME: undefined, JDK_HOME: undefined };

test('a missing Java is reported when it is needed, once and with what to do', async () => {
  const { bench } = await opened({ machine: { 'headlight.java.home': '/nowhere' } });
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, stopped');
  expect(await bench.notifications()).toEqual([]); // merely opening a text is no reason
  await bench.goTo(3, 3);
  await bench.command('Headlight: Visualize Attention');
  await expect
    .poll(async () => (await bench.notifications()).join(), WAIT)
    .toContain('There is no Java at /nowhere, where the setting headlight.java.home points');
  await bench.shot('no-java');
  expect(await bench.notifications()).toHaveLength(1);
  expect((await bench.tabs()).join()).not.toContain('Attention'); // no empty panel
  await bench.answer('Open Settings');
  await bench.page.locator('.settings-editor').waitFor();
});

test('a missing model is reported, and another can be selected', async () => {
  const { bench } = await opened({ machine: { 'headlight.model': '/no/such/model' } });
  await expect.poll(async () => (await bench.notifications()).join(), WAIT).toContain('/no/such/model');
  // the embedded model answers meanwhile
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: /no/such/model, failed; using embedded');
  await expect.poll(async () => (await bench.hints()).join(' '), WAIT).toMatch(/down.*·.*door/);
  await bench.shot('no-model');
  await bench.command('Headlight: Select Model');
  await bench.choose('embedded');
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
  await expect.poll(async () => (await bench.hints()).join(' '), WAIT).toMatch(/down.*·.*door/);
});

test.each([
  ['not trusted', false],
  ['trusted', true],
])('a workspace that is %s gets words, but cannot choose the program or the model', async (_how, trusted) => {
  const javas = [tracedJava(undefined), tracedJava('21.0.1'), tracedJava('21.0.1')];
  const [asked, home, own] = javas.map((java) => java.home);
  const { code, bench } = await opened({
    trusted,
    env: NO_VARIABLES,
    folder: {
      'java.jdt.ls.java.home': asked,
      'java.home': home,
      'headlight.java.home': own,
      'headlight.java.options': '-Dmine=1',
      'headlight.model': '/no/such/model',
    },
  });
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
  await expect.poll(async () => (await bench.hints()).join(' '), WAIT).toMatch(/down.*·.*door/);
  // VS Code shows it late: words may be there before
  await expect.poll(() => bench.statusItem('Restricted Mode').count()).toBe(trusted ? 0 : 1);
  expect(javas.map((java) => java.ran())).toEqual([false, false, false]);
  const [server] = servers(code);
  expect(server!.command).not.toContain('mine');
});

test('no Java is needed: the package has one, which yields to the user’s setting', async () => {
  const other = tracedJava('21.0.1', 'exec java "$@"');
  const { code, bench } = await opened({
    env: { ...NO_VARIABLES, JDK_HOME: other.home },
    settings: { 'java.jdt.ls.java.home': other.home },
  });
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
  expect(servers(code)[0]!.command).toContain('/runtime/bin/java');
  expect(other.ran()).toBe(false);
  expect(code.output('Headlight')).toContain('[info] Starting the server');
  expect(code.output('Headlight')).not.toMatch(/\[(warning|error)\]/);
});

test('a newcomer accepts a word, and asks why it is there', async () => {
  const { bench } = await opened({ env: NO_VARIABLES });
  await expect.poll(async () => (await bench.hints()).join(' '), WAIT).toMatch(/down.*·.*door/);
  await bench.settledHints();
  await bench.hint('door').hover();
  await expect.poll(() => bench.hoverText(), WAIT).toMatch(/Insert “door” \(\d+\.\d %\)/);
  await bench.pointAway();
  await bench.pointAtHint();
  await expect.poll(() => bench.hoverText(), WAIT).toContain('Headlight');
  await bench.page.locator('.monaco-hover a', { hasText: 'Why This Word?' }).click();
  const panel = await bench.panel();
  const why = () => panel.locator('select.asked.word option:checked').innerText();
  await expect.poll(why, WAIT).toBe('down');
  await bench.settledHints();
  await bench.takeHint('down');
  await expect.poll(() => bench.text('note.md')).toContain('The cat sat down on');
  // the page follows, though there is no blank any more
  await panel.locator('.chip').first().waitFor();
  await expect.poll(() => panel.locator('textarea').first().inputValue(), WAIT).toContain('sat down on');
  await expect.poll(why, WAIT).toBe('down');
  await bench.shot('why-standing');
});

test('the user’s setting chooses another Java', async () => {
  const java = tracedJava('21.0.1', 'exec java "$@"');
  const { bench } = await opened({ env: NO_VARIABLES, machine: { 'headlight.java.home': java.home } });
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
  expect(java.ran()).toBe(true);
});

test('a window without a blank runs no Java; typing one starts it, and it ends when it is idle', async () => {
  const code = await startCode({
    vsix: VSIX,
    files: {
      'readme.md': 'Nothing is missing here.\n',
      'script.py': '# It returns ____ if there is none.\n',
    },
    settings: { 'headlight.idleMinutes': 1 },
  });
  onTestFinished(async () => expect(await code.stop()).toEqual([]));
  const bench = await openWorkbench(code);
  await bench.openFile('readme.md');
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, idle');
  expect(servers(code)).toEqual([]);
  // a program's blank, before any Markdown had one
  await bench.openFile('script.py');
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
  await expect.poll(async () => (await bench.hints()).length, WAIT).toBeGreaterThan(0);
  await bench.openFile('readme.md');
  await expect.poll(() => status(bench), { timeout: 150_000 }).toBe('Headlight: embedded, idle');
  await expect.poll(() => servers(code), WAIT).toEqual([]);
  await bench.goTo(1, 1);
  await bench.type('____ is missing. ');
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
});

test('text is visualized, and words are replaced, wherever it is shown', async () => {
  const cell = (kind: string, source: string) => ({
    cell_type: kind,
    metadata: {},
    source: [source],
    ...(kind === 'code' && { execution_count: null, outputs: [] }),
  });
  const cells = [
    cell('markdown', 'The quick brown fox.'),
    cell('code', '# It returns ____ if there is none.'),
  ];
  const notebook = { cells, metadata: { language_info: { name: 'python' } }, nbformat: 4, nbformat_minor: 5 };
  const { code, bench } = await opened({
    files: { 'note.md': NOTE, 'cells.ipynb': JSON.stringify(notebook), COMMIT_EDITMSG: 'Mend the lamp\n' },
    settings: { 'diffEditor.useInlineViewWhenSpaceIsLimited': false },
  });
  const visualized = async (token: string) => {
    await bench.command('Headlight: Visualize Attention');
    await expect.poll(async () => tokens(await bench.panel()), WAIT).toContain(token);
  };

  // a commit message, whose language is not one of the chosen ones
  await bench.openFile('COMMIT_EDITMSG');
  await bench.statusItem('Git Commit Message').waitFor();
  await bench.goTo(1, 3);
  await visualized('lamp');

  // both sides of a diff, of which one is no file
  await bench.openFile('note.md');
  await bench.goTo(1, 1);
  await bench.type('Now ');
  await bench.command('File: Compare Active File with Saved');
  for (const [side, first] of [
    ['original', 'the'],
    ['modified', 'now'],
  ] as const) {
    const editor = bench.page.locator(`.monaco-diff-editor .editor.${side}`);
    const focused = async () => {
      await editor.locator('.view-lines').click();
      await bench.page.waitForTimeout(1_000); // a diff that is still opening takes the focus to its right side
      return editor.locator('.monaco-editor.focused').count();
    };
    await expect.poll(focused).toBe(1);
    await bench.press('Control+Home');
    await visualized('mat');
    await expect.poll(async () => (await tokens(await bench.panel()))[1], WAIT).toBe(first);
  }
  await bench.shot('diff');
  await bench.command('View: Close Editor');

  // cells of a notebook
  await bench.openNotebook('cells.ipynb');
  const python = bench.cell('returns');
  await expect.poll(() => python.innerText(), WAIT).toMatch(/____\s*\w+\s·\s\w+\s·\s\w+/);
  await python.click();
  await visualized('returns');
  await bench.press('Escape');
  await bench.press('ArrowUp');
  await bench.press('Enter');
  const prose = bench.cell('fox');
  await prose.getByText('brown').dblclick();
  await visualized('brown');
  await bench.command('Headlight: Suggest Words');
  await bench.page.getByText('Words for “brown”').waitFor(WAIT);
  await expect.poll(async () => (await bench.choices()).length, WAIT).toBeGreaterThan(0);
  const [word] = await bench.choices();
  await bench.press('Enter');
  await expect.poll(() => prose.innerText()).toContain(word);
  await bench.shot('notebook');

  // the log
  await bench.command('Headlight: Show Log');
  await bench.page.locator('.part.panel .monaco-editor').getByText('Starting').first().click();
  await visualized('server');
  expect(await bench.notifications()).toEqual([]);
  expect(code.errors).toEqual([]);
});

test('an attention file can load nothing, whatever it says', async () => {
  const trap = `<!-- <head> --><html><body id="inspection"><p id="arrays">A trap</p><script>
addEventListener('securitypolicyviolation', ({ blockedURI }) => document.body.append(blockedURI + ' was blocked'));
</script><img src="http://127.0.0.1:9/picture"></body></html>`;
  const { bench } = await opened({ files: { 'note.md': NOTE, 'trap.html': trap } });
  await bench.command('Headlight: Open Attention File…');
  await bench.choose('trap.html');
  const texts = () => Promise.all(bench.page.frames().map((frame) => frame.locator('body').innerText()));
  await expect.poll(async () => (await texts()).join(), WAIT).toContain('/picture was blocked');
});

test('a Java that cannot be run is reported', async () => {
  const java = tracedJava('21.0.1');
  chmodSync(path.join(java.home, 'bin/java'), 0o644);
  const { bench } = await opened({ machine: { 'headlight.java.home': java.home } });
  await expect.poll(async () => (await bench.notifications()).join(), WAIT).toContain('ended 5 times');
  await expect.poll(() => status(bench)).toBe('Headlight: embedded, stopped');
});

test('invalid memory and precision in a workspace never reach the command line, and are reported', async () => {
  const trace = path.join(mkdtempSync(path.join(tmpdir(), 'headlight-trace-')), 'ran');
  onTestFinished(() => rmSync(path.dirname(trace), { recursive: true }));
  const { code, bench } = await opened({
    trusted: false,
    folder: {
      'headlight.memory': `256; touch ${trace}`,
      'headlight.precision': `$(touch ${trace}) & \`touch ${trace}\``,
      'headlight.top': 999, // VS Code shows three notifications at once
    },
  });
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
  const messages = async () => (await bench.notifications()).join('\n');
  await expect
    .poll(messages)
    .toContain('The setting headlight.memory must be a whole number from 16 to 65536');
  await expect.poll(messages).toContain('The setting headlight.precision must be auto, float32 or bfloat16');
  await bench.shot('bad-settings');
  const [server, ...more] = servers(code);
  expect(more).toEqual([]);
  expect(server!.command).toMatch(/ lsp --model=embedded --memory=256 --precision=auto$/);
  expect(readlinkSync(`/proc/${server!.pid}/cwd`)).toMatch(
    /\/extensions\/headlight\.headlight-[^/]*\/server$/,
  );
  expect(existsSync(trace)).toBe(false);
});

test('no log, however verbose, and no process list contains the page’s key or the text', async () => {
  const { code, bench } = await opened({
    args: ['--log', 'trace'],
    folder: { 'headlight.trace.server': { verbosity: 'verbose', format: 'json' } },
  });
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
  await bench.goTo(3, 3);
  await bench.command('Headlight: Visualize Attention');
  const panel = await bench.panel();
  await drawn(panel);
  const [key] = /[0-9a-f]{64}/.exec(panel.url()) ?? [];
  expect(key).toBeDefined();
  const log = code.output('Headlight');
  expect(log).not.toBe('');
  expect(log).not.toContain(key);
  expect(log).not.toContain('He opened');
  expect(code.processes().filter(({ command }) => command.includes(key!))).toEqual([]);
});

test('after a reload, what is asked for stays when the panel of before comes back', async () => {
  const { bench } = await opened({ files: { 'note.md': NOTE, 'other.txt': 'Nothing to see.\n' } });
  await bench.goTo(3, 3);
  await bench.command('Headlight: Visualize Attention');
  await drawn(await bench.panel());
  const attention = bench.tab('Attention: note.md');
  await attention.click();
  const focused = () => bench.page.evaluate(() => document.activeElement?.tagName);
  await expect.poll(focused).toBe('IFRAME');
  await bench.openFile('other.txt'); // VS Code brings a hidden panel back once its tab is selected
  const reloaded = bench.page.waitForEvent('load');
  await bench.command('Developer: Reload Window');
  await reloaded;
  await bench.editor('note.md').locator('.view-line').first().click();
  await bench.focused();
  await bench.goTo(1, 3);
  await bench.command('Headlight: Visualize Attention');
  await expect.poll(async () => tokens(await bench.panel()), WAIT).toContain('mat');
  expect(await attention.count()).toBe(2);
  await attention.first().click();
  await expect.poll(() => attention.count(), WAIT).toBe(1);
  await expect.poll(async () => tokens(await bench.panel()), WAIT).toContain('mat');
});

test('two windows have a server each; closing one does not affect the other', async () => {
  const { code, bench } = await opened();
  await bench.goTo(3, 3);
  await bench.command('Headlight: Visualize Attention');
  await drawn(await bench.panel());

  const page = await code.page.context().newPage();
  await page.goto(code.url);
  const other = await openWorkbench({ ...code, page });
  await other.openFile('note.md');
  await other.goTo(1, 3);
  await other.command('Headlight: Visualize Attention');
  // a window on the same folder may first restore what the first one shows
  await expect.poll(async () => tokens(await other.panel()), WAIT).toContain('mat');
  expect(await tokens(await bench.panel())).toContain('walked');
  expect(servers(code)).toHaveLength(2);

  await page.close({ runBeforeUnload: false });
  await expect.poll(() => servers(code).length, { timeout: 60_000 }).toBe(1);
  await bench.page.bringToFront();
  await bench.editor('note.md').click();
  await bench.goTo(3, 10);
  await bench.type(' up');
  await expect.poll(async () => tokens(await bench.panel()), WAIT).toContain('up');
});
