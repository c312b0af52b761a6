import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { drawn, open, root, settled, shot, visit } from './headlight.ts';
import { page, seen, server, stage } from './stage.ts';

const KEYS = 'The keys to the cabinet ____ on the table.';
/** Long enough that measuring takes many seconds. */
const LONG = `${'The old man who lived in the small house near the river often walked to the market. '.repeat(18)}He bought a ____ there.`;

let keys: number;
let were: number;
let was: number;

stage(1280, 900);
beforeAll(async () => {
  keys = await open(server, KEYS);
  [were, was] = await Promise.all([idOf('were'), idOf('was')]);
});

async function idOf(word: string): Promise<number> {
  const response = await fetch(`${root(server)}api/inspections/${keys}/candidate?word=${word}`);
  return ((await response.json()) as { id: number }).id;
}

const hash = () => new URLSearchParams(new URL(page.url()).hash.slice(1));
const ask = (id = keys, more = '') =>
  visit(page, server, id, `view=why&why=${were}&rather=${was}${more}`, 'why');
const menu = (which: 'word' | 'rather') => page.locator(`.why-view select.${which}`);
const word = (text: string) => page.locator('.unit', { hasText: new RegExp(`^\\s*${text}`) }).first();
const head = (name: string) => page.locator(`.effect-cell[aria-label^="Head ${name}:"]`);
const answer = () => page.locator('.said .answer');
const chosen = (which: 'word' | 'rather') =>
  menu(which).evaluate((select: HTMLSelectElement) => select.selectedOptions[0]!.text.trim());

describe('the question', () => {
  test('is a sentence with two menus, and is answered in a sentence', async () => {
    await ask();
    expect(await page.locator('.question').innerText()).toMatch(/^Why[\s\S]*rather than[\s\S]*\?$/);
    expect(await chosen('word')).toBe('were');
    expect(await chosen('rather')).toBe('was');
    await expect.poll(() => answer().innerText()).toContain('“were” rather than “was” rests on “keys”');
    expect(await answer().innerText()).toContain('head 6.2, which looks at “keys” and “The”');
    expect(await word('keys').locator('.effect').innerText()).toBe('+6.6');
    expect(await head('6.2').innerText()).toBe('+4.2');
    await page.locator('.lens').waitFor();
    await shot(page, 'why');
  });

  test('is of the likeliest two words where nobody chooses, and a menu chooses another', async () => {
    await visit(page, server, keys, 'view=why', 'why');
    const [first, second] = [await chosen('word'), await chosen('rather')];
    expect([first, second].sort()).toEqual(['are', 'were']);
    const third = (await menu('rather').locator('option').allInnerTexts())
      .map((text) => text.trim())
      .find((text) => ![first, second, 'anything', 'another word…'].includes(text))!;
    await menu('rather').selectOption({ label: third });
    await expect.poll(() => chosen('rather')).toBe(third);
    await expect.poll(() => answer().innerText()).toContain(`“${first}” rather than “${third}”`);
    expect(hash().get('rather')).toMatch(/^\d+$/);
  });

  test('takes any word that is one token, and says so of others', async () => {
    await visit(page, server, keys, 'view=why', 'why');
    await menu('rather').selectOption({ label: 'another word…' });
    const field = page.getByRole('textbox', { name: 'A word to compare it with' });
    await field.fill('floccinaucinihil');
    await field.press('Enter');
    await page.getByRole('alert').getByText('“floccinaucinihil” is not one token').waitFor();
    await field.fill('was');
    await field.press('Enter');
    await expect.poll(() => answer().innerText()).toContain('rather than “was”');
    expect(hash().get('rather')).toBe(String(was));
    seen.errors.splice(0, seen.errors.length, ...seen.errors.filter((error) => !error.includes('422')));
  });

  test('may be why a word is there at all', async () => {
    await ask();
    await menu('rather').selectOption('none');
    await expect.poll(() => answer().innerText()).toMatch(/^“were” rests on/);
    expect(hash().get('rather')).toBe('none');
    expect(await page.locator('.lens td.p.rather').count()).toBe(0);
  });

  test('is of one of several blanks', async () => {
    const id = await open(server, 'He opened the ____ and walked into the ____.');
    await visit(page, server, id, 'view=why', 'why');
    const before = await answer().innerText();
    await page.getByRole('combobox', { name: 'The blank' }).selectOption({ label: 'blank 2' });
    await expect.poll(() => answer().innerText()).not.toBe(before);
    expect(hash().get('place')).toBe('2');
  });

  test('needs a blank', async () => {
    const id = await open(server, 'The cat sat.');
    await page.goto(`${root(server)}#inspection=${id}&view=why`);
    await page.getByText('write ____ where a word is missing').waitFor();
  });
});

