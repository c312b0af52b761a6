import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { begun, drawn, open, painted, root, settled, visit } from './headlight.ts';
import { page, seen, server, stage } from './stage.ts';

/** What people do that no view expects: go away and come back, be faster than the server, edit addresses. */
const TEXT = 'The movie was surprisingly good because the acting felt real.';
const LONGER = 'A person who never made a mistake never tried anything new, and nobody knew why.';

let text: number;
let other: number;
let pair: number;

stage(1240, 900);
beforeAll(async () => {
  text = await open(server, TEXT);
  other = await open(server, TEXT.replace('good', 'awful'));
  pair = await open(server, 'Where is my book?', 'It is on the table.');
});

const go = (id: number, shown: string, what: string) => visit(page, server, id, shown, what);
const tab = (name: string) => page.getByRole('tab', { name, exact: true });
const check = (name: string) => page.getByRole('checkbox', { name, exact: true });
const field = () => page.getByRole('textbox', { name: 'Text', exact: true });
const token = (side: 'query' | 'key', index: number) => page.locator(`.column.${side} .token`).nth(index);
const readout = () => page.locator('.view .readout').last().textContent();
const hash = () => new URLSearchParams(new URL(page.url()).hash.slice(1));
const setHash = (to: string) => page.evaluate((value) => (location.hash = value), to);

/** What a canvas shows, as a number that other pictures hardly have. */
const print = (canvas: string) =>
  page.locator(canvas).evaluate((element: HTMLCanvasElement) => {
    const { data } = element.getContext('2d')!.getImageData(0, 0, element.width, element.height);
    return data.reduce((sum, value, i) => (sum * 31 + value * (i % 7)) % 1_000_003, 0);
  });

test.each([
  ['columns', 'layer=2', '.lines canvas.all'],
  ['arcs', 'layer=2&arcs=on', '.arcs canvas'],
])('a view that was hidden shows the new text: %s', async (_, shown, canvas) => {
  await go(text, shown, 'layer-2');
  await tab('Heatmap').click();
  await settled(page, 'layer-2-head-1');
  await field().fill(LONGER);
  await field().press('Enter');
  await expect.poll(() => hash().get('inspection')).not.toBe(String(text));
  await tab('Head').click();
  await settled(page, 'layer-2');
  await page.mouse.move(2, 2);
  await expect.poll(() => page.locator('.loading').count()).toBe(0);
  const came = await print(canvas);
  await page.reload();
  await settled(page, 'layer-2');
  expect(await print(canvas)).toBe(came);
});

test('no number is shown under the name of another head', async () => {
  await go(text, 'view=heatmap&layer=1&head=1', 'layer-1-head-1');
  let answer = () => {};
  const waiting = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/attention/self/1/heads/0', async (route) => {
    await waiting;
    await route.continue();
  });
  await page.getByRole('radio', { name: 'Layer 2', exact: true }).check({ force: true });
  await page.locator('.plot canvas').hover({ position: { x: 300, y: 300 } });
  expect(await readout()).toBe('');
  await page.locator('.heatmap-view.loading').waitFor();
  answer();
  await settled(page, 'layer-2-head-1');
  await expect.poll(readout).toMatch(/^Layer 2 · Head 1: /);
});

test('a failure goes away when the next answer comes, and what failed is requested again', async () => {
  await go(text, 'layer=1', 'layer-1');
  await page.route('**/attention/self/*', (route) => route.abort());
  await page.getByRole('radio', { name: 'Layer 2', exact: true }).check({ force: true });
  await page.getByText('server is not responding: restart it').waitFor();
  await page.unroute('**/attention/self/*');
  await page.getByRole('radio', { name: 'Layer 3', exact: true }).check({ force: true });
  await drawn(page, 3);
  expect(await page.locator('.notice').count()).toBe(0);
  await page.getByRole('radio', { name: 'Layer 2', exact: true }).check({ force: true });
  await drawn(page, 2);
  seen.errors.length = 0; // the browser reports each failed connection
});

