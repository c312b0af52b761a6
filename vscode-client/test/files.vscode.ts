import { renameSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { attentionFile } from './arrays.ts';
import { startCode, type Code } from './code.ts';
import { drawn, javas, status, tokens, VSIX, WAIT } from './product.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const TOKENS = ['[CLS]', 'the', 'cat', 'fish', 'swam', '[SEP]'];
const CATFISH = 'catfish.attention.safetensors';
const BROKEN = 'broken.attention.json';

let code: Code;
let bench: Workbench;

const inWorkspace = (name: string) => path.join(code.workspace, name);

/** The text of the webview that has a message instead of a page. */
async function message(): Promise<string> {
  const texts = bench.page.frames().map((frame) => frame.locator('[role="alert"]').allInnerTexts());
  return (await Promise.all(texts)).flat().filter(Boolean).join();
}

const closeTab = (title: string) =>
  bench
    .tab(title)
    .getByRole('button', { name: /^Close/ })
    .click();

beforeAll(async () => {
  code = await startCode({
    vsix: VSIX,
    trusted: false, // what such a file says is never trusted
    files: {
      [CATFISH]: attentionFile(TOKENS),
      [BROKEN]: '{"attention": [[[[1, 0], [0.5, 0.7]]]], "tokens": ["a", "b"]}',
      'numbers [1].safetensors': attentionFile(['one', 'two', 'three']),
    },
  });
  bench = await openWorkbench(code);
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') {
    await bench.shot(`failed ${task.name}`);
  }
});
afterAll(async () => {
  expect(await code.stop()).toEqual([]);
  expect(code.strangers).toEqual([]);
  expect(code.errors).toEqual([]);
});

/** The folder is read by a click; the file is drawn. */
async function opened(name: string): Promise<Frame> {
  await bench.clickInExplorer(name);
  await bench.tab(name).waitFor();
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready'); // it starts for the file
  const panel = await bench.panel();
  await drawn(panel);
  return panel;
}

test('a click in the explorer shows the heads of an attention file, in a folder that is not trusted, too', async () => {
  // before it knows the extension, VS Code opens files as text
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, idle');
  expect(javas(code)).toEqual([]);
  const panel = await opened(CATFISH);
  expect(await tokens(panel)).toEqual(TOKENS);
  expect(await panel.locator('body').innerText()).toContain('mine');
  await bench.shot('attention-file');
  expect(await bench.notifications()).toEqual([]);
  // themed as the window is, and the window's keys are its own
  const lightness = () => panel.evaluate(() => Number(/\d+/.exec(getComputedStyle(document.body).color)![0]));
  expect(await lightness()).toBeLessThan(100);
  await bench.command('Preferences: Toggle between Light/Dark Themes');
  await expect.poll(lightness, WAIT).toBeGreaterThan(150);
  await bench.command('Preferences: Toggle between Light/Dark Themes');
  await panel.locator('.column.query .token').nth(2).focus();
  await bench.press('F1');
  await bench.page.locator('.quick-input-widget input.input').first().waitFor();
  await bench.dismiss();
});

test('a file that is written again is read again, and keeps layer, view and pin', async () => {
  const panel = await bench.panel();
  await panel.getByRole('radio', { name: 'Layer 2', exact: true }).check({ force: true });
  await panel.locator('.column.query .token').nth(2).click();
  await expect.poll(() => panel.url()).toMatch(/layer=2.*token=from-2/);
  writeFileSync(inWorkspace(CATFISH), attentionFile(TOKENS, 4));
  await panel.getByRole('radio', { name: 'Layer 4', exact: true }).waitFor({ state: 'attached' });
  expect(panel.url()).toMatch(/layer=2.*token=from-2/);
  // as a careful program writes it, with another text
  const other = TOKENS.map((token) => (token === 'swam' ? 'slept' : token));
  writeFileSync(inWorkspace('new'), attentionFile(other, 4));
  renameSync(inWorkspace('new'), inWorkspace(CATFISH));
  await expect.poll(() => tokens(panel), WAIT).toEqual(other);
  expect(panel.url()).toMatch(/layer=2/);
  // one that is cut off while it is shown ends nothing, and says so
  truncateSync(inWorkspace(CATFISH), 400);
  await expect.poll(message, WAIT).toContain(CATFISH);
  expect(javas(code)).toHaveLength(1);
  writeFileSync(inWorkspace(CATFISH), attentionFile(TOKENS));
  const again = await bench.panel();
  await expect.poll(() => tokens(again), WAIT).toEqual(TOKENS);
  await expect.poll(() => again.url()).toMatch(/layer=2.*token=from-2/);
});

test('the tab is restored after a reload of the window, with its layer, view and pin', async () => {
  let panel = await bench.panel();
  await panel.getByRole('tab', { name: 'Model' }).click();
  await expect.poll(() => panel.url()).toMatch(/view=model.*layer=2.*token=from-2/);
  const reloaded = bench.page.waitForEvent('load');
  await bench.command('Developer: Reload Window');
  await reloaded;
  panel = await bench.panel();
  await drawn(panel);
  await expect.poll(() => panel.url()).toMatch(/view=model.*layer=2.*token=from-2/);
});

test('a server that ends is asked again by the next one', async () => {
  const [server] = javas(code);
  process.kill(server!.pid, 'SIGKILL');
  const found = async () => (await bench.panel()).url();
  const before = await found();
  await expect.poll(found, WAIT).not.toBe(before);
  const panel = await bench.panel();
  await drawn(panel);
  expect(panel.url()).toMatch(/view=model.*layer=2.*token=from-2/);
});

test('a tab that is closed frees the file in the server', async () => {
  const [, page, id] = /^(.*)#inspection=(\d+)/.exec((await bench.panel()).url())!;
  const status = async () => (await bench.page.request.get(`${page}api/inspections/${id}`)).status();
  expect(await status()).toBe(200);
  await closeTab(CATFISH);
  await expect.poll(status).toBe(404);
});

test('a damaged file says what is wrong in its tab, and is shown once it is mended', async () => {
  await bench.clickInExplorer(BROKEN);
  await expect.poll(message, WAIT).toMatch(/^broken\.attention\.json .*sums to 1\.200/);
  await bench.shot('broken-file');
  expect(await bench.notifications()).toEqual([]);
  writeFileSync(inWorkspace(BROKEN), '{"attention": [[[[1, 0], [0.5, 0.5]]]], "tokens": ["a", "b"]}');
  const panel = await bench.panel();
  await expect.poll(() => tokens(panel), WAIT).toEqual(['a', 'b']);
  await closeTab(BROKEN);
});

test('arrays of another name are opened by Open With…, and by Open Attention File…', async () => {
  await bench.clickInExplorer('numbers [1].safetensors');
  await bench.command('View: Reopen Editor With...');
  await bench.choose('Attention (Arrays)');
  await expect.poll(async () => tokens(await bench.panel()), WAIT).toEqual(['one', 'two', 'three']);
  writeFileSync(inWorkspace('numbers [1].safetensors'), attentionFile(['four', 'five']));
  await expect.poll(async () => tokens(await bench.panel()), WAIT).toEqual(['four', 'five']);
  await closeTab('numbers [1].safetensors');
  await bench.command('Headlight: Open Attention File…');
  await bench.choose('numbers [1].safetensors');
  await expect.poll(async () => tokens(await bench.panel()), WAIT).toEqual(['four', 'five']);
  await bench.command('Headlight: Export Attention…');
  await (await bench.panel()).getByText('Offline page').waitFor();
});