test('a word that is pointed at says what stands there without it', async () => {
  await ask();
  await word('keys').hover();
  await expect.poll(() => page.locator('.readout-line').first().innerText()).toMatch(/Without “keys”: was/);
});

test('special tokens are left out, said so, and shown when they are asked for', async () => {
  await ask();
  expect(await page.locator('.unit .text').allInnerTexts()).not.toContain('[CLS]');
  await page.getByText('Tokens that the model adds are left out').waitFor();
  await page.getByRole('checkbox', { name: 'Special tokens' }).check();
  await expect.poll(() => page.locator('.unit .text').allInnerTexts()).toContain('[CLS]');
  expect(hash().get('sinks')).toBe('on');
});

test('words are hidden instead of blanked out on request, and taken out in that way', async () => {
  await ask();
  const blanked = await word('keys').locator('.effect').innerText();
  await page.getByRole('combobox', { name: 'Words' }).selectOption({ label: 'hide' });
  await page.getByText('Each word is hidden from the others in turn').waitFor();
  await expect.poll(() => word('keys').locator('.effect').innerText()).toMatch(/^\+\d/);
  expect(await word('keys').locator('.effect').innerText()).not.toBe(blanked);
  expect(hash().get('hiding')).toBe('on');
  await page.reload();
  await settled(page, 'why');
  expect(await page.getByRole('combobox', { name: 'Words' }).inputValue()).toBe('hide');
  await word('keys').click();
  await page.getByRole('button', { name: 'Take out “keys”' }).click();
  await page.locator('.changed').getByText('“keys” hidden').waitFor();
  await page.getByRole('combobox', { name: 'Words' }).selectOption({ label: 'blank out' });
  await expect.poll(() => word('keys').locator('.effect').innerText()).toBe('out');
});

test('the ten strongest heads say what they look at, and open with their lines', async () => {
  await ask();
  const rows = page.locator('.strongest li');
  await expect.poll(() => rows.count()).toBe(10);
  expect(await rows.first().innerText()).toMatch(/6\.2[\s\S]*\+4\.22[\s\S]*“keys” 48 %/);
  await rows.first().getByRole('button', { name: 'Show the lines of head 6.2' }).click();
  await drawn(page, 6);
  expect(hash().get('heads')).toBe('2');
  expect(hash().get('token')).toBe('from-6');
});

test('a square opens a head, by mouse and by keyboard', async () => {
  await ask();
  await head('6.2').focus();
  await page.keyboard.press('ArrowRight');
  await expect
    .poll(() => page.evaluate(() => document.activeElement!.getAttribute('aria-label')))
    .toContain('Head 6.3');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await drawn(page, 6);
});

