import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { launch, open, root, run, serveWith, settled, visit, type Server } from '../e2e/headlight.ts';

/** Makes the pictures of the README and the docs, from the real thing: `npm run pictures`. */
const IMAGES = path.resolve(import.meta.dirname, '../../docs/images');
const TEXT = 'A person who never made a ______ never tried anything new.';
const KEYS = 'The keys to the cabinet ____ on the table.';
const [GOOD, AWFUL] = [
  'The movie was surprisingly good because the acting felt real.',
  'The movie was surprisingly awful because the acting felt fake.',
];

let server: Server;
let corpus: Server;
let browser: Browser;
let cache: string;
let blank: number;
let good: number;
let awful: number;
let keys: number;
const words = { were: 0, was: 0 };

beforeAll(async () => {
  mkdirSync(IMAGES, { recursive: true });
  cache = mkdtempSync(path.join(os.tmpdir(), 'headlight-cache-')); // what this machine has is nobody's business
  const measured = path.join(cache, 'measured');
  run('corpus', path.join(IMAGES, '../why.md'), '--out', measured);
  [server, corpus, browser] = await Promise.all([
    serveWith({ HF_HUB_CACHE: cache }),
    serveWith({ HF_HUB_CACHE: cache }, '--corpus', measured),
    launch(),
  ]);
  blank = await open(server, TEXT);
  good = await open(server, GOOD);
  awful = await open(server, AWFUL);
  keys = await open(server, KEYS);
  for (const word of ['were', 'was'] as const) {
    const url = `${root(server)}api/inspections/${keys}/candidate?word=${word}`;
    words[word] = ((await (await fetch(url)).json()) as { id: number }).id;
  }
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  await corpus.stop();
  rmSync(cache, { recursive: true, force: true });
});

interface Shot {
  readonly name: string;
  readonly height: number;
  readonly of: () => number;
  readonly shown: string;
  readonly settled: string;
  readonly then?: (page: Page) => Promise<void>;
}

const SHOTS: readonly Shot[] = [
  {
    name: 'head-view',
    height: 900,
    of: () => blank,
    shown: 'layer=4',
    settled: 'layer-4',
    then: async (page) => {
      await page.locator('.column.query .token').nth(5).hover();
      await page.locator('.bars li').first().waitFor();
    },
  },
  {
    name: 'arcs',
    height: 620,
    of: () => good,
    shown: 'layer=4&heads=4.8.12&special=off&arcs=on',
    settled: 'layer-4',
  },
  {
    name: 'model-view',
    height: 800,
    of: () => good,
    shown: 'view=model&layer=4&head=8&detail=on',
    settled: 'model',
    then: (page) => settled(page, 'layer-4'),
  },
  {
    name: 'difference',
    height: 1010,
    of: () => good,
    shown: 'other=AWFUL&view=model&layer=8&head=6&detail=on',
    settled: 'difference',
    then: (page) => page.locator('.difference-panel[data-drawn]').waitFor(),
  },
  {
    name: 'why-view',
    height: 1010,
    of: () => keys,
    shown: 'view=why&rather=WAS&why=WERE',
    settled: 'why',
    then: (page) => page.locator('.unit', { hasText: /^\s*keys/ }).hover(),
  },
  {
    name: 'neuron-view',
    height: 640,
    of: () => good,
    shown: 'view=neuron&layer=1&head=3&token=from-4',
    settled: 'layer-1-head-3-token-4',
    then: (page) => page.locator('.column.key .token').nth(6).hover(),
  },
  {
    name: 'learn',
    height: 760,
    of: () => keys,
    shown: 'layer=4',
    settled: 'layer-4',
    then: async (page) => {
      await page.getByRole('button', { name: 'Learn' }).click();
      await page.locator('.lesson .next').waitFor();
      await page.locator('[data-drawn^="layer-"]').first().waitFor();
    },
  },
  {
    name: 'models-menu',
    height: 460,
    of: () => keys,
    shown: 'layer=4&token=from-3',
    settled: 'layer-4',
    then: async (page) => {
      await page.getByText('Models', { exact: true }).click();
      await page.locator('.models-filter').fill('google-bert/bert-base-uncased');
      await page.getByRole('button', { name: /^Download/ }).waitFor();
    },
  },
  {
    name: 'figure-dialog',
    height: 800,
    of: () => good,
    shown: 'layer=4&heads=4.8.12&arcs=on&special=off',
    settled: 'layer-4',
    then: async (page) => {
      await page.getByText('Export', { exact: true }).click();
      await page.getByRole('button', { name: /^Figure…/ }).click();
      await page.getByRole('dialog').locator('img, svg, canvas').first().waitFor();
    },
  },
  {
    name: 'heatmap-view',
    height: 990,
    of: () => good,
    shown: 'view=heatmap&layer=4&head=9&token=from-4-5',
    settled: 'layer-4-head-9',
  },
];

/** An address with the numbers of what it names. */
const named = (shown: string) =>
  [
    ['AWFUL', awful],
    ['WERE', words.were],
    ['WAS', words.was],
  ].reduce((address, [name, id]) => address.replace(String(name), String(id)), shown);

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  test('corpus-view', async () => {
    const viewport = { width: 1080, height: 1010 };
    const page = await browser.newPage({ viewport, deviceScaleFactor: 1.5, colorScheme });
    await page.goto(`${root(corpus)}#view=corpus`);
    await page
      .locator('.corpus-view .cell')
      .nth(12 * 4 + 9)
      .click();
    await page.locator('.corpus-view .detail svg, .corpus-view .detail canvas').first().waitFor();
    await page.screenshot({ path: path.join(IMAGES, `corpus-view-${colorScheme}.png`) });
    await page.close();
  });

  test.each(SHOTS)('$name', async ({ name, height, of, shown, settled: what, then }) => {
    const viewport = { width: 1080, height };
    const page = await browser.newPage({
      viewport,
      deviceScaleFactor: 1.5,
      colorScheme,
      reducedMotion: 'reduce', // nothing is half faded in
    });
    await visit(page, server, of(), named(shown), what);
    await then?.(page);
    await page.screenshot({ path: path.join(IMAGES, `${name}-${colorScheme}.png`) });
    await page.close();
  });
});

test('a diagram of one head', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-pictures-'));
  run('attention', '--layers', '2', '--heads', '12', '--out', folder, 'The cat sat on the mat.');
  copyFileSync(
    path.join(folder, 'Attention_Layer2_Head12.png'),
    path.join(IMAGES, 'Attention_Layer2_Head12.png'),
  );
  rmSync(folder, { recursive: true });
});
