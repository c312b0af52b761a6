import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  drawn,
  launch,
  open,
  painted,
  root,
  serveWith,
  settled,
  shot,
  visit,
  watch,
  type Server,
  type Watch,
} from './headlight.ts';
import { cached, hub, type Hub } from './hub.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const EMBEDDED = path.resolve(import.meta.dirname, '../../server/target/headlight/lib/model');
const TINY = path.resolve(import.meta.dirname, '../../server/src/test/resources/oracle/bert');
const GPT2 = path.resolve(import.meta.dirname, '../../server/src/test/resources/oracle/gpt2');
const TEXT = 'The keys to the cabinet ____ on the table.';

let folder: string;
let models: Hub;
let server: Server;
let browser: Browser;
let page: Page;
let seen: Watch;
let text: number;

/** The embedded model with its first two layers exchanged: of the same shape, and other numbers. */
function exchanged(): Buffer {
  const file = readFileSync(path.join(EMBEDDED, 'model.safetensors'));
  const length = Number(file.readBigUInt64LE(0));
  const header = file.toString('latin1', 8, 8 + length);
  const swapped = header.replace(/layer\.([01])\./g, (_, layer) => `layer.${1 - Number(layer)}.`);
  expect(swapped).not.toBe(header);
  file.write(swapped, 8, 'latin1');
  return file;
}

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'headlight-models-')));
  const cache = path.join(folder, 'hub');
  cached(cache, 'acme/twin', EMBEDDED, { 'model.safetensors': exchanged() });
  cached(cache, 'acme/tiny', TINY);
  cached(cache, 'acme/damaged', TINY, { 'model.safetensors': 'no tensors' });
  cached(cache, 'acme/prophetnet', TINY, {
    'config.json': '{"model_type":"prophetnet","is_encoder_decoder":true}',
  });
  cached(cache, 'acme/next', GPT2);
  models = await hub();
  models.add('org/small', TINY);
  [server, browser] = await Promise.all([
    serveWith({ HF_HUB_CACHE: cache, HF_ENDPOINT: models.url, HF_HUB_OFFLINE: '', HF_TOKEN: '' }),
    launch(),
  ]);
  text = await open(server, TEXT);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await models?.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: 'light' });
  seen = watch(page);
  await visit(page, server, text, 'view=head&layer=1', 'layer-1');
});
afterEach(async () => {
  await page.close();
  expect(seen).toEqual({ errors: [], strangers: [] });
});

const menu = () => page.locator('.models-menu');
const filter = () => page.getByRole('textbox', { name: 'Filter, or a name on the hub' });
const names = () => page.locator('.known').evaluateAll((all) => all.map((one) => one.getAttribute('title')));
const strip = () => page.getByRole('region', { name: 'Two models' });
const openMenu = async () => {
  await menu().locator('summary').click();
  await page.locator('.known').first().waitFor();
};
const useModel = async (name: string) => {
  await openMenu();
  await page.getByRole('button', { name: `Use ${name}`, exact: true }).click();
};
const beside = async (name: string) => {
  await openMenu();
  await page.getByRole('button', { name: `Side by side with ${name}`, exact: true }).click();
};
/** Refusals that a test provoked. */
const expected = () =>
  seen.errors.splice(0, seen.errors.length, ...seen.errors.filter((error) => !error.includes('422')));

