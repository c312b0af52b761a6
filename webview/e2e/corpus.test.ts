import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  launch,
  open,
  root,
  run,
  serve,
  settled,
  shot,
  watch,
  type Server,
  type Watch,
} from './headlight.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SENTENCES = [
  'The keys to the cabinet were on the table, and nobody missed the keys.',
  'Ann met Bob in Paris; Bob and Ann went on to Rome.',
  'There were 3 cats (and 12 dogs) in the garden of number 12.',
  'He said <b>nothing</b> & left.',
];
const CODE = 'int count = 1;\ncount = add(count, 2);\n';

let folder: string;
let plain: Server;
let one: Server;
let two: Server;
let browser: Browser;
let page: Page;
let seen: Watch;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'corpus-'));
  const at = (name: string) => path.join(folder, name);
  writeFileSync(at('sentences.txt'), SENTENCES.join('\n'));
  writeFileSync(at('other.txt'), [...SENTENCES].reverse().slice(2).join('\n') + CODE);
  run('corpus', at('sentences.txt'), '--lines', '--out', at('one'));
  run('corpus', at('other.txt'), '--out', at('two'));
  [plain, one, two, browser] = await Promise.all([
    serve(),
    serve('--corpus', at('one')),
    serve('--corpus', at('one'), '--corpus', at('two')),
    launch(),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([plain, one, two].map((server) => server?.stop()));
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  seen = watch(page);
});
afterEach(async () => {
  await page.close();
  expect(seen).toEqual({ errors: [], strangers: [] });
});

const hash = () => new URLSearchParams(new URL(page.url()).hash.slice(1));
const tab = (name: string) => page.getByRole('tab', { name, exact: true });
const cells = (grid = 'this') => page.locator(`.${grid} .cell`);
const panel = () => page.locator('.corpus-head');
const cell = (layer: number, head: number, grid = 'this') =>
  page.locator(`.${grid} .cell[data-place="self ${layer - 1} ${head - 1}"]`);
const show = (label: string) =>
  page.getByRole('combobox', { name: 'Show', exact: true }).selectOption({ label });

async function visit(server: Server, shown = '', what = 'corpus'): Promise<void> {
  await page.goto(`${root(server)}#view=corpus${shown}`);
  await settled(page, what);
}

async function findings(): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as never as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html.slice(0, 160)}`);
  });
}

describe('without a corpus', () => {
  test('the view says in a sentence how to make one', async () => {
    await page.goto(`${root(plain)}#inspection=${await open(plain, 'A text.')}`);
    await tab('Corpus').click();
    await page.getByText('headlight corpus FOLDER --out OUT').waitFor();
    expect(await findings()).toEqual([]);
  });
});

