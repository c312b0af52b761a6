import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SafeTensors } from '../src/safetensors.ts';
import { open, run, serve, settled, shot, visit, type Server } from './headlight.ts';
import { page, stage } from './stage.ts';

/** Small models with random weights, with what transformers computed for them. */
const ORACLES = path.resolve(import.meta.dirname, '../../server/src/test/resources/oracle');
const [LAYER, HEAD, QUERY] = [1, 2, 6];

stage(1280, 900);

/** What transformers returned for a model's first text. */
function golden(model: string) {
  const { cases } = JSON.parse(readFileSync(path.join(ORACLES, model, 'golden.json'), 'utf8')) as {
    cases: { text: string; tokens: string[] }[];
  };
  const bytes = readFileSync(path.join(ORACLES, model, 'golden.safetensors'));
  const whole = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const { shape, values } = new SafeTensors(whole).floats('0.attention');
  const [, heads, count] = shape as [number, number, number];
  const row = ((LAYER * heads + HEAD) * count + QUERY) * count;
  return { text: cases[0]!.text, weights: [...values.subarray(row, row + count)] };
}

const headings = () => page.locator('.headings span');

/** The parts of each token's score, the score, and the attention weight, as a readout writes them; none if masked. */
async function numbers(on: Page): Promise<number[][]> {
  const tokens = on.locator('.neuron-view .column.key .token');
  const readout = on.locator('.neuron-view .readout');
  const all: number[][] = [];
  for (let at = 0; at < (await tokens.count()); at++) {
    await tokens.nth(at).hover();
    const name = await tokens.nth(at).locator('.text').innerText();
    await expect.poll(() => readout.textContent()).toContain(`→ “${name.trim()}`);
    const said = (await readout.textContent())!.split(' · ').slice(2).join(' · ');
    const written = said
      .replace(/√\d+/, '')
      .replaceAll('−', '-')
      .match(/-?\d+\.\d+/g);
    all.push((written ?? []).map(Number));
  }
  return all;
}

describe.each([
  ['bloom', ['q·k/√d', '+ ALiBi', '= score'], 'plus ALiBi'],
  ['mpnet', ['q·k/√d', '+ bias', '= score'], 'plus a bias'],
  ['deberta-v2', ['q·k/√d', '+ c2p', '+ p2c', '= score'], 'plus c2p'],
  ['gemma2', ['q·k/√d', 'capped'], 'capped: 2 · tanh(q · k / √d / 2)'],
])('scores of %s', (model, names, sentence) => {
  let server: Server;
  let folder: string;
  const { text, weights } = golden(model);
  const address = `view=neuron&layer=${LAYER + 1}&head=${HEAD + 1}&token=from-${QUERY}`;
  const drawn = `layer-${LAYER + 1}-head-${HEAD + 1}-token-${QUERY}`;

  beforeAll(async () => {
    server = await serve('--model', path.join(ORACLES, model));
    folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-e2e-'));
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  /** Each column is headed, each score the sum of its parts, and their softmax what transformers returned. */
  async function check(decimals: number): Promise<void> {
    const shown = await headings().allInnerTexts();
    expect(shown.slice(3, -1)).toEqual(names);
    const rows = await numbers(page);
    expect(rows.length).toBe(weights.length);
    const scores = rows.map((row, key) => {
      const [score, weight] = row.slice(-2);
      if (row.length === 0) {
        expect(weights[key]).toBe(0); // masked
        return -Infinity;
      }
      expect(row.length).toBe(names.length + 1);
      const parts = row.slice(0, -2);
      const made = model === 'gemma2' ? 2 * Math.tanh(parts[0]! / 2) : parts.reduce((a, b) => a + b, 0);
      expect(made).toBeCloseTo(score!, decimals - 1);
      expect(weight).toBeCloseTo(weights[key]!, 3);
      return score!;
    });
    const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
    scores.forEach((score, key) => expect(Math.exp(score) / sum).toBeCloseTo(weights[key]!, decimals - 1));
  }

  test('stand in columns of their own, whose sum gives the attention of transformers', async () => {
    const id = await open(server, text);
    await visit(page, server, id, address, drawn);
    await check(4);
    await page.getByText(sentence).waitFor();
    await page.locator('.neuron-view .column.key .token').nth(2).hover();
    await shot(page, `scores-${model}`);
    await page.getByText('Export', { exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /SVG/ }).click(),
    ]);
    const drawing = readFileSync((await download.path())!, 'utf8');
    names.forEach((name) => expect(drawing).toContain(`>${name}</text>`));
  });

  if (model !== 'deberta-v2') {
    return; // the one with most columns shows the rest
  }

  test('stand in a file, and in a narrow panel', async () => {
    const file = path.join(folder, `${model}.html`);
    run('attention', '--model', path.join(ORACLES, model), '--out', file, text);
    await page.goto(`${pathToFileURL(file).href}#${address}`);
    await settled(page, drawn);
    await check(2);
    for (const width of [420, 320]) {
      await page.setViewportSize({ width, height: 800 });
      await page.reload();
      await settled(page, drawn);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      const sizes = await page
        .locator('.expanded')
        .evaluate((view) => [
          view.querySelector('.headings .strip')!.clientWidth,
          view.querySelector('canvas')!.clientWidth,
          view.querySelector('.column.query')!.getBoundingClientRect().left -
            view.getBoundingClientRect().left,
        ]);
      expect(sizes[0]).toBe(sizes[1]); // headings stand above their columns
      expect(sizes[2]).toBeGreaterThanOrEqual(0); // the first column can be reached
      const ends = await headings().evaluateAll((spans) =>
        spans.map((span) => {
          const range = document.createRange();
          range.selectNodeContents(span);
          const { left, right } = range.getBoundingClientRect();
          return [left, right] as const;
        }),
      );
      ends.slice(4).forEach(([left], i) => expect(left).toBeGreaterThan(ends[i + 3]![1])); // beside each other
      await page.locator('.neuron-view').scrollIntoViewIfNeeded();
      await shot(page, `scores-${model}-${width}`);
    }
  });
});
