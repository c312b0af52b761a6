import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Inspection } from '../src/inspection.ts';
import { SafeTensors } from '../src/safetensors.ts';
import { drawn, floats, open, painted, proxy, root, serve, settled, shot, visit } from './headlight.ts';
import { page, seen, server, stage } from './stage.ts';

const TEXT = 'The movie was surprisingly good because the acting felt real.';
const OTHER = 'The movie was surprisingly awful because the acting felt fake.';
const ORACLE = path.resolve(import.meta.dirname, '../../server/src/test/resources/oracle/bert');

let text: number;
let other: number;
let pair: number;

stage(1240, 900);
beforeAll(async () => {
  text = await open(server, TEXT);
  other = await open(server, OTHER);
  pair = await open(server, 'Unbelievably naïve people sat.', 'Where is my 🙂 book?');
});

const go = (id: number, shown: string, what: string) => visit(page, server, id, shown, what);
const button = (name: string) => page.getByRole('button', { name, exact: true });
const check = (name: string) => page.getByRole('checkbox', { name, exact: true });
const choice = (name: string) => page.getByRole('combobox', { name, exact: true });
const readout = () => page.locator('.view .readout').last().innerText();
const texts = (selector: string) => page.locator(selector).allTextContents();
const token = (side: 'query' | 'key', index: number) => page.locator(`.column.${side} .token`).nth(index);
const hash = () => new URLSearchParams(new URL(page.url()).hash.slice(1));

/** A head's exact matrix from the server. */
async function exact(id: number, layer: number, head: number) {
  const url = `${root(server)}api/inspections/${id}/attention/self/${layer - 1}/heads/${head - 1}`;
  const { shape, values } = await floats(url, 'attention');
  return { size: shape[0]!, at: (query: number, key: number) => values[query * shape[0]! + key]! };
}