describe('a corpus', () => {
  test('is shown at once, without a text', async () => {
    expect(one.url).toMatch(/#view=corpus$/);
    await visit(one);
    expect(await cells().count()).toBe(144);
    expect(await page.getByRole('tab').allInnerTexts()).toEqual(['Corpus']);
    expect(await page.locator('.about-corpora').innerText()).toMatch(/^sentences\.txt\s+4 texts/);
    expect(await cells().first().innerText()).toMatch(/Layer 1 · Head 1: /);
    await shot(page, 'corpus');
  });

  test('shows a chosen head’s profile and numbers, keeps it in the address, and Back closes it', async () => {
    await visit(one);
    await cell(2, 3).click();
    expect(await panel().locator('h2').innerText()).toBe('Layer 2 · Head 3');
    expect(hash().get('profile')).toBe('2.3');
    expect(await panel().getByRole('img').getAttribute('aria-label')).toMatch(/^Mean weight by distance\./);
    const { x, y, width } = (await panel().getByRole('img').boundingBox())!;
    await page.mouse.move(x + 44 + (width - 44) / 2, y + 100);
    await expect.poll(() => panel().locator('figcaption').innerText()).toMatch(/^The token itself: \.\d+ ± /);
    await page.goBack();
    await panel().locator('h2').waitFor({ state: 'hidden' });
    await page.goForward();
    await panel().locator('h2').waitFor();
    await page.keyboard.press('Escape');
    await panel().locator('h2').waitFor({ state: 'hidden' });
    expect(hash().has('profile')).toBe(false);
  });

  test('opens a text in the Head view with the head that shows it, and Back returns', async () => {
    await visit(one, '&profile=2.3&by=first-token');
    const text = panel().locator('.sentences button').first();
    const said = await text.innerText();
    await text.click();
    await settled(page, 'layer-2');
    expect(await page.locator('header textarea').first().inputValue()).toBe(said);
    expect(hash().get('heads')).toBe('3');
    expect(await tab('Head').getAttribute('aria-selected')).toBe('true');
    await page.goBack();
    await settled(page, 'corpus');
    expect(await panel().locator('h2').innerText()).toBe('Layer 2 · Head 3');
  });

  test('shows texts as they are: none is markup', async () => {
    await visit(one, '&profile=1.1&by=broad');
    await panel().getByText('He said <b>nothing</b> & left.').waitFor();
  });

  test('is sorted and filtered by what is asked for', async () => {
    await visit(one);
    await show('previous token');
    await page.getByRole('button', { name: 'Largest first' }).click();
    const numbers = (await page.locator('.this .caption .number').allInnerTexts()).map(Number);
    expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
    await page.getByRole('combobox', { name: 'Shown in at least' }).selectOption('50 %');
    await expect.poll(() => cells().count()).toBeLessThan(144);
    expect(Object.fromEntries(hash())).toMatchObject({ by: 'previous-token', largest: 'on', share: '50' });
    await page.reload();
    await settled(page, 'corpus');
    expect(await cells().count()).toBeLessThan(144);
    await shot(page, 'corpus-sorted');
  });

  test('is walked by the keyboard', async () => {
    await visit(one);
    await cell(1, 1).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('.corpus-view .readout').innerText()).toMatch(/^Layer 2 · Head 2: /);
    await page.keyboard.press('Enter');
    expect(await panel().locator('h2').innerText()).toBe('Layer 2 · Head 2');
    await panel().getByRole('button', { name: 'previous token', exact: true }).press('Enter');
    expect(hash().get('by')).toBe('previous-token');
  });

  test('is left for the Head view by a text that is typed', async () => {
    await visit(one);
    await page.locator('header textarea').fill('A text.');
    await page.keyboard.press('Enter');
    await tab('Head').waitFor();
    expect(await tab('Head').getAttribute('aria-selected')).toBe('true');
  });

  test('is saved as a picture with its name', async () => {
    await visit(one, '&profile=2.3');
    await page.getByText('Export', { exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /^Editable drawing/ }).click(),
    ]);
    const file = readFileSync(await download.path(), 'utf8');
    expect(download.suggestedFilename()).toBe('headlight-corpus-layer-2-head-3.svg');
    expect(file).toContain('mean weight');
    expect(file).toContain('sentences.txt: 4 texts');
  });
});

describe('two corpora', () => {
  test('stand side by side with their difference, and so does a head of them', async () => {
    await visit(two, '&by=previous-token', 'corpora');
    for (const grid of ['this', 'other', 'difference']) {
      expect(await cells(grid).count()).toBe(144);
    }
    await cell(2, 3, 'difference').click();
    expect(await panel().locator('.corpus-numbers.two .hint').first().innerText()).toMatch(
      /^[+−]?[\d.]+ ± \.\d+/,
    );
    await page.getByRole('button', { name: 'Largest difference first' }).click();
    const sizes = (await page.locator('.difference .caption .number').allInnerTexts())
      .filter((text) => text !== '')
      .map((text) => Math.abs(Number(text.replace('−', '-'))));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    await shot(page, 'corpora');
  });
});

test.each([
  ['one', 'light', '&profile=2.3'],
  ['two', 'dark', '&profile=2.3&by=previous-token&largest=on'],
] as const)('axe-core finds nothing in %s, in %s colours', async (which, colorScheme, shown) => {
  await page.emulateMedia({ colorScheme });
  await visit(which === 'one' ? one : two, shown, which === 'one' ? 'corpus' : 'corpora');
  expect(await findings()).toEqual([]);
  await shot(page, `corpus-${which}-${colorScheme}`);
});

test.each([320, 420, 640, 1600])('fits a page of %i pixels', async (width) => {
  await page.setViewportSize({ width, height: 900 });
  for (const [server, what] of [
    [one, 'corpus'],
    [two, 'corpora'],
  ] as const) {
    await visit(server, '&profile=2.3', what);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    await shot(page, `${what}-${width}`);
  }
});