describe('an address', () => {
  test('that asks for something absent shows what exists', async () => {
    await go(text, 'view=heatmap&layer=2&head=3', 'layer-2-head-3');
    await setHash(`inspection=${text}&view=heatmap&layer=99&head=77&zoom=7`);
    await settled(page, 'layer-1-head-1');
    expect(page.url()).toMatch(new RegExp(`#inspection=${text}&view=heatmap&layer=1$`));
    await setHash(`inspection=${text}&heads=99`);
    await drawn(page, 1);
    expect(await page.locator('.head[aria-checked="true"]').count()).toBe(12);
  });

  test('that is short shows the defaults', async () => {
    await go(text, 'words=on&special=off&least=0.1&layer=3', 'layer-3');
    await setHash(`inspection=${text}&layer=2`);
    await drawn(page, 2);
    expect([await check('Whole words').isChecked(), await check('Special tokens').isChecked()]).toEqual([
      false,
      true,
    ]);
    expect(await page.locator('.threshold output').innerText()).toBe('0.000');
  });

  test('that is empty keeps the inspection', async () => {
    await go(text, 'layer=1', 'layer-1');
    await setHash('foo');
    await expect.poll(() => hash().get('inspection')).toBe(String(text));
  });

  test('that compares with a closed inspection shows the other one', async () => {
    await go(text, 'other=99999&view=model', 'model');
    expect(hash().has('other')).toBe(false);
    seen.errors.length = 0; // the browser reports the refusal
  });

  test('keeps that no head is shown', async () => {
    await go(text, 'layer=1', 'layer-1');
    await check('Head 4').dblclick();
    await check('Head 4').click();
    expect(hash().get('heads')).toBe('none');
    await page.reload();
    await drawn(page);
    expect(await page.locator('.head[aria-checked="true"]').count()).toBe(0);
    expect(await painted(page, '.lines canvas.all')).toBe(0);
  });
});

test('arcs end at the middle of their words', async () => {
  await go(text, 'layer=2&heads=4&arcs=on&token=from-4', 'layer-2');
  const middle = await page
    .locator('.in-line .token')
    .nth(4)
    .evaluate((word) => {
      const canvas = document.querySelector('.arcs canvas')!.getBoundingClientRect();
      const { left, width } = word.getBoundingClientRect();
      return left + width / 2 - canvas.left;
    });
  const [first, last] = await page.locator('.arcs canvas').evaluate((canvas: HTMLCanvasElement, at) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, canvas.height - 2, canvas.width, 1);
    const drawn = Array.from({ length: 40 }, (_, i) => Math.round(at) - 20 + i).filter(
      (x) => data[x * 4 + 3]! > 60,
    );
    return [drawn[0]!, drawn.at(-1)!];
  }, middle);
  expect((first + last) / 2).toBeGreaterThan(middle - 3);
  expect((first + last) / 2).toBeLessThan(middle + 3);
});

describe('a pin', () => {
  test('stays the only one, however the list around it changes', async () => {
    await go(text, 'layer=2', 'layer-2');
    await token('query', 3).click();
    await check('Special tokens').uncheck();
    await expect.poll(() => page.locator('.column.query .token').count()).toBe(11);
    expect(await page.locator('.token.pinned .text').allTextContents()).toEqual(['was']);
    expect(await page.locator('[aria-selected="true"].token').count()).toBe(1);
  });

  test('on a token that is no longer shown has no effect', async () => {
    await go(text, 'layer=2', 'layer-2');
    await token('query', 0).click();
    await check('Special tokens').uncheck();
    await token('query', 3).hover();
    await expect.poll(readout).toContain('“surprisingly” looks at');
  });

  test('on a word of the other sentence shows what attends to it', async () => {
    await go(pair, 'layer=2&arcs=on&filter=ab', 'layer-2');
    await page.locator('.in-line .token', { hasText: 'table' }).click();
    await expect.poll(readout).toContain('“table” is looked at by');
  });
});