describe('every view', () => {
  test('is a tab, reached by arrow keys, and kept in the address', async () => {
    await go(text, 'layer=1', 'layer-1');
    await page.getByRole('tab', { name: 'Model' }).click();
    await settled(page, 'model');
    await page.keyboard.press('ArrowRight');
    await settled(page, 'layer-1-head-1-token-1');
    await page.keyboard.press('ArrowRight');
    await settled(page, 'layer-1-head-1');
    expect(hash().get('view')).toBe('heatmap');
    await page.keyboard.press('ArrowRight');
    await page.getByText('There is nothing to ask about here').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByText('headlight corpus').first().waitFor();
    await page.keyboard.press('ArrowRight');
    await page.locator('[role="tab"][aria-selected="true"]', { hasText: 'Head' }).waitFor();
    expect(hash().has('view')).toBe(false);
  });

  test('follows arrow keys: up and down for layers, left and right for heads', async () => {
    await go(text, 'view=heatmap&layer=2&head=3', 'layer-2-head-3');
    await page.locator('.summary').click();
    await page.keyboard.press('ArrowDown');
    await settled(page, 'layer-3-head-3');
    await page.keyboard.press('ArrowRight');
    await settled(page, 'layer-3-head-4');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowLeft');
    await settled(page, 'layer-2-head-3');
  });

  test('goes to the text by /, and shows the shortcuts by ?', async () => {
    await go(text, 'layer=1', 'layer-1');
    await page.keyboard.press('?');
    expect(await page.locator('.keys dl').isVisible()).toBe(true);
    await page.keyboard.press('/');
    await page.keyboard.type('/?');
    expect(await page.getByRole('textbox', { name: 'Text', exact: true }).inputValue()).toBe(`${TEXT}/?`);
    expect(await page.locator('.keys dl').isVisible()).toBe(true);
  });

  test('shows a head’s matrix as a table', async () => {
    await go(text, 'view=heatmap&layer=2&head=3', 'layer-2-head-3');
    await check('Table').check();
    await page.getByText('Attention of layer 2, head 3').waitFor();
    const { size, at } = await exact(text, 2, 3);
    const rows = await page
      .locator('tbody tr')
      .evaluateAll((all) =>
        all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)),
      );
    expect(rows).toEqual(
      Array.from({ length: size }, (_, query) =>
        Array.from({ length: size }, (_, key) => at(query, key).toFixed(3)),
      ),
    );
    expect(await texts('tbody th')).toEqual(await texts('thead th'));
  });

  test.each([
    ['A → A', 'aa', 0, 0],
    ['A → B', 'ab', 0, 1],
    ['B → A', 'ba', 1, 0],
    ['B → B', 'bb', 1, 1],
  ])('shows of a pair only %s', async (name, id, from, to) => {
    const { tokens } = (await (await fetch(`${root(server)}api/inspections/${pair}`)).json()) as Inspection;
    const of = (segment: number) => tokens.filter((one) => one.segment === segment).map((one) => one.text);
    await go(pair, 'layer=2', 'layer-2');
    await choice('Pair').selectOption({ label: name });
    await expect.poll(() => page.locator('.column.query .token').count()).toBe(of(from).length);
    expect(await page.locator('.column.key .token').count()).toBe(of(to).length);
    expect(hash().get('filter')).toBe(id);
    await page.getByRole('tab', { name: 'Heatmap' }).click();
    await settled(page, 'layer-2-head-1');
    await page.getByRole('tab', { name: 'Model' }).click();
    await settled(page, 'model');
  });

  test('leaves special tokens out', async () => {
    await go(text, 'layer=1', 'layer-1');
    await check('Special tokens').uncheck();
    await expect.poll(() => texts('.column.key .token .text')).not.toContain('[CLS]');
    expect(await texts('.column.query .token .text')).not.toContain('[SEP]');
    expect(hash().get('special')).toBe('off');
  });

  test('merges pieces into words: from a word a mean, to a word a sum', async () => {
    await go(pair, 'view=heatmap&layer=2&head=3', 'layer-2-head-3');
    const { tokens } = (await (await fetch(`${root(server)}api/inspections/${pair}`)).json()) as Inspection;
    const pieces = tokens.flatMap((one, i) => (one.word === 0 && one.segment === 0 ? [i] : []));
    expect(pieces.length).toBeGreaterThan(1);
    await check('Whole words').check();
    await page.locator('.plot').focus();
    await page.keyboard.press('ArrowDown'); // the first cell
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    const { at } = await exact(pair, 2, 3);
    const sum = pieces.flatMap((query) => pieces.map((key) => at(query, key))).reduce((a, b) => a + b, 0);
    await expect
      .poll(readout)
      .toBe(`Layer 2 · Head 3: “Unbelievably” looks at “Unbelievably” ${(sum / pieces.length).toFixed(4)}`);
  });

  test('draws nothing below the threshold', async () => {
    await go(text, 'layer=2', 'layer-2');
    const all = await painted(page, 'canvas.all');
    const slider = page.getByLabel('Minimum weight');
    await slider.focus();
    await page.keyboard.press('End');
    expect(await page.locator('.threshold output').innerText()).toBe('1.000');
    await expect.poll(() => painted(page, 'canvas.all')).toBeLessThan(all / 4);
    expect(hash().get('least')).toBe('1');
  });

  test('is restored after a reload', async () => {
    const shown =
      'view=heatmap&layer=3&head=5&special=off&least=0.01&ramp=viridis&stretched=off&token=from-3-4';
    await go(text, shown, 'layer-3-head-5');
    const before = [page.url(), await readout()];
    await page.reload();
    await settled(page, 'layer-3-head-5');
    await expect.poll(async () => [page.url(), await readout()]).toEqual(before);
    expect(before[1]).toContain('Layer 3 · Head 5: “was” looks at');
  });

  test('reports a lost server, and notices when it is back', async () => {
    const wire = await proxy(server);
    await page.goto(`${wire.url}#inspection=${text}`);
    await drawn(page);
    await wire.cut();
    await page.getByText('server is not responding').waitFor();
    await wire.mend();
    await page.getByText('server is not responding').waitFor({ state: 'hidden' });
    await page.getByRole('radio', { name: 'Layer 3', exact: true }).check({ force: true });
    await drawn(page, 3);
    await wire.cut();
    seen.errors.length = 0; // the browser reports each failed connection
  });
});

