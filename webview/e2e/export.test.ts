import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Inspection } from '../src/inspection.ts';
import { SafeTensors } from '../src/safetensors.ts';
import { floats, launch, open, root, serve, settled, shot, visit, watch, type Server } from './headlight.ts';

const TEXT = 'The <b>“____”</b> & the 🙂 sat.';
const KEPT = path.resolve(import.meta.dirname, '../target/exports');
const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-exports-'));

let server: Server;
let browser: Browser;
let page: Page;
let text: number;

beforeAll(async () => {
  mkdirSync(KEPT, { recursive: true });
  [server, browser] = await Promise.all([serve(), launch()]);
  text = await open(server, TEXT);
  page = await browser.newPage({ viewport: { width: 1240, height: 900 }, colorScheme: 'light' });
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true });
});

const VIEWS = [
  ['head', 'layer=2', 'layer-2'],
  ['head', 'layer=2&arcs=on', 'layer-2'],
  ['model', '', 'model'],
  ['neuron', 'layer=2&head=3', 'layer-2-head-3-token-1'],
  ['heatmap', 'layer=2&head=3', 'layer-2-head-3'],
  ['heatmap', 'gallery=on', 'gallery'],
] as const;

/** Saves by the menu what is shown; returns the file's name and path. */
async function save(item: RegExp): Promise<{ name: string; file: string }> {
  await page.getByText('Export', { exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: item }).click(),
  ]);
  const file = path.join(folder, download.suggestedFilename());
  await download.saveAs(file);
  return { name: download.suggestedFilename(), file };
}

describe.each(VIEWS)('the %s view (%s)', (view, shown, what) => {
  beforeEach(() => visit(page, server, text, `view=${view}&${shown}`, what));
  const kind = `${view}${shown.includes('arcs') ? '-arcs' : shown.includes('gallery') ? '-gallery' : ''}`;

  test('is saved as SVG with real text', async () => {
    const { name, file } = await save(/SVG/);
    expect(name).toMatch(/^(headlight-[a-z0-9-]+|Attention_Layer2_Head3)\.svg$/);
    const drawing = readFileSync(file, 'utf8');
    if (view !== 'model' && !shown.includes('gallery')) {
      expect(drawing).toMatch(/<text[^>]*>\[UNK\] 🙂<\/text>/);
      expect(drawing).toMatch(/<text[^>]*>&lt;<\/text>/);
    }
    expect(drawing).toMatch(/<text[^>]*>Layer /);
    const looked = await browser.newPage({ viewport: { width: 1300, height: 1000 } });
    const { errors } = watch(looked);
    await looked.goto(pathToFileURL(file).href);
    expect(await looked.evaluate(() => document.documentElement.tagName)).toBe('svg');
    await looked.screenshot({ path: path.join(KEPT, `${kind}.svg.png`) });
    expect(errors).toEqual([]);
    await looked.close();
  });

  test('is saved as a picture', async () => {
    const { name, file } = await save(/PNG(?!s)/);
    expect(name).toMatch(/\.png$/);
    const png = readFileSync(file);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBeGreaterThan(600); // its width, twice as sharp as the page
    execFileSync('cp', [file, path.join(KEPT, `${kind}.png`)]);
  });

  test('is saved as a page that opens as it was, from disk, without any network', async () => {
    await page.getByRole('tab', { selected: true }).click();
    const { name, file } = await save(/HTML/);
    expect(name).toBe(`headlight-${text}.html`);
    const context = await browser.newContext({ offline: true, viewport: { width: 1240, height: 900 } });
    const saved = await context.newPage();
    const seen = watch(saved);
    await saved.goto(pathToFileURL(file).href);
    await settled(saved, what);
    expect(await saved.getByRole('tab', { selected: true }).innerText()).toBe(
      await page.getByRole('tab', { selected: true }).innerText(),
    );
    expect(await saved.locator('header .text').innerText()).toBe(TEXT);
    expect(await saved.locator('b, script:not([type]):not([src])').count()).toBe(0);
    for (const tab of ['Head', 'Model', 'Neuron', 'Heatmap']) {
      await saved.getByRole('tab', { name: tab, exact: true }).click();
      await saved.locator('.view [data-drawn]').first().waitFor();
    }
    await shot(saved, `file-${kind}`);
    expect(seen).toEqual({ errors: [], strangers: [] });
    await context.close();
  });
});

describe('numbers', () => {
  beforeEach(() => visit(page, server, text, 'view=heatmap&layer=2&head=3', 'layer-2-head-3'));

  test('are saved as JSON and as arrays, equal to those of the shown head', async () => {
    const { values } = await floats(
      `${root(server)}api/inspections/${text}/attention/self/1/heads/2`,
      'attention',
    );
    const json = JSON.parse(readFileSync((await save(/ JSON$/)).file, 'utf8')) as {
      text: string;
      shownLayers: number[];
      shownHeads: number[];
      attention: number[][][][];
    };
    expect([json.text, json.shownLayers, json.shownHeads]).toEqual([TEXT, [1], [2]]);
    expect(Float32Array.from(json.attention.flat(3))).toEqual(values);
    const bytes = readFileSync((await save(/ safetensors$/)).file);
    const arrays = new SafeTensors(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
    );
    expect(arrays.floats('attention').values).toEqual(values);
  });

  test('of every head are saved as diagrams', async () => {
    const { file } = await save(/Diagram of each head/);
    const names = readFileSync(file)
      .toString('latin1')
      .match(/Attention_Layer\d+_Head\d+\.png/g)!;
    expect(new Set(names).size).toBe(12 * 12);
  });
});

test('a diagram of all heads is saved alone', async () => {
  await visit(page, server, text, 'view=heatmap&gallery=on', 'gallery');
  const tokens = (await (await fetch(`${root(server)}api/inspections/${text}`)).json()) as Inspection;
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Save the PNG of layer 3, head 2' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('Attention_Layer3_Head2.png');
  const file = path.join(folder, 'one.png');
  await download.saveAs(file);
  expect(readFileSync(file).readUInt32BE(16)).toBe(200 + 40 * tokens.tokens.length);
});

test('the menu is opened and closed by the keyboard', async () => {
  await visit(page, server, text, 'layer=1', 'layer-1');
  const menu = page.locator('.export-menu');
  await menu.locator('summary').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement!.textContent)).toContain('Figure…');
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement!.textContent)).toContain('PNG');
  await page.keyboard.press('Escape');
  expect(await menu.getAttribute('open')).toBeNull();
  expect(await page.evaluate(() => document.activeElement!.textContent)).toBe('Export');
});