describe('what if', () => {
  test('a head is taken out: words change at once, all views show it, and Ctrl+Z puts it back', async () => {
    await ask();
    await page.getByRole('button', { name: 'Take out head 6.2' }).click();
    const strip = page.locator('.changed');
    await strip.getByText('head 6.2').waitFor();
    await settled(page, 'why');
    expect(await strip.innerText()).toMatch(/Before[\s\S]*are[\s\S]*now/);
    expect(await chosen('word')).toBe('were');
    await expect.poll(() => head('6.2').innerText()).toBe('×');
    await shot(page, 'why-without');
    const address = page.url();
    expect(hash().get('whole')).toBe(String(keys));

    await page.getByRole('tab', { name: 'Heatmap' }).click();
    expect(await strip.isVisible()).toBe(true);
    await page.reload();
    await strip.getByText('head 6.2').waitFor();
    await page.goto('about:blank');
    await page.goto(address);
    await settled(page, 'why');
    expect(await strip.innerText()).toMatch(/Before/);

    await word('cabinet').click();
    await page.getByRole('button', { name: 'Take out “cabinet”' }).click();
    await strip.getByText('“cabinet” blanked out').waitFor();
    await page.keyboard.press('Control+z');
    await strip.getByText('“cabinet” blanked out').waitFor({ state: 'detached' });
    expect(await strip.getByText('head 6.2').isVisible()).toBe(true);
    await page.keyboard.press('Control+Shift+z');
    await strip.getByText('“cabinet” blanked out').waitFor();
    await strip.getByRole('button', { name: 'Put back: “cabinet” blanked out' }).click();
    await strip.getByText('“cabinet” blanked out').waitFor({ state: 'detached' });
    await strip.getByRole('button', { name: 'Put back: head 6.2' }).click();
    await strip.waitFor({ state: 'detached' });
    expect(hash().has('whole')).toBe(false);
  });

  test('clicks take out words, heads and layers when they are told to', async () => {
    await ask();
    await page.getByRole('button', { name: 'Click takes out' }).click();
    await word('keys').click();
    const strip = page.locator('.changed');
    await strip.getByText('“keys” blanked out').waitFor();
    await settled(page, 'why');
    await head('6.2').click();
    await strip.getByText('head 6.2').waitFor();
    await settled(page, 'why');
    await page.getByRole('button', { name: /^Feed-forward part of layer 3:/ }).click();
    await strip.getByText('feed-forward part of layer 3').waitFor();
    await strip.getByRole('button', { name: 'Put all back' }).click();
    await strip.waitFor({ state: 'detached' });
  });

  test('is compared with the whole by the comparison of the Model view', async () => {
    await ask();
    await page.getByRole('button', { name: 'Take out head 6.2' }).click();
    await page.getByRole('button', { name: 'Compare with the whole' }).click();
    await settled(page, 'difference');
    expect(hash().get('other')).toBe(String(keys));
  });

  test('what a token looks at is cut in the Heatmap view, and is dark there then', async () => {
    await visit(page, server, keys, 'view=heatmap&layer=6&head=2&token=from-6-2', 'layer-6-head-2');
    await page.getByRole('button', { name: /^Cut “\[MASK\]” → “keys” in head 6.2/ }).click();
    await page.locator('.changed').getByText('“[MASK]” → “keys” in head 6.2').waitFor();
    await settled(page, 'layer-6-head-2');
    const id = hash().get('inspection');
    const json = await fetch(`${root(server)}api/inspections/${id}/export/attention.json?layers=6&heads=2`);
    const { attention, without } = (await json.json()) as { attention: number[][][][]; without: unknown };
    expect(attention[0]![0]![6]![2]).toBe(0);
    expect(without).toEqual({ edges: [[5, 1, 6, 2]] });
  });
});

describe('measuring', () => {
  test('shows words before heads, and ends when nobody looks', async () => {
    const id = await open(server, LONG);
    await page.goto(`${root(server)}#inspection=${id}&view=why`);
    await page.locator('.unit .effect', { hasText: /\d/ }).first().waitFor();
    expect(await page.locator('.effect-cell:not(.unknown)').count()).toBe(0);
    await page.getByText('Taking words out').waitFor();
    const ended = page.waitForEvent('requestfailed', (request) => request.url().includes('/effects'));
    await page.getByRole('tab', { name: 'Head' }).click();
    await ended;
    // the engine is free again: another text is answered while the long one would take much longer
    const begun = Date.now();
    await open(server, 'A short text.');
    expect(Date.now() - begun).toBeLessThan(5_000);
    await page.getByRole('tab', { name: 'Why' }).click();
    await page.getByText('Taking words out').waitFor();
  });
});