describe('the tab key', () => {
  test('reaches a list whose last token was removed', async () => {
    await go(text, 'layer=2', 'layer-2');
    await token('query', 0).focus();
    await page.keyboard.press('End');
    await check('Special tokens').uncheck();
    await expect.poll(() => page.locator('.column.query .token[tabindex="0"]').count()).toBe(1);
  });

  test('reaches the thumbnails whichever heads are shown', async () => {
    await go(text, 'view=model', 'model');
    await page.locator('.cell').first().focus();
    await page.keyboard.press('End');
    await check('Head 12').click();
    await expect.poll(() => page.locator('.cell').count()).toBe(12 * 11);
    expect(await page.locator('.cell[tabindex="0"]').count()).toBe(1);
  });

  test('stops once at the gallery, where arrows walk', async () => {
    await go(text, 'view=heatmap&gallery=on', 'gallery');
    expect(await page.locator('.diagram .open[tabindex="0"]').count()).toBe(1);
    await page.locator('.diagram .open').first().focus();
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(() => document.activeElement!.ariaLabel)).toMatch(
      /^Open layer (1|2), head \d+$/,
    );
    await page.keyboard.press('End');
    expect(await page.evaluate(() => document.activeElement!.ariaLabel)).toBe('Open layer 12, head 12');
    expect(hash().get('layer')).toBe('1');
  });

  test('continues where it was when the detail closes', async () => {
    await go(text, 'view=model&layer=2&head=3&detail=on', 'model');
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await page.evaluate(() => document.activeElement!.textContent)).toContain('Layer 2 · Head 3');
  });
});

describe('keys', () => {
  test('work after a click on a layer or a box', async () => {
    await go(text, 'layer=1', 'layer-1');
    await page.getByRole('radio', { name: 'Layer 2', exact: true }).check({ force: true });
    await drawn(page, 2);
    await page.keyboard.press('?');
    expect(await page.locator('.keys dl').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.locator('.keys dl').isVisible()).toBe(false);
    await check('Table').click();
    await page.keyboard.press('ArrowDown');
    await drawn(page, 3);
    await page.keyboard.press('/');
    expect(await field().evaluate((area) => area === document.activeElement)).toBe(true);
  });

  test('have a visible list', async () => {
    await go(await open(server, 'The sea was calm. '.repeat(40)), 'layer=1', 'layer-1');
    await page.keyboard.press('?');
    await expect
      .poll(() => page.locator('.keys dl').evaluate((list) => list.getBoundingClientRect().top < innerHeight))
      .toBe(true);
  });
});

