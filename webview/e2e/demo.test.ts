import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { begun, launch, shot, watch } from './headlight.ts';

/** The pages that the README links first, as they are in the repository; pictures/demo.test.ts makes them. */
const DEMO = path.resolve(import.meta.dirname, '../../docs/demo');
const INDEX = pathToFileURL(path.join(DEMO, 'index.html')).href;
const LARGEST = 5_000_000;

let browser: Browser;
let offline: BrowserContext;

beforeAll(async () => {
  browser = await launch();
  offline = await browser.newContext({ offline: true, viewport: { width: 1280, height: 900 } });
});
afterAll(() => browser?.close());

test('the list shows a picture of each page, in light and in dark, and asks no network', async () => {
  const page = await offline.newPage();
  const seen = watch(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(INDEX);
    const images = page.locator('li img');
    for (const image of await images.all()) {
      await image.scrollIntoViewIfNeeded();
      await expect.poll(() => image.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(1080);
      expect(await image.evaluate((img: HTMLImageElement) => img.currentSrc)).toContain(`-${colorScheme}.`);
    }
    await page.evaluate(() => scrollTo(0, 0));
    await shot(page, `demo-${colorScheme}`);
  }
  await page.setViewportSize({ width: 320, height: 700 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  expect(seen).toEqual({ errors: [], strangers: [] });
  await page.close();
});

test('each page is listed, is smaller than 5 MB, and opens without a network in the view that its card shows', async () => {
  const page = await offline.newPage();
  await page.goto(INDEX);
  const cards = await page
    .locator('li a')
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
  const listed = new Set(cards.map((card) => path.basename(new URL(card).pathname)));
  const files = readdirSync(DEMO).filter((name) => name.endsWith('.html') && name !== 'index.html');
  expect([...listed].sort()).toEqual(files.sort());
  for (const file of files) {
    expect(statSync(path.join(DEMO, file)).size, file).toBeLessThan(LARGEST);
  }
  for (const card of cards) {
    const opened = await offline.newPage();
    const seen = watch(opened);
    await opened.goto(card);
    await begun(opened);
    const view = new URLSearchParams(new URL(card).hash.slice(1)).get('view') ?? 'why';
    expect(await opened.getByRole('tab', { selected: true }).getAttribute('id'), card).toBe(`tab-${view}`);
    expect(await opened.locator('.notice').allInnerTexts(), card).toEqual([]);
    expect(seen, card).toEqual({ errors: [], strangers: [] });
    await opened.close();
  }
  await page.close();
});

test('a head of the corpus page opens with its texts, which are text and no buttons', async () => {
  const page = await offline.newPage();
  const seen = watch(page);
  await page.goto(pathToFileURL(path.join(DEMO, 'corpus.html')).href);
  await begun(page);
  expect(await page.getByRole('tab').allInnerTexts()).toEqual(['Corpus']);
  await page
    .locator('.cell')
    .nth(12 * 4 + 9)
    .click();
  await page.locator('.corpus-head h2', { hasText: 'Layer 5 · Head 10' }).waitFor();
  expect(new URL(page.url()).hash).toContain('profile=5.10');
  expect(await page.locator('.sentences span[dir]').count()).toBeGreaterThan(0);
  expect(await page.locator('.sentences button').count()).toBe(0);
  await page.goBack();
  await page.locator('.corpus-head h2').waitFor({ state: 'hidden' });
  expect(seen).toEqual({ errors: [], strangers: [] });
  await page.close();
});
