import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { drawn, expectWritten, floats, open, painted, root, run, settled, shot, visit } from './headlight.ts';
import { page, server, stage } from './stage.ts';

const SOURCE = 'The quick brown fox jumps over the lazy dog';
const TARGET = 'the lazy fox';
/** A small encoder-decoder with random weights, whose attention the server's tests know to be right. */
const MODEL = path.resolve(import.meta.dirname, '../../server/src/test/resources/oracle/bart');

interface Inspection {
  readonly pair: string;
  readonly tokens: readonly { readonly text: string; readonly segment: number }[];
  readonly attentions: readonly { readonly kind: string; readonly keys: { readonly end: number } }[];
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-e2e-'));

stage(1100, 800, '--model', MODEL);
afterAll(() => rmSync(folder, { recursive: true }));

const found = async (id: number) =>
  (await (await fetch(`${root(server)}api/inspections/${id}`)).json()) as Inspection;

/** How many tokens the source has: the keys of the encoder. */
const sourceOf = ({ attentions }: Inspection) => attentions[0]!.keys.end;

/** A head's exact matrix. */
const exactly = async (id: number, kind: string, layer: number, head: number) =>
  (await floats(`${root(server)}api/inspections/${id}/attention/${kind}/${layer}/heads/${head}`, 'attention'))
    .values;

const attention = (name: string) =>
  page.getByRole('group', { name: 'Attention' }).getByRole('button', { name, exact: true });

const tokensOf = (side: 'query' | 'key') =>
  page.locator(`.head-view .column.${side} .token`).evaluateAll((tokens) => tokens.length);

/** The weights shown next to tokens, of a single head. */
async function written(token: number): Promise<string[]> {
  await page.locator('.column.query .token').nth(token).hover();
  await page.locator('.readout[data-token]').waitFor();
  const weights = await page.locator('.column.key .weight').allTextContents();
  return weights.map((weight) => weight || '0.000');
}

const rounded = (weights: Iterable<number>) =>
  [...weights].map((weight) => (weight >= 0.0005 ? weight : 0).toFixed(3));

test('the head view shows encoder, decoder and cross-attention, with the weights that the server has', async () => {
  const id = await open(server, SOURCE, TARGET);
  const inspection = await found(id);
  const [source, all] = [sourceOf(inspection), inspection.tokens.length];
  const row = async (kind: string, query: number, keys: number) =>
    rounded((await exactly(id, kind, 1, 2)).subarray(query * keys, (query + 1) * keys));

  await visit(page, server, id, 'view=head&layer=2&heads=3', 'layer-2');
  await expect.poll(() => attention('Encoder').getAttribute('aria-pressed')).toBe('true');
  expect([await tokensOf('query'), await tokensOf('key')]).toEqual([source, source]);
  expect(await written(3)).toEqual(await row('encoder', 3, source));
  await shot(page, 'sequences-encoder');

  await page.mouse.move(5, 5);
  await attention('Cross').click();
  await expect.poll(() => tokensOf('query')).toBe(all - source);
  expect(await tokensOf('key')).toBe(source);
  expect(page.url()).toContain('attention=cross');
  expect(await written(2)).toEqual(await row('cross', 2, source));
  await shot(page, 'sequences-cross');

  await page.mouse.move(5, 5);
  await page.keyboard.press('d');
  await expect.poll(() => tokensOf('key')).toBe(all - source);
  expect(await attention('Decoder').getAttribute('aria-pressed')).toBe('true');
  const decoder = await written(1);
  expect(decoder).toEqual(await row('decoder', 1, all - source));
  expect(decoder.slice(2).every((weight) => weight === '0.000')).toBe(true);

  await page.mouse.move(5, 5);
  await page.reload();
  await drawn(page, 2);
  expect(await attention('Decoder').getAttribute('aria-pressed')).toBe('true');
});

test('a layer that the decoder lacks cannot be chosen, and falls back to its last one', async () => {
  const id = await open(server, SOURCE, TARGET);
  await visit(page, server, id, 'view=head&layer=3', 'layer-3');
  expect(await page.getByRole('radio', { name: /^Layer/ }).count()).toBe(3);
  await attention('Cross').click();
  await drawn(page, 2);
  expect(await page.getByRole('radio', { name: /^Layer/ }).count()).toBe(2);
  expect(page.url()).toContain('layer=2');
  expect(await painted(page, '.head-view canvas.all')).toBeGreaterThan(500);
});

test('the model view shows the heads of the chosen attention, and their patterns', async () => {
  const id = await open(server, SOURCE, TARGET);
  await visit(page, server, id, 'view=model', 'model');
  const cells = page.locator('.model-view .cell');
  expect(await cells.count()).toBe(12);
  const before = await cells.first().locator('.hidden').innerText();
  await shot(page, 'sequences-model-encoder');
  await attention('Cross').click();
  await expect.poll(() => cells.count()).toBe(8);
  expect(await cells.first().locator('.hidden').innerText()).not.toBe(before);
  await shot(page, 'sequences-model-cross');
  await cells.nth(5).click();
  const detail = page.locator('.model-view .detail');
  await expect.poll(() => detail.getAttribute('aria-label')).toBe('Layer 2, head 2');
  const inspection = await found(id);
  expect(await detail.locator('.column.query .token').count()).toBe(
    inspection.tokens.length - sourceOf(inspection),
  );
  await shot(page, 'sequences-model-detail');
});

test('neurons of cross-attention give its softmax, and a cell of the heatmap its weight', async () => {
  const id = await open(server, SOURCE, TARGET);
  const source = sourceOf(await found(id));
  const token = source + 1;
  const exact = (await exactly(id, 'cross', 0, 1)).subarray(source, 2 * source); // of the second target token
  await visit(
    page,
    server,
    id,
    `view=neuron&attention=cross&layer=1&head=2&token=from-${token}`,
    `layer-1-head-2-token-${token}`,
  );
  const readout = page.locator('.neuron-view .readout');
  const scores: number[] = [];
  for (let key = 0; key < source; key++) {
    await page.locator('.neuron-view .column.key .token').nth(key).hover();
    const weight = exact[key]!;
    await expect.poll(() => readout.textContent()).toContain(`softmax ${weight.toFixed(4)}`);
    const [, score] = /= ([+−-]?[\d.]+), softmax/.exec((await readout.textContent())!)!;
    scores.push(Number(score!.replace('−', '-')));
  }
  const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
  scores.forEach((score, key) => expect(Math.exp(score) / sum).toBeCloseTo(exact[key]!, 3));
  await shot(page, 'sequences-neuron');

  await visit(
    page,
    server,
    id,
    `view=heatmap&attention=cross&layer=1&head=2&token=from-${token}-3`,
    'layer-1-head-2',
  );
  const cell = page.locator('.heatmap-view .readout');
  await expect.poll(() => cell.textContent()).toContain(exact[3]!.toFixed(4));
  await shot(page, 'sequences-heatmap');
});

test('pictures are named by their attention, in files and in the gallery', async () => {
  const id = await open(server, SOURCE, TARGET);
  await visit(page, server, id, 'view=heatmap&attention=cross&layer=2&head=3', 'layer-2-head-3');
  const menu = page.locator('.export-menu');
  await menu.locator('summary').click();
  const [picture] = await Promise.all([
    page.waitForEvent('download'),
    menu.getByRole('button', { name: 'Image' }).click(),
  ]);
  expect(picture.suggestedFilename()).toBe('CrossAttention_Layer2_Head3.png');
  await page.getByRole('button', { name: 'All heads' }).click();
  await settled(page, 'gallery');
  const links = page.locator('.gallery a[download]');
  expect(await links.count()).toBe(8);
  const address = (await links.last().getAttribute('href'))!;
  expect(address).toContain('CrossAttention_Layer2_Head4.png');
  expect((await fetch(`${root(server)}${address}`)).headers.get('content-type')).toBe('image/png');
  await shot(page, 'sequences-gallery');
});

test('an address without an attention shows the first one', async () => {
  const id = await open(server, SOURCE, TARGET);
  await visit(page, server, id, 'view=heatmap&filter=ba&layer=1&head=1&token=from-2-3', 'layer-1-head-1');
  expect(await attention('Encoder').getAttribute('aria-pressed')).toBe('true');
  expect(page.url()).not.toContain('filter');
});

test('without a target the model writes one, and with blanks it fills them', async () => {
  await page.goto(server.url);
  const field = page.getByRole('textbox', { name: 'Text', exact: true });
  await field.fill(SOURCE);
  await field.press('Enter');
  await drawn(page);
  const summary = (hasText: string) => page.locator('.summary .target', { hasText }).waitFor();
  await summary('the model writes: “');
  expect(await page.getByRole('textbox', { name: 'Target' }).count()).toBe(0);
  await shot(page, 'sequences-written');
  await field.fill('The quick ____ fox');
  await field.press('Enter');
  await summary('fills its blanks');
  await page.getByRole('group', { name: 'Words for blank' }).locator('.chip').first().click();
  await expect.poll(() => field.inputValue()).not.toContain('____');
  await summary('the model writes: “'); // nothing is missing any more
  await page.getByRole('button', { name: 'Add a target' }).click();
  await page.getByRole('textbox', { name: 'Target' }).fill(TARGET);
  await page.getByRole('textbox', { name: 'Target' }).press('Enter');
  await summary('is given the target');
});

test('a page in a file computes the three attentions itself', async () => {
  const file = path.join(folder, 'bart.html');
  const numbers = path.join(folder, 'bart.json');
  run('attention', '--model', MODEL, '--pair', TARGET, '--out', file, SOURCE);
  run('attention', '--model', MODEL, '--pair', TARGET, '--out', numbers, SOURCE);
  const all = JSON.parse(readFileSync(numbers, 'utf8')) as Record<string, number[][][][]>;
  for (const [kind, token] of [
    ['encoder', 4],
    ['decoder', 3],
    ['cross', 3],
  ] as const) {
    await page.goto('about:blank');
    await page.goto(`${pathToFileURL(file).href}#view=head&layer=2&heads=2&attention=${kind}`);
    await settled(page, 'layer-2');
    expectWritten(await written(token), all[`${kind}Attention`]![1]![1]![token]!);
  }
});

test('a comparison of two texts shows how each of the three attentions differs', async () => {
  const id = await open(server, SOURCE, TARGET);
  const other = await open(server, SOURCE, 'the quick fox'); // the encoder's attention is the same
  const distances = async (kind: string) => {
    const path = `${root(server)}api/inspections/${id}/difference/${kind}/${other}`;
    const { shape, values } = await floats(path, 'distances');
    expect(shape).toEqual([kind === 'encoder' ? 3 : 2, 4]);
    return [...values].map((value) => Number(value.toFixed(2)));
  };
  const numbers = async () =>
    (await page.locator('.difference .caption .number').allTextContents()).map(Number);
  await visit(page, server, id, `view=model&other=${other}`, 'difference');
  expect(await numbers()).toEqual(Array<number>(12).fill(0));
  await attention('Cross').click();
  await expect.poll(numbers).toEqual(await distances('cross'));
  expect(Math.max(...(await distances('cross')))).toBeGreaterThan(0.01);
  await attention('Decoder').click();
  await expect.poll(numbers).toEqual(await distances('decoder'));
});

test('the Why view shows what encoder, decoder and cross-attention do, and opens their heads', async () => {
  const id = await open(server, 'The quick ____ fox jumps over the lazy dog');
  await visit(page, server, id, 'view=why', 'why');
  expect(await page.locator('.head-grid figcaption').allTextContents()).toEqual([
    'Encoder',
    'Decoder',
    'Cross',
  ]);
  expect(await page.locator('.effect-cell.unknown').count()).toBe(0);
  await page.getByRole('button', { name: /^Head Cross 1\.2: / }).click();
  await drawn(page, 1);
  expect(new URL(page.url()).hash).toContain('attention=cross');
  await page.getByRole('button', { name: 'Take out head Cross 1.2' }).click();
  await page.locator('.changed').getByText('head Cross 1.2').waitFor();
  await shot(page, 'sequences-without');
});
