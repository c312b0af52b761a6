import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch, open, root, serve, settled, shot, visit, type Server } from './headlight.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TEXT = 'A person who never made a ______ never tried anything new.';
const VIEWS = [
  ['head', 'layer=2&token=from-5', 'layer-2'],
  ['head', 'layer=2&arcs=on', 'layer-2'],
  ['model', 'layer=2&head=3&detail=on', 'model'],
  ['neuron', 'layer=2&head=3', 'layer-2-head-3-token-1'],
  ['heatmap', 'layer=2&head=3&table=on', 'layer-2-head-3'],
  ['heatmap', 'gallery=on', 'gallery'],
  ['why', 'sinks=on', 'why'],
] as const;

let server: Server;
let browser: Browser;
let text: number;
let pair: number;

beforeAll(async () => {
  [server, browser] = await Promise.all([serve(), launch()]);
  text = await open(server, TEXT);
  pair = await open(server, 'naïve café 🙂 résumé — [MASK] 東京 done', 'A second text.');
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** What axe-core finds, in a line each. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as never as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]!.html.slice(0, 160)}`);
  });
}

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  test.each(VIEWS)('axe-core finds nothing in the %s view (%s)', async (view, shown, what) => {
    const page = await browser.newPage({ viewport: { width: 1240, height: 900 }, colorScheme });
    await visit(page, server, text, `view=${view}&${shown}`, what);
    await page.getByText('Keyboard shortcuts', { exact: true }).click();
    expect(await findings(page)).toEqual([]);
    await page.close();
  });
});

test.each(['light', 'dark'] as const)(
  'axe-core finds nothing in words that are named, in %s',
  async (colorScheme) => {
    const page = await browser.newPage({ colorScheme });
    const id = await open(server, 'The ____ barked at the ____.');
    await visit(page, server, id, 'view=model', 'model');
    await page.getByRole('textbox', { name: 'Words for blank 1' }).fill('dog, dachshund');
    await page.keyboard.press('Enter');
    await page.locator('.named-chip').nth(1).waitFor();
    await page.getByRole('button', { name: 'Fill together' }).click();
    await page.locator('.fillings').waitFor();
    expect(await findings(page)).toEqual([]);
    await page.close();
  },
);

test('axe-core finds nothing in an empty page, nor in one that compares', async () => {
  const page = await browser.newPage();
  await page.goto(root(server));
  await page.getByText('Type a sentence').waitFor();
  expect(await findings(page)).toEqual([]);
  await visit(page, server, text, `other=${text}&view=model&detail=on`, 'difference');
  await page.locator('.difference-panel[data-drawn]').waitFor();
  await page.getByText('Export', { exact: true }).click();
  expect(await findings(page)).toEqual([]);
  await page.close();
});

describe.each(VIEWS)('the %s view (%s)', (view, shown, what) => {
  const kind = `${view}${shown.includes('arcs') ? '-arcs' : shown.includes('gallery') ? '-gallery' : ''}`;

  test('fits a panel of 320 pixels', async () => {
    const page = await browser.newPage({ viewport: { width: 320, height: 900 } });
    await visit(page, server, pair, `view=${view}&${shown.replace(/&?token=[^&]*/, '')}`, what);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    await shot(page, `narrow-${kind}`);
    await page.close();
  });

  test('fits a page that is enlarged to 200 %', async () => {
    const page = await browser.newPage({ viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 });
    await visit(page, server, text, `view=${view}&${shown}`, what);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(640);
    await page.close();
  });
});

test('everything that a pointer can do is in the tab order', async () => {
  const page = await browser.newPage({ viewport: { width: 1240, height: 900 } });
  await visit(page, server, text, 'view=model', 'model');
  await page.locator('.body').evaluate((body) => body.setAttribute('data-here', ''));
  const reached: string[] = [];
  await page.locator('[role="tab"][aria-selected="true"]').focus();
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const element = document.activeElement!;
      const outlined = getComputedStyle(element).outlineStyle !== 'none' || element.matches('.layer input');
      return `${element.ariaLabel ?? element.textContent!.trim()}${outlined ? '' : ' (no focus seen)'}`;
    });
    reached.push(name);
    if (name.startsWith('Keyboard shortcuts')) {
      break;
    }
  }
  expect(reached.filter((name) => name.endsWith('(no focus seen)'))).toEqual([]);
  for (const part of [
    'Export',
    'Layer 1',
    'Head 12',
    'Lines',
    'Order',
    'Pattern',
    'Compare',
    'Keyboard shortcuts',
  ]) {
    expect(reached.some((name) => name.startsWith(part))).toBe(true);
  }
  expect(reached.filter((name) => name.includes('entropy'))).toHaveLength(1); // arrows walk the others
  await page.close();
});

test('nothing moves if reduced motion is preferred', async () => {
  const page = await browser.newPage({ reducedMotion: 'reduce' });
  await visit(page, server, text, 'layer=1', 'layer-1');
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll('*')].some((one) => getComputedStyle(one).transitionDuration !== '0s'),
  );
  expect(moving).toBe(false);
  await page.close();
});

test('selected items are visible in forced colours, too', async () => {
  const page = await browser.newPage({ viewport: { width: 1000, height: 800 }, forcedColors: 'active' });
  await visit(page, server, text, 'layer=2', 'layer-2');
  await page.getByRole('checkbox', { name: 'Head 3', exact: true }).click();
  const look = (name: string) =>
    page
      .getByRole('checkbox', { name, exact: true })
      .evaluate((head) =>
        JSON.stringify([getComputedStyle(head).backgroundColor, getComputedStyle(head).borderStyle]),
      );
  expect(await look('Head 3')).not.toBe(await look('Head 4'));
  await settled(page, 'layer-2');
  await shot(page, 'forced-colors');
  await page.close();
});

test.each(['light', 'dark'] as const)(
  'axe-core finds nothing in what is taken out, nor in a measured set, in %s colours; both fit 320 pixels',
  async (colorScheme) => {
    const page = await browser.newPage({ viewport: { width: 1240, height: 900 }, colorScheme });
    const body = JSON.stringify({ text: TEXT, without: { heads: [[5, 1]], hidden: [2], feedForward: [3] } });
    const response = await fetch(`${root(server)}api/inspections`, { method: 'POST', body });
    const { id } = (await response.json()) as { id: number };
    await visit(page, server, id, `whole=${text}&view=why`, 'why');
    await page.getByRole('region', { name: 'What is taken out' }).waitFor();
    expect(await findings(page)).toEqual([]);

    await visit(page, server, text, 'view=why', 'why');
    await page.getByRole('region', { name: 'What is taken out' }).waitFor({ state: 'hidden' }); // it was drawn before, too
    await page.getByRole('button', { name: 'A set of sentences' }).click();
    await page
      .getByRole('textbox', { name: 'Sentences with the right and the wrong word' })
      .fill('The keys ____ old.\twere\twas\nThe key ____ old.\twas\twere\n');
    await page.getByRole('button', { name: 'Measure' }).click();
    await settled(page, 'set');
    await page.locator('.means .head-name').first().click();
    expect(await findings(page)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    await page.close();
  },
);
