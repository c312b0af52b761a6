import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  drawn,
  launch,
  openFile,
  root,
  run,
  serve,
  shot,
  watch,
  type Server,
  type Watch,
} from './headlight.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-e2e-'));
/** Two layers of two heads over six tokens, as another program would write them. */
const foreign = path.join(folder, 'mine.json');
const tokens = ['[CLS]', 'the', 'cat', '##fish', 'swam', '[SEP]'];
const attention = [0, 1].map((layer) =>
  [0, 1].map((head) =>
    tokens.map((_, row) => tokens.map((__, column) => (column === (row + layer + head) % 6 ? 0.75 : 0.05))),
  ),
);

let browser: Browser;
let page: Page;
let seen: Watch;
let server: Server;

beforeAll(async () => {
  writeFileSync(foreign, JSON.stringify({ attention, tokens, sentence_b_start: 4 }));
  [browser, server] = await Promise.all([launch(), serve()]);
  page = await browser.newPage({ viewport: { width: 1100, height: 800 } });
  seen = watch(page);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true });
});

test('a file of another program is shown by the command line in every view that needs only attention', async () => {
  const opened = await openFile(foreign);
  try {
    await page.goto(`${opened.url}&layer=1&view=head`.replace('#&', '#'));
    await drawn(page);
    expect(await page.locator('.column.query .token').allInnerTexts()).toEqual([
      '[CLS]',
      'the',
      'cat',
      'fish',
      'swam',
      '[SEP]',
    ]);
    await page.getByRole('checkbox', { name: 'Head 2' }).dblclick();
    await page.locator('.column.query .token').nth(1).hover();
    await page.locator('.readout[data-token="1"]').waitFor();
    expect(await page.locator('.column.key .weight').allTextContents()).toEqual(
      attention[0]![1]![1]!.map((weight) => weight.toFixed(3)),
    );
    await shot(page, 'opened-head');
    await page.getByRole('tab', { name: 'Model' }).click();
    await page.locator('.model-view canvas').first().waitFor();
    await shot(page, 'opened-model');
    await page.getByRole('tab', { name: 'Neuron' }).click();
    await page.getByText('this file has attention only').waitFor();
    await shot(page, 'opened-neuron');
  } finally {
    await opened.stop();
  }
});

test('a page saved of such a file shows its attention without any server', async () => {
  const opened = await openFile(foreign);
  const saved = path.join(folder, 'saved.html');
  const answer = await fetch(`${opened.url.replace(/#.*/, '')}api/inspections/1/export/attention.html`);
  writeFileSync(saved, Buffer.from(await answer.arrayBuffer()));
  await opened.stop();
  const context = await browser.newContext({ offline: true });
  const tab = await context.newPage();
  const errors = watch(tab);
  await tab.goto(`${pathToFileURL(saved).href}#layer=1`);
  await drawn(tab);
  await tab.getByRole('checkbox', { name: 'Head 1' }).dblclick();
  await tab.locator('.column.query .token').nth(3).hover();
  await tab.locator('.readout[data-token="3"]').waitFor();
  expect(await tab.locator('.column.key .weight').allTextContents()).toEqual(
    attention[0]![0]![3]!.map((weight) => weight.toFixed(3)),
  );
  expect(errors).toEqual({ errors: [], strangers: [] });
  await context.close();
});

test('a file of some heads with something taken out says what it shows, and what it does not hold', async () => {
  const base = root(server);
  const text = 'She drank a cup of ____.';
  const asked = await fetch(`${base}api/inspections`, {
    method: 'POST',
    body: JSON.stringify({ text, without: { hidden: [2], heads: [[1, 3]] } }),
  });
  const { id } = (await asked.json()) as { id: number };
  const exported = async (of: number) => {
    const answer = await fetch(
      `${base}api/inspections/${of}/export/attention.safetensors?layers=2,4&heads=3,4`,
    );
    return Buffer.from(await answer.arrayBuffer());
  };
  const saved = await exported(id);
  await page.goto(server.url);
  await page
    .locator('.open-file input')
    .setInputFiles({ name: 'part.safetensors', mimeType: 'application/octet-stream', buffer: saved });
  await drawn(page, 2);
  await page.getByText('this file holds only layers 2, 4 of 12 and heads 3, 4 of 12').waitFor();
  expect(await page.locator('.out-chip').allInnerTexts()).toEqual(['“drank” hidden', 'head 2.4']);
  expect(await page.getByRole('button', { name: /Put back|Take out/ }).count()).toBe(0);
  expect(await page.locator('.layer').allInnerTexts()).toEqual(['2', '4']);
  for (const view of ['Model', 'Neuron', 'Heatmap', 'Head']) {
    await page.getByRole('tab', { name: view, exact: true }).click();
    await page.locator('.view [data-drawn]').first().waitFor();
    await shot(page, `opened-part-${view.toLowerCase()}`);
  }
  const opened = Number(/inspection=(\d+)/.exec(page.url())![1]);
  const again = await fetch(`${base}api/inspections/${opened}/export/attention.safetensors`);
  expect(Buffer.from(await again.arrayBuffer()).equals(saved)).toBe(true);
  expect(seen.strangers).toEqual([]);
});

test('a file says which model it comes from, as text', async () => {
  const origin = {
    model: 'google-bert/<i>bert</i>-base-uncased',
    revision: '86b5e0934494bd15c9632b12f734a8a67f723594',
    sha256: { 'model.safetensors': 'ab'.repeat(32) },
  };
  const buffer = Buffer.from(JSON.stringify({ attention, tokens, ...origin }));
  await page.goto(server.url);
  await page
    .locator('.open-file input')
    .setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer });
  await page.getByText('from google-bert/<i>bert</i>-base-uncased at 86b5e09', { exact: true }).click();
  expect(await page.locator('.origin dd').allInnerTexts()).toEqual([
    origin.model,
    origin.revision,
    'ab'.repeat(32),
  ]);
  for (const width of [1280, 420]) {
    await page.setViewportSize({ width, height: 800 });
    await shot(page, `opened-origin-${width}`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
  await page.setViewportSize({ width: 1100, height: 800 });
});

test('a file that is dropped on the page is shown, one that was saved as it was, a wrong one is refused', async () => {
  const saved = path.join(folder, 'saved.safetensors');
  run('attention', '--out', saved, 'She drank a cup of ____.');
  await page.goto(server.url);
  const choose = (file: string, name = path.basename(file)) =>
    page
      .locator('.open-file input')
      .setInputFiles({ name, mimeType: 'application/octet-stream', buffer: readFileSync(file) });
  await choose(foreign);
  await drawn(page);
  expect(await page.locator('.column.query .token').nth(3).innerText()).toBe('fish');
  await choose(saved);
  await expect.poll(() => page.locator('.column.query .token').nth(1).innerText()).toBe('she');
  expect(await page.locator('.chip').first().innerText()).toContain('tea');
  const wrong = path.join(folder, 'wrong.json');
  writeFileSync(wrong, JSON.stringify({ attention }));
  await choose(wrong);
  await page.getByText('wrong.json names no tokens').waitFor();
  expect(await page.locator('.column.query .token').nth(1).innerText()).toBe('she');
  expect(seen.strangers).toEqual([]);
});