describe('arcs', () => {
  beforeEach(() => go(text, 'layer=2&arcs=on', 'layer-2'));

  test('run over the sentence in one line', async () => {
    const tops = await page
      .locator('.in-line .token')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
    expect(new Set(tops).size).toBe(1);
    expect(await painted(page, '.arcs canvas')).toBeGreaterThan(1000);
    await shot(page, 'arcs');
  });

  test('of a word are shown alone, with its weights below the words, to it and from it', async () => {
    const all = await painted(page, '.arcs canvas');
    await check('Head 3').dblclick();
    const { size, at } = await exact(text, 2, 3);
    const word = page.locator('.in-line .token').nth(3);
    const written = async () => (await texts('.in-line .weight')).map((weight) => weight || '0.000');
    await word.hover();
    const round = (weight: number) => (weight >= 0.0005 ? weight : 0).toFixed(3);
    await expect.poll(written).toEqual(Array.from({ length: size }, (_, key) => round(at(3, key))));
    expect(await painted(page, '.arcs canvas')).toBeLessThan(all);
    await button('Is looked at by').click();
    await word.hover();
    await expect.poll(written).toEqual(Array.from({ length: size }, (_, query) => round(at(query, 3))));
  });

  test('can be used by the keyboard', async () => {
    await page.locator('.in-line .token').first().focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(readout).toContain('“the”₂ looks at');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.locator('.token.pinned', { hasText: '[SEP]' }).waitFor();
  });
});

test('a bar for each head shows what it attends to', async () => {
  await go(text, 'layer=2', 'layer-2');
  await token('query', 3).hover();
  await expect.poll(() => page.locator('.bars li').count()).toBe(12);
  const { size, at } = await exact(text, 2, 3);
  const names = await texts('.column.key .token .text');
  const strongest = Array.from({ length: size }, (_, key) => ({
    name: names[key]!,
    weight: at(3, key),
  })).sort((a, b) => b.weight - a.weight)[0]!;
  const part = page.locator('.bars li').nth(2).locator('.part').first();
  expect(await part.getAttribute('title')).toBe(`${strongest.name} ${strongest.weight.toFixed(3)}`);
});

