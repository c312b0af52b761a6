import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawn, launch, run, shot, watch } from './headlight.ts';

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
  expect(written.map((weight) => weight || '0.000')).toEqual(
    attention[0]![1]![2]!.map((weight) => (weight >= 0.0005 ? weight : 0).toFixed(3)),
  );
  await shot(tab, 'file');

  await tab.getByText('Export', { exact: true }).click();
  await tab.getByRole('button', { name: 'Figure…' }).click();
  const [figure] = await Promise.all([
    tab.waitForEvent('download'),
    tab.getByRole('dialog').getByRole('button', { name: 'SVG', exact: true }).click(),
  ]);
  expect(figure.suggestedFilename()).toBe('headlight-head-layer-2-head-4.svg');
  expect(readFileSync(await figure.path(), 'utf8')).toContain('Embedded English BERT, layer 2, head 4.');
  expect(seen).toEqual({ errors: [], strangers: [] });
  await context.close();
});
