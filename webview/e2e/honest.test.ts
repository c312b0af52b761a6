import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawn, open, painted, root, serve, settled, visit, type Server } from './headlight.ts';
import { page, server, stage } from './stage.ts';

/** What is on the screen is what the model did: unknown words, scales, sums, names. */
const ORACLE = path.resolve(import.meta.dirname, '../../server/src/test/resources/oracle');

stage(1280, 900);
const readout = () => page.locator('.view .readout').last();
const token = (side: 'query' | 'key', index: number) => page.locator(`.column.${side} .token`).nth(index);

describe('a word that the vocabulary does not have', () => {
  let text: number;
  beforeAll(async () => {
    text = await open(server, 'He said ☃ and ☂ to the ☃ again.');
  });

  test('is marked wherever it stands, and counted above', async () => {
    await visit(page, server, text, 'layer=1', 'layer-1');
    expect(await page.locator('.column.query .token.unknown .text').allInnerTexts()).toEqual([
      '[UNK] ☃',
      '[UNK] ☂',
      '[UNK] ☃',
    ]);
    expect(await page.locator('.summary .unknown').innerText()).toContain('3 unknown: the model reads [UNK]');
    await page.getByRole('checkbox', { name: 'Whole words' }).check();
    expect(await page.locator('.column.query .token.unknown').count()).toBe(3);
  });

  test('is not “the same word elsewhere”', async () => {
    await page.goto(`${root(server)}#inspection=${text}&view=model&detail=on&layer=1&head=1`);
    await settled(page, 'model');
    await page.locator('.measures').getByText('separator').waitFor();
    expect(await page.locator('.measures').getByText('same word elsewhere').count()).toBe(0);
  });
});

test('bars of all heads share a scale', async () => {
  const text = await open(server, 'The old man said that he never said never.');
  await visit(page, server, text, 'layer=2&heads=1.2.3.4.5.6.7.8', 'layer-2');
  await token('key', 0).click();
  await page.locator('.bars li').nth(7).waitFor();
  const parts = await page.locator('.bars .part').evaluateAll((all) =>
    all.map((part) => ({
      width: part.getBoundingClientRect().width / part.parentElement!.getBoundingClientRect().width,
      weight: Number(part.getAttribute('title')!.split(' ').at(-1)),
    })),
  );
  const scales = parts.filter(({ weight }) => weight > 0.1).map(({ width, weight }) => width / weight);
  expect(scales.length).toBeGreaterThan(8);
  expect(Math.max(...scales) / Math.min(...scales)).toBeLessThan(1.1);
  expect(await page.locator('.bars h2').innerText()).toMatch(/bars to \d+\.\d\d/);
});

test('two texts without a common word are not called alike', async () => {
  const one = await open(server, 'Quick foxes jump high today');
  const two = await open(server, 'My uncle bought seven green bicycles yesterday morning near Paris');
  await visit(page, server, one, `other=${two}&view=model`, 'difference');
  const note = page.locator('.alignment');
  expect(await note.innerText()).toContain('no word in common (2 of 7 tokens are aligned)');
  expect(await page.locator('.difference.void').count()).toBe(1);
  const three = await open(server, 'Quick dogs jump high today');
  await visit(page, server, one, `other=${three}&view=model`, 'difference');
  await expect.poll(() => note.innerText()).toContain('7 of 7 tokens are aligned');
  expect(await page.locator('.difference.void').count()).toBe(0);
});

test('rows that do not sum to 1 say so', async () => {
  const text = await open(server, 'I never said never.');
  await visit(page, server, text, 'layer=2&heads=1&table=on', 'layer-2');
  await token('query', 1).click();
  await expect.poll(() => readout().innerText()).toMatch(/looks at/);
  expect(await readout().innerText()).not.toContain('hidden tokens');
  await page.getByRole('checkbox', { name: 'Special tokens' }).uncheck();
  await expect.poll(() => readout().innerText()).toMatch(/; 0\.\d{3} goes to hidden tokens$/);
  await page.locator('.table caption').getByText('rows don’t sum to 1').waitFor();
});

test('words that occur twice have their positions in readouts', async () => {
  const text = await open(server, 'I never said never.');
  await visit(page, server, text, 'view=heatmap&layer=1&head=1&token=from-4-2', 'layer-1-head-1');
  expect(await readout().innerText()).toMatch(/“never”₅ looks at “never”₃/);
});

test('the table says which of the heads that are drawn it has', async () => {
  const text = await open(server, 'The cat sat.');
  await visit(page, server, text, 'layer=2&heads=3.5.8&table=on', 'layer-2');
  const caption = page.locator('.table caption');
  await expect.poll(() => caption.innerText()).toContain('of the 3 that are drawn');
  const first = await page.locator('.table tbody').innerText();
  await page.getByRole('combobox', { name: 'Head of the table' }).selectOption({ label: '3' });
  await expect.poll(() => page.locator('.table tbody').innerText()).toBe(first);
  await page.getByRole('combobox', { name: 'Head of the table' }).selectOption({ label: '8' });
  await expect.poll(() => page.locator('.table tbody').innerText()).not.toBe(first);
});

describe('attention that is nearly uniform', () => {
  let uniform: Server;
  beforeAll(async () => {
    uniform = await serve('--model', path.join(ORACLE, 'bert'));
  });
  afterAll(() => uniform?.stop());

  test('is drawn, and named', async () => {
    const text = await open(uniform, 'the cat sat on the mat and '.repeat(18).trim());
    await page.goto(`${root(uniform)}#inspection=${text}&layer=2`);
    await drawn(page, 2);
    await expect.poll(() => page.locator('.drawn-from').innerText()).toMatch(/everything alike/);
    expect(await painted(page, '.lines canvas.all')).toBeGreaterThan(10_000);
    await page.goto(`${root(uniform)}#inspection=${text}&view=model`);
    await settled(page, 'model');
    await page.locator('.cell').nth(4).hover();
    await expect.poll(() => readout().innerText()).toContain('everything alike');
    for (const cells of ['lines', 'cells']) {
      await page.goto(`${root(uniform)}#inspection=${text}&view=model&thumbnails=${cells}`);
      await settled(page, 'model');
      expect(await painted(page, '.sheet')).toBeGreaterThan(2_000);
    }
  });
});

test('weights that are not drawn are said to be so', async () => {
  const text = await open(server, 'The old man said that he never said never.');
  await visit(page, server, text, 'layer=1', 'layer-1');
  expect(await page.locator('.drawn-from').innerText()).toBe('Lines are drawn from weight 0.043 on.');
});
