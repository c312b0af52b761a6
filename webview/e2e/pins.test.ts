import { beforeAll, describe, expect, test } from 'vitest';
import { open, root, settled, shot, visit } from './headlight.ts';
import { page, server, stage } from './stage.ts';

const TEXT = 'The keys to the cabinet were on the table because she left them there.';

let text: number;
let pair: number;

stage(1280, 900);
beforeAll(async () => {
  text = await open(server, TEXT);
  pair = await open(server, 'Where is my book?', 'It is on the table.');
});

const hash = () => new URLSearchParams(new URL(page.url()).hash.slice(1));
const tab = (name: string) => page.getByRole('tab', { name, exact: true });
const token = (side: 'query' | 'key', index: number) => page.locator(`.column.${side} .token`).nth(index);
const pinned = (side: 'query' | 'key') => page.locator(`.column.${side} .token.pinned .text`);
const chip = () => page.getByRole('button', { name: /^Pinned: / });
const captions = async () => (await page.locator('.this .caption .number').allInnerTexts()).map(Number);
const readout = () => page.locator('.view .readout').last().textContent();

/** How much each head looks from one token at another, as the server says for each layer. */
async function weights(from: number, to: number): Promise<number[]> {
  const all: number[] = [];
  for (let layer = 0; layer < 12; layer++) {
    const response = await fetch(
      `${root(server)}api/inspections/${text}/attention/self/${layer}/from/${from}`,
    );
    const bytes = Buffer.from(await response.arrayBuffer());
    const start = 8 + Number(bytes.readBigUInt64LE(0));
    const numbers = (bytes.length - start) / 4;
    for (let head = 0; head < 12; head++) {
      all.push(bytes.readFloatLE(start + 4 * (head * (numbers / 12) + to)));
    }
  }
  return all;
}

describe('which head looks from one word at another', () => {
  test('is answered for a pair that is pinned in the head view', async () => {
    await visit(page, server, text, 'layer=2&heads=4', 'layer-2');
    await token('query', 6).click();
    await token('key', 2).click({ modifiers: ['Shift'] });
    await expect.poll(() => pinned('key').innerText()).toBe('keys');
    expect(await pinned('query').innerText()).toBe('were');
    await expect.poll(readout).toMatch(/“were” looks at “keys” 0\.\d{3}/);
    expect(hash().get('token')).toBe('from-6-2');
    await page.getByRole('button', { name: 'Which heads do this?' }).click();
    await settled(page, 'model');
    const expected = (await weights(6, 2)).map((weight, place) => ({ weight, place }));
    expected.sort((a, b) => b.weight - a.weight);
    await expect.poll(captions).toEqual(expected.map(({ weight }) => Number(weight.toFixed(3))));
    const [best] = expected;
    const [layer, head] = [Math.floor(best!.place / 12) + 1, (best!.place % 12) + 1];
    await page.getByText(`Most: head ${head} of layer ${layer}, with`).waitFor();
    await shot(page, 'pair');
    await page.locator('.this .cell').first().click();
    await expect
      .poll(() => [hash().get('layer'), hash().get('head') ?? '1'])
      .toEqual([`${layer}`, `${head}`]);
  });

  test('is asked by two menus, by keyboard alone', async () => {
    await visit(page, server, text, 'view=model&order=pair', 'model');
    const [from, to] = [
      page.getByRole('combobox', { name: 'The word that looks' }),
      page.getByRole('combobox', { name: 'The word that is looked at' }),
    ];
    await from.focus();
    await page.keyboard.type('were');
    await expect.poll(() => hash().get('token')).toBe('from-6');
    await to.focus();
    await page.keyboard.type('keys');
    await expect.poll(() => hash().get('token')).toBe('from-6-2');
    await expect.poll(async () => (await captions())[0]).toBeGreaterThan(0);
    const numbers = await captions();
    expect(numbers.length).toBe(144);
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
    await page.reload();
    await expect.poll(captions).toEqual(numbers);
  });
});

describe('a pin', () => {
  test('is seen in every view, and released there', async () => {
    await visit(page, server, text, 'layer=2&head=4&heads=4', 'layer-2');
    await token('query', 6).click();
    expect(await chip().innerText()).toContain('“were”');
    for (const view of ['Model', 'Neuron', 'Heatmap', 'Why']) {
      await tab(view).click();
      expect(await chip().innerText()).toContain('“were”');
    }
    await tab('Heatmap').click();
    await settled(page, 'layer-2-head-4');
    expect(await page.locator('.plot.pinned .mark:visible').count()).toBe(1);
    expect(await readout()).toMatch(/“were” looks at “.+” 0\.\d{3}/);
    await chip().click();
    await expect.poll(() => hash().has('token')).toBe(false);
    expect(await chip().count()).toBe(0);
  });

  test('is set by a click on the name of a row or a column of the heatmap', async () => {
    await visit(page, server, text, 'view=heatmap&layer=2&head=4', 'layer-2-head-4');
    const plot = page.locator('.plot');
    const { x, y, width } = (await page.locator('.plot .room').boundingBox())!;
    const mark = page.locator('.plot .mark');
    await page.locator('.plot canvas').hover({ position: { x: width - 10, y: 200 } });
    const row = (await mark.first().boundingBox())!;
    const column = (await mark.last().boundingBox())!;
    await page.mouse.click(x + 12, row.y + row.height / 2);
    await expect.poll(() => hash().get('token')).toMatch(/^from-\d+$/);
    await plot.press('Escape');
    await page.mouse.click(column.x + column.width / 2, y + 12);
    await expect.poll(() => hash().get('token')).toMatch(/^to-\d+$/);
    await expect.poll(readout).toContain('is looked at by');
    await shot(page, 'pinned-column');
  });
});

describe('the texts of a pair', () => {
  test('are parted by a line with their letters', async () => {
    await visit(page, server, pair, 'layer=2&heads=4', 'layer-2');
    const letters = await page
      .locator('.column.query .token.second')
      .evaluate((token) => getComputedStyle(token, '::after').content);
    expect(letters).toMatch(/A.*B/s);
    expect(await page.locator('.column.query .token.second .text').innerText()).toBe('it');
    await shot(page, 'boundary');
    await page.getByRole('button', { name: 'Arcs' }).click();
    await shot(page, 'boundary-arcs');
    await tab('Heatmap').click();
    await settled(page, 'layer-2-head-1');
    await shot(page, 'boundary-heatmap');
  });
});

test('the matrices of a comparison line up, however long their names are', async () => {
  const other = await open(server, TEXT.replace('cabinet', 'government'));
  await visit(page, server, text, `view=model&other=${other}&layer=2&head=4&detail=on`, 'difference');
  await page.locator('.difference-panel[data-drawn]').waitFor();
  const plots = page.locator('.difference-panel .plot');
  await plots.first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  const marks = () =>
    plots.evaluateAll((all) =>
      all.map((plot) => {
        const { left, top } = plot.querySelector('.room')!.getBoundingClientRect();
        return [...plot.querySelectorAll('.mark')].map((mark) => {
          const box = mark.getBoundingClientRect();
          return [box.left - left, box.top - top, box.width, box.height].map(Math.round).join(' ');
        });
      }),
    );
  const [first, ...others] = await marks();
  expect(others).toEqual([first, first]);
  const tops = await plots.evaluateAll((all) => all.map((plot) => plot.getBoundingClientRect().top));
  expect(new Set(tops.map(Math.round)).size).toBe(1);
  await shot(page, 'difference-lined-up');
});
