import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame as Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCode, type Code } from './code.ts';
import { apng, type Frame } from './apng.ts';
import { drawn, lit, status, VSIX, WAIT } from './product.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

// Makes the pictures of the README and the walkthrough from the packed extension: npm run pictures

const MEDIA = path.resolve(import.meta.dirname, '../media');
const NOTE = `# Notes

She opened the ____ and walked into the room.

She went to the kitchen and made a cup of [MASK].

It was a fine day, and they walked to the sea.
`;

let code: Code;
let bench: Workbench;

beforeAll(async () => {
  code = await startCode({ vsix: VSIX, files: { 'notes.md': NOTE } });
  bench = await openWorkbench(code);
  await bench.openFile('notes.md');
  await bench.command('View: Toggle Primary Side Bar Visibility');
});
afterAll(() => code.stop());

/** Shows the controls of a page, which a narrow panel folds. */
async function unfold(panel: Page): Promise<void> {
  const folded = panel.locator('.fold:not([open]) > summary');
  if ((await folded.count()) > 0) {
    await folded.click();
  }
}

/** Keeps a picture of the window's upper part. */
async function picture(name: string, height: number): Promise<void> {
  await bench.page.screenshot({ path: path.join(MEDIA, name), clip: { x: 0, y: 0, width: 1120, height } });
}

test('a blank, with its words beside it and in the list of suggestions', async () => {
  await bench.page.setViewportSize({ width: 1120, height: 700 });
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
  await expect.poll(async () => (await bench.hints()).join(' '), WAIT).toMatch(/door.*tea/);
  await bench.goTo(5, 47);
  await bench.suggest();
  await expect.poll(async () => (await bench.suggestions()).length, WAIT).toBe(3);
  await picture('blank.png', 330);
  await bench.press('Escape');
});

test('other words for a selected word', async () => {
  await bench.select(7, 10, 14);
  await bench.command('Headlight: Suggest Words');
  await expect.poll(async () => (await bench.choices()).length, WAIT).toBeGreaterThan(0);
  const list = bench.page.locator('.quick-input-widget');
  await list.waitFor();
  const opacity = () => list.evaluate((one) => getComputedStyle(one).opacity);
  await expect.poll(opacity, WAIT).toBe('1'); // it fades in
  await picture('words.png', 330);
  await bench.press('Escape');
});

test('the panel, and what a token attends to, in the editor', async () => {
  await bench.goTo(3, 3);
  await bench.command('Headlight: Visualize Attention');
  const panel = await bench.panel();
  await drawn(panel);
  await unfold(panel);
  await panel.locator('.head[aria-checked="true"]').dblclick(); // all heads, of a layer in which they attend to several words
  await panel.getByRole('radio', { name: 'Layer 7', exact: true }).check({ force: true });
  await panel.locator('[data-drawn="layer-7"]').waitFor();
  await panel.locator('.column.query .token', { hasText: '[MASK]' }).hover();
  await expect.poll(() => lit(bench), WAIT).toBeGreaterThan(2);
  await bench.page.getByText('More Actions...').waitFor({ state: 'hidden' });
  await picture('attention.png', 700);
});

/** What the Marketplace takes and readers wait for. */
const MOST_BYTES = 3_000_000;

test('an animation: a word is accepted, a head is looked at, a word is explained', async () => {
  const frames: Frame[] = [];
  const size = { width: 960, height: 600 };
  const keep = async (ms: number) => {
    const png = await bench.page.screenshot({ clip: { x: 0, y: 0, ...size } });
    frames.push({ png, ms });
  };
  await bench.page.setViewportSize(size);
  await bench.command('View: Close All Editors');
  await bench.command('Headlight: Open a Sample Text');
  await expect.poll(async () => (await bench.hints()).join(' '), WAIT).toMatch(/door.*tea/);
  await bench.goTo(7, 47);
  await keep(1200);
  for (const letters of [' The', ' sun', ' was', ' ____', ' and', ' warm.']) {
    await bench.type(letters);
    await keep(160);
  }
  await expect.poll(async () => (await bench.hints()).length, WAIT).toBeGreaterThan(11);
  await bench.settledHints();
  await keep(1400);
  await bench.goTo(7, 62);
  await bench.suggest();
  await keep(1600);
  const [first] = await bench.suggestions();
  await bench.takeSuggestion(first!.label);
  await keep(1200);
  await bench.goTo(5, 3);
  await bench.command('Headlight: Visualize Attention');
  const panel = await bench.panel();
  await drawn(panel);
  await unfold(panel);
  await bench.page.mouse.move(300, 450); // away from what has a tooltip
  await bench.page.waitForTimeout(700);
  await keep(1200);
  await panel.locator('.head[aria-checked="true"]').dblclick();
  await panel.getByRole('radio', { name: 'Layer 7', exact: true }).check({ force: true });
  await panel.locator('[data-drawn="layer-7"]').waitFor();
  await keep(900);
  for (const token of ['kitchen', 'cup', '[MASK]']) {
    await panel.locator('.column.query .token', { hasText: token }).hover();
    await expect.poll(() => lit(bench), WAIT).toBeGreaterThan(0);
    await bench.page.waitForTimeout(300); // the exact weights
    await keep(1300);
  }
  await panel.getByRole('tab', { name: 'Model' }).click();
  await panel.locator('.fold[open] > summary').click();
  const heads = panel.locator('[data-drawn]').first();
  await heads.waitFor();
  await heads.evaluate((one) => one.scrollIntoView({ block: 'end' }));
  await bench.page.waitForTimeout(500);
  await keep(2500);
  await panel.getByRole('tab', { name: 'Why' }).click();
  await panel.locator('[data-drawn="why"]').first().waitFor();
  await panel.locator('.effect-cell').first().waitFor();
  await bench.page.mouse.move(300, 450);
  await bench.page.waitForTimeout(700);
  await keep(3000);
  const animation = apng(frames);
  expect(animation.length).toBeLessThan(MOST_BYTES);
  writeFileSync(path.join(MEDIA, 'headlight.png'), animation);
});
