import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HEADLIGHT, launch, settled } from '../e2e/headlight.ts';
import { addressOf, CARDS, FILES, indexOf, type DemoFile } from './demo.ts';

/** Makes docs/demo, from the real thing: `npm run demo`. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const DEMO = path.join(ROOT, 'docs/demo');
const LARGEST = 5_000_000;
/** 1080 × 720 pixels. */
const PICTURE = { viewport: { width: 900, height: 600 }, deviceScaleFactor: 1.2 };

let browser: Browser;
let temp: string;

beforeAll(async () => {
  temp = mkdtempSync(path.join(os.tmpdir(), 'headlight-demo-'));
  mkdirSync(path.join(DEMO, 'images'), { recursive: true });
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  rmSync(temp, { recursive: true, force: true });
});

const fileOf = (name: string) => path.join(DEMO, `${name}.html`);

/** Writes a page; false if its model is not on this machine. */
function made({ name, command, model }: DemoFile): boolean {
  const words = command.map((word) => (word === 'views-heads' ? path.join(temp, word) : word));
  const file = fileOf(name);
  const args = [...words, file, ...(model === undefined ? [] : ['--model', model])];
  const env = { ...process.env, HF_HUB_OFFLINE: '1' };
  const { status, stderr } = spawnSync(HEADLIGHT, args, { cwd: ROOT, env, encoding: 'utf8' });
  if (status !== 0 && model !== undefined) {
    console.log(`${name}.html is left out: ${stderr.trim()}`);
    return false;
  }
  expect(status, stderr).toBe(0);
  expect(statSync(file).size).toBeLessThan(LARGEST);
  return true;
}

/** `npm run demo -- -t list` makes the list of the pages that are there. */
test('pages', { timeout: 600_000 }, () => {
  FILES.forEach(({ name }) => rmSync(fileOf(name), { force: true }));
  expect(FILES.filter(made).length).toBeGreaterThan(7);
});

test('list', async () => {
  rmSync(path.join(DEMO, 'images'), { recursive: true, force: true });
  mkdirSync(path.join(DEMO, 'images'));
  const files = FILES.filter(({ name }) => existsSync(fileOf(name)));
  const cards = CARDS.filter(({ file }) => files.some(({ name }) => name === file)).map((card) => ({
    ...card,
    image: `${card.file}-${card.drawn}`,
  }));
  for (const { drawn, image, ...card } of cards) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ ...PICTURE, colorScheme, reducedMotion: 'reduce' });
      await page.goto(pathToFileURL(DEMO).href + `/${addressOf(card)}`);
      await settled(page, drawn);
      await page.mouse.move(1, 1);
      const png = (await page.screenshot()).toString('base64');
      writeFileSync(
        path.join(DEMO, 'images', `${image}-${colorScheme}.webp`),
        Buffer.from(await page.evaluate(webp, png), 'base64'),
      );
      await page.close();
    }
  }
  writeFileSync(path.join(DEMO, 'index.html'), indexOf(files, cards));
});

/** A PNG as WebP, both in base64; it runs in the browser, which has a writer of it. */
async function webp(png: string): Promise<string> {
  const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0);
  return canvas.toDataURL('image/webp', 0.82).split(',')[1]!;
}