test('the export menu is in view in a narrow panel, and closes by a click elsewhere', async () => {
  await page.setViewportSize({ width: 320, height: 800 });
  await go(text, 'layer=1', 'layer-1');
  await page.getByText('Export', { exact: true }).click();
  const box = (await page.locator('.export-menu ul').boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(320);
  await page.locator('.summary').click();
  expect(await page.locator('.export-menu').getAttribute('open')).toBeNull();
});

test('a pattern that no head shows says so, and can be left', async () => {
  await go(text, 'view=model&pattern=other-sentence', 'model');
  await page.getByText('No selected head shows this pattern.').waitFor();
  const select = page.getByRole('combobox', { name: 'Pattern' });
  expect(await select.inputValue()).toBe('other sentence');
  await select.selectOption('All');
  await expect.poll(() => page.locator('.cell').count()).toBe(144);
});

test('a comparison follows what is shown', async () => {
  await go(text, `other=${other}&view=model&layer=2&head=3&detail=on`, 'difference');
  await page.locator('.difference-panel[data-drawn]').waitFor();
  const before = await print('.difference canvas.sheet');
  expect(await check('Whole words').isDisabled()).toBe(true);
  await check('Special tokens').uncheck();
  await expect.poll(() => print('.difference canvas.sheet')).not.toBe(before);
  await page.getByLabel(/^This text: arrow keys/).focus();
  await page.keyboard.press('ArrowDown');
  await expect
    .poll(() => page.locator('.difference-panel .readout').textContent())
    .toContain('“the” looks at “the”');
});

test('a chip is disabled until an edited text is visualized', async () => {
  await go(await open(server, 'The ____ sat.'), 'layer=1', 'layer-1');
  await field().fill('The ____ sat down.');
  expect(await page.locator('.chip').first().isDisabled()).toBe(true);
  await field().press('Enter');
  await expect.poll(() => page.locator('.chip').first().isEnabled()).toBe(true);
  await page.locator('.chip').first().click();
  await expect.poll(() => field().inputValue()).toMatch(/^The \p{L}+ sat down\.$/u);
  await expect.poll(() => field().evaluate((area) => area === document.activeElement)).toBe(true);
});

test('a closed inspection offers others', async () => {
  await page.goto(`${root(server)}#inspection=99999`);
  await page.getByText('This inspection is no longer open').waitFor();
  await page.getByRole('button', { name: /^He opened the/ }).click();
  await begun(page);
  expect(await page.locator('.notice').count()).toBe(0);
  seen.errors.length = 0; // the browser reports the refusal in its console
});

test('an address of a closed inspection keeps the current view', async () => {
  await go(text, 'layer=3', 'layer-3');
  await setHash('inspection=99999&layer=2');
  await page.getByText('This inspection is no longer open').waitFor();
  expect(await page.locator('.column.query .token').count()).toBe(13);
  expect(await page.getByRole('radio', { name: 'Layer 3', exact: true }).isChecked()).toBe(true);
  expect(await page.locator('.head[aria-checked="true"]').count()).toBe(12);
  seen.errors.length = 0; // the browser reports the refusal in its console
});

test('a comparison uses the shown text, not a second one being typed', async () => {
  await go(text, 'view=model', 'model');
  await page.getByRole('button', { name: 'Add a second sentence' }).click();
  await page.getByText('Compare with another text').click();
  await page.getByLabel('Compare with').fill('The movie was awful.');
  await page.getByLabel('Compare with').press('Enter');
  await settled(page, 'difference');
});

test('a large table is scrolled by the keyboard', async () => {
  await go(text, 'layer=2&table=on', 'layer-2');
  await page.locator('.table').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  expect([hash().get('layer'), hash().get('head')]).toEqual(['2', null]);
});

test('a new theme of the editor replaces the old one completely', async () => {
  const editor = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(
      `<link rel="icon" href="data:,"><iframe src="${root(server)}" width="900" height="700"></iframe>`,
    );
  }).listen(0, '127.0.0.1');
  await once(editor, 'listening');
  await page.goto(`http://127.0.0.1:${(editor.address() as AddressInfo).port}/`);
  const frame = page.frames()[1]!;
  await frame.getByText('Type a sentence').waitFor();
  const theme = (kind: string, variables: Record<string, string>) =>
    page.evaluate((message) => document.querySelector('iframe')!.contentWindow!.postMessage(message, '*'), {
      type: 'theme',
      kind,
      variables,
    });
  const color = (name: string) =>
    frame.evaluate((property) => getComputedStyle(document.documentElement).getPropertyValue(property), name);
  await theme('light', { '--vscode-button-background': '#005fb8' });
  await expect.poll(() => color('--accent')).toBe('#005fb8');
  await theme('dark', { '--vscode-editor-background': '#1f1f1f' });
  await expect.poll(() => color('--background')).toBe('#1f1f1f');
  expect(await color('--accent')).toBe('#4a8bf0');
  expect(await color('--text')).toBe('#e3e6ec');
  editor.close();
});

test('only the editor that frames the page can show another inspection in it', async () => {
  const editor = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    const address = `${root(server)}#inspection=${text}&layer=2`;
    response.end(
      `<link rel="icon" href="data:,"><iframe src="${address}" width="900" height="700"></iframe>`,
    );
  }).listen(0, '127.0.0.1');
  await once(editor, 'listening');
  await page.goto(`http://127.0.0.1:${(editor.address() as AddressInfo).port}/`);
  const frame = page.frames()[1]!;
  await frame.locator('[data-drawn="layer-2"]').waitFor();
  await frame.evaluate((id) => window.postMessage({ type: 'open', inspection: id }, '*'), pair);
  await page.evaluate(
    (id) =>
      document.querySelector('iframe')!.contentWindow!.postMessage({ type: 'open', inspection: id }, '*'),
    other,
  );
  await expect.poll(() => frame.locator('.column.query .token .text').allTextContents()).toContain('awful');
  await frame.locator('[data-drawn="layer-2"]').waitFor();
  editor.close();
});