/** What axe-core finds, in a line each. */
async function findings(): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as never as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]!.html.slice(0, 160)}`);
  });
}

describe('the menu of models', () => {
  test('lists what is on this machine, and typing filters it without asking the network', async () => {
    const before = models.seen.length;
    await openMenu();
    expect(await names()).toEqual([
      'embedded',
      'acme/damaged',
      'acme/next',
      'acme/prophetnet',
      'acme/tiny',
      'acme/twin',
    ]);
    await filter().fill('TW');
    expect(await names()).toEqual(['acme/twin']);
    await filter().fill('english');
    expect(await names()).toEqual(['embedded']);
    await filter().fill('nothing');
    await page.getByText('No model here has that name').waitFor();
    await filter().fill('org/small');
    await page.getByRole('button', { name: 'Download org/small from the hub' }).waitFor();
    expect(models.seen.length).toBe(before);
    await filter().fill('proph');
    expect(await page.locator('.known').innerText()).toContain('not a supported kind');
    expect(await page.locator('.models li button').count()).toBe(0);
    await page.keyboard.press('Escape');
    expect(await menu().getAttribute('open')).toBeNull();
  });

  test('a model is downloaded with progress, cancelled midway, resumed, and then used', async () => {
    await openMenu();
    await filter().fill('org/small');
    const release = models.hold();
    await page.getByRole('button', { name: 'Download org/small from the hub' }).click();
    const progress = page.getByRole('progressbar', { name: 'Download of org/small' });
    await expect.poll(() => page.locator('.fetching .hint').innerText()).toMatch(/^\d+\.\d kB of \d+\.\d kB/);
    await expect
      .poll(() => progress.evaluate((bar: HTMLProgressElement) => bar.value / bar.max))
      .toBeGreaterThan(0.2);
    expect(await menu().locator('summary').innerText()).toMatch(/^Models · \d+ %$/);
    await shot(page, 'models-download');
    await page.getByRole('button', { name: 'Cancel the download' }).click();
    await page
      .getByText('The download of org/small was cancelled; downloading it again resumes it.')
      .waitFor();
    expect(await names()).not.toContain('org/small');
    release();
    await page.getByRole('button', { name: 'Download org/small from the hub' }).click();
    await page.getByText('org/small is downloaded.').waitFor();
    expect(await names()).toEqual(['org/small']);
    await page.getByRole('button', { name: 'Use org/small' }).click();
    await expect.poll(() => page.locator('.summary .model').innerText()).toBe('org/small');
    await useModel('Embedded English BERT');
    await expect.poll(() => page.locator('.summary .model').innerText()).toBe('Embedded English BERT');
  });

  test('in an editor’s page only stands beside: the editor chooses its model', async () => {
    await page.route('**/api/models', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ json: { ...(await response.json()), chooses: false } });
    });
    await openMenu();
    await page.getByText('The editor chooses its model').waitFor();
    expect(await page.getByRole('button', { name: /^Use / }).count()).toBe(0);
    await page.getByRole('button', { name: 'Side by side with acme/twin' }).click();
    await settled(page, 'difference');
  });

  test('what can’t be downloaded or loaded is said in a sentence, and the model stays', async () => {
    await openMenu();
    await filter().fill('org/none');
    await page.getByRole('button', { name: 'Download org/none from the hub' }).click();
    await page.getByRole('alert').getByText('There is no model org/none on').waitFor();
    await filter().fill('');
    await page.getByRole('button', { name: 'Use acme/damaged' }).click();
    await page.getByRole('alert').getByText('model.safetensors').waitFor();
    expect(await page.locator('.summary .model').innerText()).toBe('Embedded English BERT');
    await beside('acme/damaged');
    await page.getByRole('alert').getByText('model.safetensors').waitFor();
    expect(await strip().count()).toBe(0);
    expected();
  });
});

describe('two models side by side', () => {
  test('of the same shape and tokens have a difference, head by head', async () => {
    await beside('acme/twin');
    await settled(page, 'difference');
    expect(await page.locator('.grids h2').allInnerTexts()).toEqual([
      'Embedded English BERT',
      'acme/twin',
      expect.stringMatching(/^Difference/),
    ]);
    expect(await page.locator('.alignment').innerText()).toMatch(
      /^Both models read the text as the same 12 tokens/,
    );
    const distances = (await page.locator('.difference .number').allInnerTexts()).map(Number);
    expect(distances).toHaveLength(144);
    expect(Math.max(...distances)).toBeGreaterThan(0.3);
    await page.locator('.difference .cell').nth(3).click();
    await page.locator('.difference-panel[data-drawn="layer-1-head-4"]').waitFor();
    expect(await page.locator('.difference-panel figcaption').first().innerText()).toBe(
      'Embedded English BERT',
    );
    await shot(page, 'models-difference');
    expect(await findings()).toEqual([]);
  });

  test('have the words of both beside each other, also a word that only one says', async () => {
    await beside('acme/tiny');
    await settled(page, 'two-models');
    const table = strip().getByRole('table');
    expect(await table.locator('thead').innerText()).toMatch(/Blank\s+Embedded English BERT\s+acme\/tiny/);
    await expect.poll(() => table.locator('td').allInnerTexts()).not.toContain('…');
    const rows = await table
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => (row as HTMLElement).innerText.split('\t')));
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter(([, here]) => here !== '–').length).toBeGreaterThan(2);
    expect(rows.filter(([, , there]) => there !== '–').length).toBeGreaterThan(2);
    expected(); // a tiny vocabulary can't write every word
  });

  test('of unequal shapes have a grid each, and any two heads can be opened', async () => {
    await beside('acme/tiny');
    await settled(page, 'two-models');
    expect(await page.locator('.alignment').innerText()).toMatch(
      /so that there is no difference: each has its own/,
    );
    expect(await page.locator('.this .cell').count()).toBe(144);
    const cells = page.locator('.other .cell');
    const count = await cells.count();
    expect(count).toBeGreaterThan(1);
    expect(count).toBeLessThan(144);
    expect(await painted(page, '.other canvas.sheet')).toBeGreaterThan(100);
    await page.locator('.this .cell').nth(13).click();
    await cells.nth(1).click();
    await page.locator('.difference-panel[data-drawn="two-heads"]').waitFor();
    expect(await page.locator('.difference-panel figcaption').allInnerTexts()).toEqual([
      'Embedded English BERT: layer 2, head 2',
      'acme/tiny: layer 1, head 2',
    ]);
    await shot(page, 'models-apart');
    expect(await findings()).toEqual([]);
    expected();
  });

  test('stay side by side in the next text, are swapped, and end', async () => {
    await beside('acme/twin');
    await settled(page, 'difference');
    const field = page.getByRole('textbox', { name: 'Text', exact: true });
    await field.fill('The cat ____ on the mat.');
    await field.press('Enter');
    await expect.poll(() => page.locator('.summary').innerText()).toContain('9 tokens');
    await settled(page, 'difference');
    await strip().getByText('acme/twin').first().waitFor();
    await strip().getByRole('button', { name: 'Swap' }).click();
    await expect.poll(() => page.locator('.summary .model').innerText()).toBe('acme/twin');
    await page.getByRole('tab', { name: 'Head' }).click();
    await page.locator('[data-drawn^="layer-"]').first().waitFor();
    await page.getByRole('tab', { name: 'Why' }).click();
    await settled(page, 'why');
    await strip().getByRole('button', { name: 'Show one' }).click();
    await strip().waitFor({ state: 'detached' });
    expect(await page.locator('.summary .model').innerText()).toBe('acme/twin');
  });

  test('come back by the address, and by the browser’s Back', async () => {
    await beside('acme/twin');
    await settled(page, 'difference');
    const address = page.url();
    await page.goto('about:blank');
    await page.goto(address);
    await settled(page, 'difference');
    await strip().getByText('acme/twin').first().waitFor();
    await strip().getByRole('button', { name: 'Show one' }).click();
    await settled(page, 'model');
    await page.goBack();
    await settled(page, 'difference');
  });

  test('a model that reads from left to right stands beside one that fills blanks', async () => {
    await beside('acme/next');
    await settled(page, 'two-models');
    await expect
      .poll(() => strip().locator('thead th:first-child').allInnerTexts())
      .toEqual(['Blank 1, of Embedded English BERT alone', 'Next, of acme/next alone']);
    expected();
  });

  test.each([
    [320, 'light'],
    [420, 'dark'],
  ] as const)('fit %i px, in %s', async (width, colorScheme) => {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await openMenu();
    await shot(page, `models-menu-${width}`);
    expect(await findings()).toEqual([]);
    const inside = await page.locator('.models').evaluate((box) => {
      const { left, right } = box.getBoundingClientRect();
      return left >= 0 && right <= document.documentElement.clientWidth;
    });
    expect(inside).toBe(true);
    await page.getByRole('button', { name: 'Side by side with acme/tiny' }).click();
    await settled(page, 'two-models');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await shot(page, `models-apart-${width}`);
    expect(await findings()).toEqual([]);
    expected();
  });

  test('are chosen, compared and left by keyboard alone', async () => {
    await menu().locator('summary').focus();
    await page.keyboard.press('Enter');
    await page.locator('.known').first().waitFor();
    await expect.poll(() => filter().evaluate((field) => field === document.activeElement)).toBe(true);
    await page.keyboard.type('twin');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await settled(page, 'difference');
    const closed = page.waitForRequest((request) => request.method() === 'DELETE');
    await strip().getByRole('button', { name: 'Show one' }).focus();
    await page.keyboard.press('Enter');
    await settled(page, 'model');
    expect((await (await closed).response())?.status()).toBe(204);
  });
});

test('a chosen model reads this text and the next, and the address of the page', async () => {
  await useModel('acme/twin');
  await expect.poll(() => page.locator('.summary .model').innerText()).toBe('acme/twin');
  const field = page.getByRole('textbox', { name: 'Text', exact: true });
  await field.fill('The dog ____ at us.');
  await field.press('Enter');
  await expect.poll(() => page.locator('.summary').innerText()).toContain('acme/twin');
  await page.goto(`${root(server)}#inspection=${text}&layer=1`);
  await drawn(page); // of the model before, which is loaded again beside
  await useModel('Embedded English BERT');
  await expect.poll(() => page.locator('.summary .model').innerText()).toBe('Embedded English BERT');
});
