import { mkdtempSync, rmSync, writeFileSync, existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startCode, type Code, type Options } from './code.ts';
import { drawn, javas, NOTE, status, tokens, VSIX, WAIT } from './product.ts';
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
  await bench.openFile('note.md');
  return { code, bench };
}

/** A Java that leaves a trace where it was run. */
function badJava(): { home: string; ran: () => boolean } {
  const home = mkdtempSync(path.join(tmpdir(), 'headlight-bad-java-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  mkdirSync(path.join(home, 'bin'));
  writeFileSync(path.join(home, 'bin/java'), `#!/bin/sh\ntouch ${home}/ran\n`, { mode: 0o755 });
  return { home, ran: () => existsSync(path.join(home, 'ran')) };
}

test('a Java that is not there is told in one sentence, with what to do', async () => {
  const { bench } = await opened({ machine: { 'headlight.java.home': '/nowhere' } });
  await expect
    .poll(async () => (await bench.notifications()).join(), WAIT)
    .toContain('There is no Java at /nowhere, where the setting headlight.java.home points');
  await bench.shot('no-java');
  await bench.answer('Open Settings');
  await bench.page.locator('.settings-editor').waitFor();
});

test('a model that is not there is told in one sentence, and another can be chosen', async () => {
  const { bench } = await opened({ machine: { 'headlight.model': '/no/such/model' } });
  await expect.poll(async () => (await bench.notifications()).join(), WAIT).toContain('/no/such/model');
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: /no/such/model, failed');
  await bench.shot('no-model');
  await bench.command('Headlight: Select Model');
  await bench.choose('embedded');
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
  await expect.poll(async () => (await bench.hints()).join(' '), WAIT).toMatch(/down.*·.*door/);
});

test('a folder that is not trusted has words, but no say in which Java or model runs', async () => {
  const java = badJava();
  const { bench } = await opened({
    trusted: false,
    folder: {
      'headlight.java.home': java.home,
      'headlight.java.options': '-Dmine=1',
      'headlight.model': '/no/such/model',
    },
  });
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
  await expect.poll(async () => (await bench.hints()).join(' '), WAIT).toMatch(/down.*·.*door/);
  expect(java.ran()).toBe(false);
});

test('two windows have a server each; closing one leaves the other alone', async () => {
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
  const otherPanel = await other.panel();
  await drawn(otherPanel);
  expect(await tokens(otherPanel)).toContain('mat');
  expect(await tokens(await bench.panel())).toContain('walked');
  expect(javas(code)).toHaveLength(2);

  await page.close({ runBeforeUnload: false });
  await expect.poll(() => javas(code).length, { timeout: 60_000 }).toBe(1);
  await bench.page.bringToFront();
  await bench.editor('note.md').click();
  await bench.goTo(3, 10);
  await bench.type(' up');
  await expect.poll(async () => tokens(await bench.panel()), WAIT).toContain('up');
});