describe('the model view', () => {
  const cells = () => page.locator('.this .cell');

  test('shows every head of every layer by one request', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await go(text, 'view=model', 'model');
    expect(await cells().count()).toBe(144);
    expect(asked.filter((one) => /\/(overview|attention|vectors)/.test(one))).toHaveLength(1);
    expect(await cells().nth(2).locator('.hidden').textContent()).toMatch(
      /^Layer 1 · Head 3: previous token \d\.\d\d, entropy \d\.\d\d nats$/,
    );
    expect(await painted(page, '.this canvas.sheet')).toBeGreaterThan(5000);
    await shot(page, 'model-view');
  });

  test('enlarges a head by a click, shows one token’s lines in it, and closes it by another click', async () => {
    await go(text, 'view=model', 'model');
    await cells().nth(14).click();
    await page.locator('.detail h2', { hasText: 'Layer 2 · Head 3' }).waitFor();
    await settled(page, 'layer-2');
    await page.locator('.detail .column.query .token').nth(4).hover();
    const { at } = await exact(text, 2, 3);
    await expect
      .poll(() => page.locator('.detail .column.key .weight').nth(6).textContent())
      .toBe(at(4, 6).toFixed(3));
    expect(await painted(page, '.detail canvas.chosen')).toBeLessThan(
      await painted(page, '.detail canvas.all'),
    );
    expect(await page.locator('.detail .measures').innerText()).toMatch(/previous token\s+\.\d\d/);
    await shot(page, 'model-view-detail');
    await cells().nth(14).click();
    await page.locator('.detail').waitFor({ state: 'hidden' });
  });

  test('shows only the layers and heads that are included', async () => {
    await go(text, 'view=model', 'model');
    await check('Layer 1').click();
    await check('Head 2').dblclick();
    await expect.poll(() => cells().count()).toBe(11);
    expect([hash().get('layers'), hash().get('columns')]).toEqual(['2.3.4.5.6.7.8.9.10.11.12', '2']);
  });

  test('filters by pattern and sorts by entropy', async () => {
    await go(text, 'view=model', 'model');
    await choice('Pattern').selectOption('previous token');
    await expect.poll(() => cells().count()).toBeLessThan(24);
    expect((await texts('.this .cell .hidden')).join()).toMatch(/^(?:[^,]*previous token[^,]*,[^,]*,?)+$/);
    await choice('Pattern').selectOption('All');
    await choice('Order').selectOption('Most diffuse first');
    await expect.poll(() => cells().count()).toBe(144);
    const entropies = (await texts('.this .caption .number')).map(Number);
    expect(entropies).toEqual([...entropies].sort((a, b) => b - a));
    await shot(page, 'model-view-sorted');
  });

  test('is navigated by arrow keys, opened by Enter and left by Escape', async () => {
    await go(text, 'view=model', 'model');
    await cells().first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate(() => document.activeElement!.textContent!.trim())).toMatch(
      /^Layer 2 · Head 2/,
    );
    await expect.poll(readout).toMatch(/^Layer 2 · Head 2: /);
    await page.keyboard.press('Enter');
    await page.locator('.detail h2', { hasText: 'Layer 2 · Head 2' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.detail').waitFor({ state: 'hidden' });
  });

  test('draws heads as cells, too', async () => {
    await go(text, 'view=model', 'model');
    const lines = await painted(page, '.this canvas.sheet');
    await button('Cells').click();
    await expect.poll(() => painted(page, '.this canvas.sheet')).not.toBe(lines);
    expect(hash().get('thumbnails')).toBe('cells');
    await shot(page, 'model-view-cells');
  });

  test('puts two texts side by side with their difference', async () => {
    await go(text, 'view=model', 'model');
    await page.getByText('Compare with another text').click();
    await page.getByLabel('Compare with').fill(OTHER);
    await page.getByLabel('Compare with').press('Enter');
    await settled(page, 'difference');
    const id = hash().get('other');
    const { shape, values } = await floats(
      `${root(server)}api/inspections/${text}/difference/self/${id}`,
      'distances',
    );
    expect(shape).toEqual([12, 12]);
    const distances = (await texts('.difference .caption .number')).map(Number);
    expect(distances).toEqual(Array.from(values, (value) => Number(value.toFixed(2))));
    await page.locator('.difference .cell').nth(14).click();
    await page.locator('.difference-panel[data-drawn]').waitFor();
    const plot = page.getByLabel(/^Difference: arrow keys/);
    await plot.focus();
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press('ArrowDown');
    }
    const [here, there] = [await exact(text, 2, 3), await exact(Number(id), 2, 3)];
    const readout = await page.locator('.difference-panel .readout').innerText();
    expect(readout).toContain(`${here.at(4, 0).toFixed(3)} here, ${there.at(4, 0).toFixed(3)} there`);
    await shot(page, 'model-view-difference');
    await button('Stop comparing').click();
    await expect.poll(() => page.locator('.cells').count()).toBe(1);
  });

  test('compares what the address says', async () => {
    await go(text, `other=${other}&view=model`, 'difference');
    expect(await page.getByLabel('Compare with').inputValue()).toBe(OTHER);
  });
});

