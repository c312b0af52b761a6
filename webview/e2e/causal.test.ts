import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { drawn, expectWritten, open, run, settled, shot, visit } from './headlight.ts';
import { page, server, stage } from './stage.ts';

const TEXT = 'The quick brown fox jumps over the lazy dog';
/** Small models with random weights, whose attention the server's tests know to be right. */
const model = (name: string) =>
  path.resolve(import.meta.dirname, '../../server/src/test/resources/oracle', name);

const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-e2e-'));

stage(1100, 800, '--model', model('gpt2'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a causal model predicts the next words, and a chip appends one to the text', async () => {
  await page.goto(server.url);
  const field = page.getByRole('textbox', { name: 'Text', exact: true });
  await field.fill(TEXT);
  await field.press('Enter');
  await drawn(page);
  expect(await page.getByRole('button', { name: 'Add a second sentence' }).count()).toBe(0);
  const next = page.getByRole('group', { name: 'Predicted next words' });
  const word = await next.locator('.word').first().innerText();
  await shot(page, 'causal');
  await next.locator('.chip').first().click();
  await expect.poll(() => field.inputValue()).not.toBe(TEXT);
  const appended = await field.inputValue();
  expect(appended.startsWith(TEXT)).toBe(true);
  expect(appended.slice(TEXT.length).trim()).toBe(word);
});

test('no view of a causal model shows attention to what a token does not see', async () => {
  const id = await open(server, TEXT);
  await visit(page, server, id, 'view=head&layer=2', 'layer-2');
  await page.locator('.column.query .token').nth(2).hover();
  await page.locator('.readout[data-token="2"]').waitFor();
  const weights = await page.locator('.column.key .weight').allTextContents();
  expect(weights.slice(3).filter(Boolean)).toEqual([]);
  const sum = weights.slice(0, 3).reduce((a, b) => a + Number(b), 0);
  expect(sum).toBeCloseTo(1, 2);

  await visit(page, server, id, 'view=neuron&layer=2&head=1&token=from-2', 'layer-2-head-1-token-2');
  const readout = page.locator('.neuron-view .readout');
  await page.locator('.neuron-view .column.key .token').nth(8).hover();
  await expect.poll(() => readout.textContent()).toContain('· masked');
  await page.locator('.neuron-view .column.key .token').nth(1).hover();
  await expect.poll(() => readout.textContent()).toContain('softmax 0.');

  await visit(page, server, id, 'view=heatmap&layer=2&head=1&token=from-2-8', 'layer-2-head-1');
  const cell = page.locator('.heatmap-view .readout');
  await expect.poll(() => cell.textContent()).toContain('“brown” does not see “dog”');
  await shot(page, 'causal-heatmap');
  await visit(page, server, id, 'view=model', 'model');
  await shot(page, 'causal-model');
});

test.each(['gpt2', 'qwen2', 'modernbert'])(
  'a page of %s in a file computes the attention itself',
  async (name) => {
    const file = path.join(folder, `${name}.html`);
    const numbers = path.join(folder, `${name}.json`);
    const text = `${TEXT}. ${TEXT}. ${TEXT}.`; // longer than what local layers see
    run('attention', '--model', model(name), '--out', file, text);
    run('attention', '--model', model(name), '--out', numbers, text);
    const { attention } = JSON.parse(readFileSync(numbers, 'utf8')) as { attention: number[][][][] };
    for (const [layer, token] of [
      [1, 3],
      [3, 20],
    ] as const) {
      await page.goto('about:blank');
      await page.goto(`${pathToFileURL(file).href}#view=head&layer=${layer}&heads=2`);
      await settled(page, `layer-${layer}`);
      await page.locator('.column.query .token').nth(token).hover();
      await page.locator(`.readout[data-token="${token}"]`).waitFor();
      const written = await page.locator('.column.key .weight').allTextContents();
      expectWritten(written, attention[layer - 1]![1]![token]!);
    }
  },
);

test('the Why view asks a causal model about the next word, and hides words', async () => {
  const id = await open(server, TEXT);
  await visit(page, server, id, 'view=why', 'why');
  expect(await page.locator('.unit').last().getAttribute('class')).toContain('place');
  await page.getByText('Each word is hidden from the others in turn').waitFor();
  const words = page.locator('button.unit');
  await words.nth(1).click();
  await page
    .getByRole('button', { name: /^Take out “/ })
    .first()
    .click();
  await page.locator('.changed').getByText('hidden').waitFor();
  await settled(page, 'why');
  await page.locator('.lens').waitFor();
  await shot(page, 'causal-why');
});
