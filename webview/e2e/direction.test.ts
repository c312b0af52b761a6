import path from 'node:path';
import { expect, test } from 'vitest';
import { open, root, shot, visit } from './headlight.ts';
import { page, server, stage } from './stage.ts';

/** A small XLM-RoBERTa with random weights, whose attention the server's tests know to be right. */
const MODEL = path.resolve(import.meta.dirname, '../../server/src/test/resources/oracle/xlm-roberta');

stage(1000, 800, '--model', MODEL);

const words = () => page.locator('.in-line .token');
const lefts = () =>
  words().evaluateAll((all) => all.map((word) => Math.round(word.getBoundingClientRect().left)));

/** Where arcs meet the sentence: the middles of strokes in the lowest row of the picture, from the page's left. */
const feet = () =>
  page.locator('.arcs canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data, width } = canvas.getContext('2d')!.getImageData(0, canvas.height - 2, canvas.width, 1);
    const { left } = canvas.getBoundingClientRect();
    const drawn = Array.from({ length: width }, (_, x) => data[x * 4 + 3]! > 20);
    const starts = drawn.flatMap((on, x) => (on && !drawn[x - 1] ? [x] : []));
    return starts.map((start) => {
      const end = drawn.indexOf(false, start);
      return Math.round(left + (start + (end < 0 ? width : end) - 1) / 2);
    });
  });

test.each([
  ['Hebrew', 'החתול הלבן ישב על השטיח'],
  ['Arabic', 'القطة البيضاء على السجادة'],
])('a sentence in %s reads from right to left, and arcs end at its words', async (name, text) => {
  const id = await open(server, text);
  await visit(page, server, id, 'layer=1&heads=1&arcs=on&words=on&special=off', 'layer-1');
  expect(await page.getByRole('button', { name: 'Learn', exact: true }).count()).toBe(0); // of the embedded model
  const at = await lefts();
  expect(at).toEqual([...at].sort((a, b) => b - a));
  const names = await words().locator('.text').allInnerTexts();
  expect(names.filter((one) => one.trim() !== '')).toEqual(text.split(' ')); // its spaces are tokens
  const second = names.indexOf(text.split(' ')[1]!);
  await words().nth(second).click();
  await page.locator('.in-line .token.pinned').waitFor();
  await shot(page, `arcs-${name.toLowerCase()}`);
  const middles = await words().evaluateAll((all) =>
    all.map((word) => {
      const { left, width } = word.getBoundingClientRect();
      return left + width / 2;
    }),
  );
  await expect.poll(async () => (await feet()).length).toBeGreaterThan(1);
  const away = (await feet()).map((foot) => Math.min(...middles.map((middle) => Math.abs(middle - foot))));
  expect(Math.max(...away)).toBeLessThan(8);
  await words().nth(second).press('ArrowLeft');
  await expect
    .poll(() => page.evaluate(() => document.activeElement!.getAttribute('data-index')))
    .toBe(String(second + 1));
});

test('a long sentence from right to left begins in view', async () => {
  await page.setViewportSize({ width: 320, height: 700 });
  const id = await open(server, 'החתול הלבן ישב על השטיח הגדול ליד החלון וחיכה לארוחה');
  await visit(page, server, id, 'layer=1&heads=1&arcs=on&words=on&special=off', 'layer-1');
  const [first] = await lefts();
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThan(320);
  await shot(page, 'arcs-hebrew-320');
});

test('the text, its tokens and the words of a readout keep their direction', async () => {
  const id = await open(server, 'החתול הלבן ישב על השטיח');
  await visit(page, server, id, 'layer=1&heads=1&words=on', 'layer-1');
  const field = page.getByRole('textbox', { name: 'Text', exact: true });
  expect(await field.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
  const token = page.locator('.column.query .token', { hasText: 'החתול' });
  expect(await token.locator('.text').evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
  await token.hover();
  await expect
    .poll(() => page.locator('.view .readout').innerText())
    .toContain('“\u2068החתול\u2069” looks at');
  await shot(page, 'columns-hebrew');
});

test('the Why view reads from right to left, its numbers from left to right', async () => {
  const id = await open(server, 'החתול הלבן ישב על <mask>');
  await page.goto(`${root(server)}#inspection=${id}&view=why`);
  const units = page.locator('.why-words .unit');
  await units.first().locator('.effect', { hasText: /\d/ }).waitFor();
  const at = await units.evaluateAll((all) => all.map((unit) => unit.getBoundingClientRect().left));
  expect(at[0]).toBeGreaterThan(at.at(-1)!);
  const direction = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => getComputedStyle(element).direction);
  expect([await direction('.why-words'), await direction('.why-words .effect')]).toEqual(['rtl', 'ltr']);
});

test('a sentence in English reads from left to right', async () => {
  const id = await open(server, 'The white cat sat on the mat');
  await visit(page, server, id, 'layer=1&heads=1&arcs=on&words=on&special=off', 'layer-1');
  const at = await lefts();
  expect(at).toEqual([...at].sort((a, b) => a - b));
  await words().nth(1).press('ArrowRight');
  await expect.poll(() => page.evaluate(() => document.activeElement!.getAttribute('data-index'))).toBe('2');
});
