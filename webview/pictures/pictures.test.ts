import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'vitest';
import { drawn, launch, run, serve } from '../e2e/headlight.ts';

/** Makes the pictures of the README and the docs, from the real thing: `npm run pictures`. */
const IMAGES = path.resolve(import.meta.dirname, '../../docs/images');
const TEXT = 'A person who never made a ______ never tried anything new.';

test('pictures of the head view', async () => {
  mkdirSync(IMAGES, { recursive: true });
  const [server, browser] = await Promise.all([serve(TEXT), launch()]);
  for (const scheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({
      viewport: { width: 960, height: 640 },
      deviceScaleFactor: 2,
      colorScheme: scheme,
    });
    await page.goto(server.url.replace(/#.*/, '#inspection=1&layer=2'));
    await drawn(page, 2);
    await page.screenshot({ path: path.join(IMAGES, `head-view-${scheme}.png`) });
    await page.locator('.column.query .token').nth(5).hover();
    await page.locator('.readout[data-token="5"]').waitFor();
    await page.screenshot({ path: path.join(IMAGES, `head-view-token-${scheme}.png`) });
    await page.close();
  }
  await browser.close();
  await server.stop();
});

test('a diagram of one head', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-pictures-'));
  run('attention', '--layers', '2', '--heads', '4', '--out', folder, 'The cat sat on the mat.');
  copyFileSync(
    path.join(folder, 'Attention_Layer2_Head4.png'),
    path.join(IMAGES, 'Attention_Layer2_Head4.png'),
  );
  rmSync(folder, { recursive: true });
});
