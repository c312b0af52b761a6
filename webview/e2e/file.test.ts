import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawn, launch, run, shot, watch, weights } from './headlight.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-e2e-'));
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

test('a page written to a file shows the attention without any server', async () => {
  const text = 'The ____ said </script><script>alert(1)</script> “🙂”.';
  const page = path.join(folder, 'page.html');
  const numbers = path.join(folder, 'numbers.json');
  const choice = ['--layers', '2,3', '--heads', '1,4'];
  run('attention', ...choice, '--out', page, text);
  run('attention', ...choice, '--out', numbers, text);

  const context = await browser.newContext({ offline: true, viewport: { width: 1000, height: 700 } });
  const tab = await context.newPage();
  const seen = watch(tab);
  await tab.goto(`${pathToFileURL(page).href}#layer=2`);
  await drawn(tab, 2);
  expect(await tab.locator('header .text').innerText()).toBe(text);
  expect(await tab.locator('.layer').allInnerTexts()).toEqual(['2', '3']);
  expect(await tab.locator('.head').allInnerTexts()).toEqual(['1', '4']);
  expect(await tab.locator('.chip').count()).toBe(3);

  await tab.getByRole('checkbox', { name: 'Head 4' }).dblclick();
  await tab.locator('.column.query .token').nth(2).hover();
  await tab.locator('.readout[data-token="2"]').waitFor();
  const { attention } = JSON.parse(readFileSync(numbers, 'utf8')) as { attention: number[][][][] };
  const written = await tab.locator('.column.key .weight').allTextContents();
  const exact = attention[0]![1]![2]!;
  expect(written.length).toBe(exact.length);
  written.forEach((weight, i) => expect(Math.abs(Number(weight) - exact[i]!)).toBeLessThan(0.00056));
  await shot(tab, 'file');
  expect(await tab.locator('.origin summary').innerText()).toMatch(
    /^from Embedded English BERT, Headlight \d/,
  );
  await tab.locator('.origin summary').click();
  const hash = await tab.locator('.origin dd').nth(1).innerText();
  expect(hash).toBe(createHash('sha256').update(readFileSync(weights)).digest('hex'));
  await shot(tab, 'file-origin');

  await tab.getByText('Export', { exact: true }).click();
  await tab.getByRole('button', { name: 'Figure…' }).click();
  const [figure] = await Promise.all([
    tab.waitForEvent('download'),
    tab.getByRole('dialog').getByRole('button', { name: 'SVG', exact: true }).click(),
  ]);
  expect(figure.suggestedFilename()).toBe('headlight-head-layer-2-head-4.svg');
  expect(readFileSync(await figure.path(), 'utf8')).toContain('Embedded English BERT, layer 2, head 4.');
  expect(readFileSync(await figure.path(), 'utf8')).toContain(`model.safetensors of SHA-256 ${hash}`);
  expect(seen).toEqual({ errors: [], strangers: [] });
  await context.close();
});

/** About 128 tokens. */
const LONG = 'The quick brown fox jumps over the lazy dog, and the dog sleeps in the sun. '.repeat(7).trim();

test('a page of 128 tokens and 144 heads takes less than 5 MB, and opens in a sandboxed frame', async () => {
  const file = path.join(folder, 'long.html');
  run('attention', '--out', file, LONG);
  expect(statSync(file).size).toBeLessThan(5_000_000);
  const slide = path.join(folder, 'slide.html');
  writeFileSync(slide, '<iframe src="long.html" sandbox="allow-scripts" width="1000" height="700"></iframe>');
  const context = await browser.newContext({ offline: true, viewport: { width: 1100, height: 800 } });
  const tab = await context.newPage();
  const seen = watch(tab);
  await tab.goto(pathToFileURL(slide).href);
  const frame = tab.frameLocator('iframe');
  await frame.locator('[data-drawn]').first().waitFor();
  for (const view of ['Model', 'Neuron', 'Heatmap', 'Head']) {
    await frame.getByRole('tab', { name: view, exact: true }).click();
    await frame.locator('.view [data-drawn]').first().waitFor();
  }
  expect(Number((await frame.getByText(/^\d+ tokens$/).innerText()).split(' ')[0])).toBeGreaterThan(120);
  await shot(tab, 'file-sandboxed');
  expect(seen).toEqual({ errors: [], strangers: [] });
  await context.close();
});

test('a damaged page says so', async () => {
  const file = path.join(folder, 'damaged.html');
  run('attention', '--out', file, 'The cat sat.');
  const page = readFileSync(file, 'utf8');
  const at = page.indexOf('id="arrays">') + 400;
  writeFileSync(file, page.slice(0, at) + page.slice(at + 2000));
  const tab = await browser.newPage();
  await tab.goto(pathToFileURL(file).href);
  await tab.getByText('This page can’t be shown: it is damaged').waitFor();
  await tab.close();
});