describe('a set of sentences', () => {
  const measured = (count: number) =>
    page.locator('.set-panel .answer', { hasText: `of ${count} right` }).waitFor();

  test('is an example, measured with progress; a head shows its sentences, and one opens', async () => {
    // the first eight of its sentences, which take a sixth of the time; the server's tests measure whole sets
    await page.route('**/api/pairs', async (route) => {
      if (route.request().method() !== 'GET') {
        return route.continue();
      }
      const response = await route.fetch();
      const sets = (await response.json()) as { pairs: string }[];
      const json = sets.map((set) => ({ ...set, pairs: set.pairs.split('\n').slice(0, 8).join('\n') }));
      return route.fulfill({ response, json });
    });
    await visit(page, server, keys, 'view=why', 'why');
    await page.getByRole('button', { name: 'A set of sentences' }).click();
    await page.getByRole('button', { name: 'Is it “was” or “were”?' }).click();
    await page.getByRole('progressbar').waitFor();
    await page.locator('[data-drawn="set"]').waitFor();
    expect(await page.locator('.set-panel .answer').innerText()).toContain(
      '8 of 8 right. On average log p(right) − log p(wrong) is +4.20 ±',
    );
    const first = page.locator('.means li').first();
    expect(await first.innerText()).toMatch(/6\.2\s+\+2\.52 ± 0\.44/);
    await head('6.2').click();
    await page.getByText('Where head 6.2 matters most').waitFor();
    await shot(page, 'why-set');
    await page.locator('.sentences button').first().click();
    await expect.poll(() => hash().has('set')).toBe(false);
    await expect.poll(() => answer().innerText()).toContain('rather than');
  });

  test('is pasted, cancelled, and keeps what was measured', async () => {
    await page.goto(`${root(server)}#inspection=${keys}&view=why&set=on`);
    const text = page.getByRole('textbox', { name: 'Sentences with the right and the wrong word' });
    await text.fill('The keys on the shelf ____ very pretty.\twere\twas\n'.repeat(500));
    await page.getByRole('button', { name: 'Measure' }).click();
    await page.locator('.set-panel .answer').waitFor();
    const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/pairs'));
    await page.getByRole('button', { name: 'Cancel' }).click();
    await ended;
    expect(await page.locator('.set-panel .answer').innerText()).toMatch(/^(\d+) of \1 right/);
    await text.fill('no tabs here');
    await page.getByRole('button', { name: 'Measure' }).click();
    await page.getByRole('alert').getByText('Line 1 is no pair').waitFor();
    seen.errors.splice(0, seen.errors.length, ...seen.errors.filter((error) => !error.includes('422')));
  });

  test('is opened from a file', async () => {
    await page.goto(`${root(server)}#inspection=${keys}&view=why&set=on`);
    await page.locator('.set-panel input[type="file"]').setInputFiles({
      name: 'two.tsv',
      mimeType: 'text/tab-separated-values',
      buffer: Buffer.from('The keys ____ old.\twere\twas\nThe key ____ old.\twas\twere\n'),
    });
    await measured(2);
  });
});

describe('exports', () => {
  const saved = async (name: string) => {
    await page.getByText('Export', { exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name }).click(),
    ]);
    const file = path.join(os.tmpdir(), `headlight-why-${Date.now()}-${download.suggestedFilename()}`);
    await download.saveAs(file);
    return file;
  };

  test('draw the answer as PNG and SVG', async () => {
    await ask();
    await page.locator('.lens').waitFor();
    const svg = readFileSync(await saved('Editable drawing SVG'), 'utf8');
    for (const text of ['Why “were” rather than “was”?', '+6.6', '6.2', '“keys” 48 %', 'words alone']) {
      expect(svg).toContain(text);
    }
    const png = readFileSync(await saved('Image PNG'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
  });

  test('a page in a file shows what was measured, without a server', async () => {
    await ask();
    await page.getByRole('button', { name: 'Take out head 8.6' }).click();
    await page.locator('.changed').waitFor();
    await settled(page, 'why');
    const before = await answer().innerText();
    const file = await saved('Offline page HTML');
    await page.goto(pathToFileURL(file).href);
    await settled(page, 'why');
    expect(await answer().innerText()).toBe(before);
    expect(await head('6.2').innerText()).toMatch(/^\+\d/);
    expect(await page.locator('.changed').innerText()).toContain('head 8.6');
    await page.locator('.lens').waitFor();
    await page.getByRole('button', { name: 'Show the lines of head 6.2' }).click();
    await drawn(page, 6);
  });
});

test.each([320, 420])('fits %i pixels', async (width) => {
  await page.setViewportSize({ width, height: 800 });
  await ask();
  await page.locator('.lens').waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(width);
  await shot(page, `why-${width}`);
});