describe('the heatmap view', () => {
  beforeEach(() => go(text, 'view=heatmap&layer=2&head=3', 'layer-2-head-3'));
  const cell = async (query: number, key: number) => {
    await page.locator('.plot').focus();
    for (let i = 0; i <= query; i++) {
      await page.keyboard.press('ArrowDown');
    }
    for (let i = 0; i < key; i++) {
      await page.keyboard.press('ArrowRight');
    }
  };

  test('shows the exact weight of the hovered cell, pins and unpins it', async () => {
    await page.setViewportSize({ width: 1240, height: 1300 });
    await cell(3, 5);
    const { at } = await exact(text, 2, 3);
    const expected = `Layer 2 · Head 3: “was” looks at “good” ${at(3, 5).toFixed(4)}`;
    await expect.poll(readout).toBe(expected);
    await page.keyboard.press('Enter');
    await page.locator('.plot.pinned').waitFor();
    expect(hash().get('token')).toBe('from-3-5');
    const box = (await page.locator('.plot canvas').boundingBox())!;
    await page.mouse.move(box.x + box.width - 8, box.y + box.height - 8);
    expect(await readout()).toBe(expected);
    await page.keyboard.press('Escape');
    await expect.poll(readout).not.toBe(expected);
    await page.mouse.move(box.x + box.width - 8, box.y + box.height - 12);
    await expect.poll(readout).toContain('“[SEP]” looks at “[SEP]”');
    await page.mouse.move(2, 2);
    await expect.poll(readout).toBe('');
  });

  test('grows until its cells hold numbers, and keeps its labels in view', async () => {
    const size = () => page.locator('.plot .room').evaluate((room) => room.getBoundingClientRect().width);
    const fit = await size();
    await button('Larger cells').click();
    await expect.poll(size).toBeLessThan(fit);
    for (let i = 0; i < 4; i++) {
      await button('Larger cells').click();
    }
    await expect.poll(size).toBeGreaterThan(fit);
    expect(await button('Larger cells').isDisabled()).toBe(true);
    await page.locator('.plot').evaluate((plot) => plot.scrollTo(0, 200));
    await shot(page, 'heatmap-view');
    await button('Fit').click();
    await expect.poll(size).toBe(fit);
  });

  test('has three colour maps, each with its own pixels', async () => {
    const middle = () =>
      page.locator('.plot canvas').evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')!.getImageData(canvas.width - 20, canvas.height - 20, 1, 1);
        return [...data].join();
      });
    const colors = new Set([await middle()]);
    for (const name of ['Viridis', 'Grey']) {
      await choice('Colours').selectOption(name);
      await expect.poll(async () => colors.has(await middle())).toBe(false);
      colors.add(await middle());
    }
    await button('To 1').click();
    expect(hash().get('stretched')).toBe('off');
  });

  test('shows all heads under their layers, and opens one', async () => {
    await button('All heads').click();
    await settled(page, 'gallery');
    expect(await texts('.gallery h2')).toEqual(Array.from({ length: 12 }, (_, i) => `Layer ${i + 1}`));
    expect(await page.locator('.diagram').count()).toBe(144);
    await shot(page, 'heatmap-gallery');
    await button('Open layer 3, head 4').click();
    await settled(page, 'layer-3-head-4');
  });
});

describe('the neuron view', () => {
  test('computes as transformers did: query, key, product, scaled dot product, softmax', async () => {
    const golden = JSON.parse(readFileSync(path.join(ORACLE, 'golden.json'), 'utf8')) as {
      cases: { text: string; tokens: string[] }[];
    };
    const { text: words, tokens } = golden.cases[0]!;
    const bytes = readFileSync(path.join(ORACLE, 'golden.safetensors'));
    const arrays = new SafeTensors(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
    );
    const [query, key, attention] = ['query', 'key', 'attention'].map((name) => arrays.floats(`0.${name}`));
    const [layer, head, from, to, neuron] = [1, 2, 5, 9, 3];
    const [heads, count, size] = query!.shape.slice(1) as [number, number, number];
    const q = (i: number) => query!.values[((layer * heads + head) * count + from) * size + i]!;
    const k = (i: number) => key!.values[((layer * heads + head) * count + to) * size + i]!;
    const score =
      Array.from({ length: size }, (_, i) => q(i) * k(i)).reduce((a, b) => a + b, 0) / Math.sqrt(size);
    const weight = attention!.values[((layer * heads + head) * count + from) * count + to]!;

    const oracle = await serve('--model', ORACLE);
    try {
      const id = await open(oracle, words);
      await visit(page, oracle, id, 'view=neuron&layer=2&head=3', 'layer-2-head-3-token-1');
      expect(await texts('.column.key .token .text')).toEqual(tokens);
      await token('query', from).click();
      await settled(page, `layer-2-head-3-token-${from}`);
      const numbers = async () =>
        (await readout())
          .replaceAll('−', '-')
          .match(/-?\d+\.\d+/g)!
          .map(Number);
      await token('key', to).hover();
      await expect.poll(readout).toContain(`q · k / √${size} =`);
      const [shownScore, shownWeight] = await numbers();
      expect(shownScore).toBeCloseTo(score, 3);
      expect(shownWeight).toBeCloseTo(weight, 3);

      const canvas = page.locator('.expanded .rows canvas');
      const strip = await page
        .locator('.headings span')
        .nth(1)
        .evaluate((span: HTMLElement) => span.offsetLeft);
      const width = await page
        .locator('.headings span')
        .nth(1)
        .evaluate((span: HTMLElement) => span.offsetWidth);
      const x = strip + ((neuron + 0.5) / size) * width;
      const y = (to + 0.5) * 22;
      await canvas.hover({ position: { x, y } });
      await expect.poll(readout).toContain(`neuron ${neuron + 1}:`);
      const [shownQ, shownK, shownProduct] = await numbers();
      expect(shownQ).toBeCloseTo(q(neuron), 3);
      expect(shownK).toBeCloseTo(k(neuron), 3);
      expect(shownProduct).toBeCloseTo(q(neuron) * k(neuron), 3);
      const [red, , blue] = await canvas.evaluate(
        (element: HTMLCanvasElement, at) => [
          ...element.getContext('2d')!.getImageData(at.x, at.y, 1, 1).data,
        ],
        { x, y },
      );
      expect(Math.sign(blue! - red!)).toBe(Math.sign(k(neuron)));
      await shot(page, 'neuron-view-oracle');
    } finally {
      await oracle.stop();
    }
  });

  test('follows the hovered token, unless one is pinned', async () => {
    await go(text, 'view=neuron&layer=2&head=3', 'layer-2-head-3-token-1');
    await token('query', 4).hover();
    await settled(page, 'layer-2-head-3-token-4');
    await token('query', 6).click();
    await settled(page, 'layer-2-head-3-token-6');
    await token('query', 2).hover();
    expect(await page.locator('.query .token.pinned .text').innerText()).toBe('because');
    await page.keyboard.press('Escape');
    await token('query', 3).hover();
    await settled(page, 'layer-2-head-3-token-3');
    await shot(page, 'neuron-view');
  });

  test('collapses to lines by −, and expands a token by +, by click and by key', async () => {
    await go(text, 'view=neuron&layer=2&head=3', 'layer-2-head-3-token-1');
    await page.locator('.query .token.signed .sign').click();
    await settled(page, 'layer-2');
    expect(hash().get('expanded')).toBe('off');
    await page.locator('.query .token').nth(5).locator('.sign').click();
    await settled(page, 'layer-2-head-3-token-5');
    await token('query', 5).focus();
    await page.keyboard.press('-');
    await settled(page, 'layer-2');
    await token('query', 7).focus();
    await page.keyboard.press('+');
    await settled(page, 'layer-2-head-3-token-7');
  });
});

