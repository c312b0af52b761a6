import { readFileSync } from 'node:fs';
import { expect, test, describe, beforeAll } from 'vitest';
import { open, settled, visit, root } from './headlight.ts';
import { page, server, stage } from './stage.ts';

/** Nothing that was looked at is lost: Back, Ctrl+Z, the list of texts, files, exports. */
stage(1280, 900);
let text: number;
beforeAll(async () => {
  text = await open(server, 'The old ____ sat on the mat.');
});
const hash = () => new URLSearchParams(new URL(page.url()).hash.slice(1));
const tab = (name: string) => page.getByRole('tab', { name, exact: true });
const token = (index: number) => page.locator('.column.query .token').nth(index);
const field = () => page.getByRole('textbox', { name: 'Text', exact: true });
const pinned = () => page.locator('.column.query .token.pinned .text');

test('Back goes through pins, views and texts, but not through layers', async () => {
  await visit(page, server, text, 'layer=1&heads=1', 'layer-1');
  await token(2).click();
  await page.getByRole('radio', { name: 'Layer 2', exact: true }).check({ force: true });
  await settled(page, 'layer-2');
  await tab('Model').click();
  await settled(page, 'model');
  await field().fill('Something else.');
  await field().press('Enter');
  await expect.poll(() => hash().get('inspection')).not.toBe(String(text));
  await page.goBack();
  await expect.poll(() => field().inputValue()).toBe('The old ____ sat on the mat.');
  expect(hash().get('view')).toBe('model');
  await page.goBack();
  await settled(page, 'layer-2');
  await expect.poll(() => pinned().innerText()).toBe('old');
  await page.goBack();
  await expect.poll(() => pinned().count()).toBe(0);
  await page.goForward();
  await expect.poll(() => pinned().innerText()).toBe('old');
});

test('Ctrl+Z brings back the blank that was filled, and the pin that was released', async () => {
  await visit(page, server, text, 'layer=1&heads=1', 'layer-1');
  await page.locator('.chip').first().click();
  await expect.poll(() => field().inputValue()).not.toContain('____');
  await token(1).click();
  await pinned().waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => pinned().count()).toBe(0);
  await page.keyboard.press('Control+z');
  await expect.poll(() => pinned().innerText()).toBe('the');
  await page.keyboard.press('Control+z');
  await expect.poll(() => field().inputValue()).toBe('The old ____ sat on the mat.');
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(() => field().inputValue()).not.toContain('____');
});

test('texts of the session are listed with their pins, and open again', async () => {
  await visit(page, server, text, 'layer=1&heads=1', 'layer-1');
  await token(2).click();
  await field().fill('Never say old never.');
  await expect.poll(() => page.locator('.edited').innerText()).toContain('Edited');
  await field().press('Enter');
  await expect.poll(() => page.locator('.edited').count()).toBe(0);
  await expect.poll(() => pinned().innerText()).toBe('old'); // the pin stays on its word
  await page.getByText('Texts', { exact: true }).click();
  const first = page.getByRole('button', { name: /The old ____ sat/ });
  expect(await first.innerText()).toContain('pinned: old');
  await first.click();
  await expect.poll(() => field().inputValue()).toBe('The old ____ sat on the mat.');
  await expect.poll(() => pinned().innerText()).toBe('old');
  await page.keyboard.press('Control+z');
  await expect.poll(() => field().inputValue()).toBe('Never say old never.');
});

test('a file that is opened first begins at one head, as a text that is typed', async () => {
  await page.goto(root(server));
  await page.getByText('Texts', { exact: true }).click();
  const buffer = Buffer.from('The old man sat on the old mat.');
  await page.locator('.open-file input').setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer });
  await expect.poll(() => page.locator('.head[aria-checked="true"]').count()).toBe(1);
});

test('a text file is opened, and what is no text is refused in a sentence', async () => {
  await visit(page, server, text, 'layer=1', 'layer-1');
  const choose = async (name: string, buffer: Buffer) => {
    await page.getByText('Texts', { exact: true }).click();
    await page.locator('.open-file input').setInputFiles({ name, mimeType: 'text/plain', buffer });
  };
  await choose('note.txt', Buffer.from('A note from a file.\n'));
  await expect.poll(() => field().inputValue()).toBe('A note from a file.');
  await choose('image.txt', Buffer.from([0xff, 0xfe, 0x00, 0xc3]));
  await page.getByText('image.txt is not a text in UTF-8').waitFor();
});

describe('an export', () => {
  const save = async (name: RegExp) => {
    await page.getByText('Export', { exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name }).click(),
    ]);
    return readFileSync(await download.path(), 'utf8');
  };

  test('of a pinned head has its weights and tints', async () => {
    await visit(page, server, text, 'layer=2&heads=3&token=from-3', 'layer-2');
    await page.locator('.readout[data-token="3"]').waitFor();
    const weight = await page.locator('.column.key .weight').first().innerText();
    expect(weight).toMatch(/^0\.\d{3}$/);
    expect(await save(/SVG/)).toContain(`>${weight}<`);
  });

  test('says whether it holds one layer or all', async () => {
    await visit(page, server, text, 'layer=2&heads=3', 'layer-2');
    expect(
      (JSON.parse(await save(/Weights of layer 2, head 3 JSON$/)) as { attention: [] }).attention.length,
    ).toBe(1);
    expect(
      (JSON.parse(await save(/Weights of all heads JSON, all/)) as { attention: [] }).attention.length,
    ).toBe(12);
  });

  test('as a page opens with a pin that was set since', async () => {
    await visit(page, server, text, 'layer=2&heads=3', 'layer-2');
    await token(2).click();
    await page.locator('.readout[data-token="2"]').waitFor();
    expect(await save(/HTML/)).toMatch(/token(=|\\u003d)from-2/);
  });

  test.each([
    ['view=neuron&layer=2&head=3', 'layer-2-head-3-token-1'],
    ['view=heatmap&gallery=on', 'gallery'],
    ['view=model&thumbnails=cells', 'model'],
  ])('as SVG holds no bitmaps: %s', async (shown, what) => {
    await visit(page, server, text, shown, what);
    const svg = await save(/SVG/);
    expect(svg).not.toContain('<image');
    expect(svg.split('<rect').length).toBeGreaterThan(300);
  });
});

test('a dead address explains itself', async () => {
  await page.goto(root(server).replace(/[0-9a-f]{64}/, '0'.repeat(64)));
  await page.getByRole('heading', { name: 'This address is no longer valid' }).waitFor();
  const { seen } = await import('./stage.ts');
  await expect.poll(() => seen.errors.length).toBeGreaterThan(0); // the browser reports the 404, maybe later
  seen.errors.length = 0;
});