describe('what a view asks the server for', () => {
  const body = (urls: string[]) =>
    page.evaluate(
      (names) =>
        performance
          .getEntriesByType('resource')
          .filter(({ name }) => names.some((part) => name.includes(part)))
          .map((entry) => (entry as PerformanceResourceTiming).encodedBodySize)
          .reduce((a, b) => a + b, 0),
      urls,
    );
  /** Arrays have a header of some hundred bytes. */
  const atMost = (bytes: number) => [bytes, bytes + 700] as const;

  test.each([
    ['head', 'layer=2', 'layer-2', atMost(12 * 13 * 13)],
    ['model', '', 'model', atMost(0)],
    ['neuron', 'layer=2', 'layer-2-head-1-token-1', atMost(2 * 13 * 32 * 4 + 12 * 13 * 4)],
    ['heatmap', 'layer=2', 'layer-2-head-1', atMost(13 * 13 * 4)],
  ])(
    'is in the %s view no more than it draws, and the overview once',
    async (view, shown, what, [min, max]) => {
      await go(text, `view=${view}&${shown}`, what);
      const bytes = await body(['/attention/', '/vectors/']);
      expect(bytes).toBeGreaterThanOrEqual(min);
      expect(bytes).toBeLessThanOrEqual(max);
      const [least, most] = atMost(12 * 12 * (13 * 13 + 17 * 4));
      await expect.poll(() => body(['/overview'])).toBeGreaterThanOrEqual(least);
      expect(await body(['/overview'])).toBeLessThan(most + 300);
    },
  );

  test('does not grow at 512 tokens, and stays within 64 × 64 a head in the model view', async () => {
    const long = await open(server, 'the '.repeat(510));
    await go(long, 'view=model&layer=1', 'model');
    expect(await body(['/overview'])).toBeLessThan(12 * 12 * (64 * 64 + 17 * 4) + 900);
    await page.getByRole('tab', { name: 'Head', exact: true }).click();
    await drawn(page);
    await shot(page, 'head-view-512');
    expect(await body(['/attention/'])).toBeLessThan(12 * 512 * 512 + 700);
  });
});
