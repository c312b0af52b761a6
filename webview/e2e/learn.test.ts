import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { drawn, open, root, settled, shot, visit } from './headlight.ts';
import { browser, page, server, stage } from './stage.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const OWN = 'Another sentence, of my own.';

stage(1280, 900);

const hash = () => new URLSearchParams(new URL(page.url()).hash.slice(1));
const lesson = () => page.getByRole('region', { name: 'Learn' });
const title = () => lesson().getByRole('heading').innerText();
const learn = () => page.getByRole('button', { name: 'Learn', exact: true });
const field = () => page.getByRole('textbox', { name: 'Text', exact: true });
const focused = () => page.evaluate(() => document.activeElement!.textContent!.trim());

test('the lesson leads through five steps, by keyboard alone', async () => {
  await page.goto(root(server));
  await learn().press('Enter');
  await expect.poll(title).toBe('One head 1 of 5');
  await expect.poll(() => field().inputValue()).toBe('The keys to the cabinet ____ on the table.');
  await expect.poll(() => page.locator('.head[aria-checked="true"]').count()).toBe(1);
  await page.getByText(/^Head \d+ of layer \d+ looks at/).waitFor();
  await shot(page, 'learn-1');
  await expect.poll(focused).toBe('Next');

  await page.keyboard.press('Enter');
  await expect.poll(title).toBe('One word 2 of 5');
  await expect.poll(() => page.locator('.column.query .token.pinned .text').innerText()).toBe('[MASK]');
  await expect.poll(focused).toBe('Next');

  await page.keyboard.press('Enter');
  await expect.poll(title).toBe('All heads 3 of 5');
  await settled(page, 'model');
  expect(await page.locator('.this .cell').count()).toBe(144);
  await shot(page, 'learn-3');
  await expect.poll(focused).toBe('Next');

  await page.keyboard.press('Enter');
  await expect.poll(title).toBe('How a head looks 4 of 5');
  expect(hash().get('view')).toBe('neuron');
  await page.locator('.neuron-view .token.pinned').first().waitFor();
  await expect.poll(focused).toBe('Next');

  await page.keyboard.press('Enter');
  await expect.poll(title).toBe('Why this word? 5 of 5');
  await settled(page, 'why');
  await expect
    .poll(() => page.locator('.said .answer').innerText())
    .toContain('“were” rather than “was” rests on “keys”');
  await shot(page, 'learn-5');
  await expect.poll(focused).toBe('Done');

  await lesson().getByRole('button', { name: 'Back' }).click();
  await expect.poll(title).toBe('How a head looks 4 of 5');
  await lesson().getByRole('button', { name: 'Next' }).click();
  await lesson().getByRole('button', { name: 'Done' }).click();
  expect(await lesson().count()).toBe(0);
  await expect.poll(focused).toBe('Learn');
  expect(hash().get('view')).toBe('why');
});

test('it is skipped by a button or Escape, and the text before comes back with Ctrl+Z', async () => {
  const id = await open(server, OWN);
  await visit(page, server, id, 'layer=1', 'layer-1');
  await learn().click();
  await expect.poll(title).toBe('One head 1 of 5');
  await lesson().getByRole('button', { name: 'Skip' }).click();
  expect(await lesson().count()).toBe(0);
  await page.keyboard.press('Control+z');
  await expect.poll(() => field().inputValue()).toBe(OWN);
  await learn().click();
  await expect.poll(title).toBe('One head 1 of 5');
  await expect.poll(focused).toBe('Next');
  await page.keyboard.press('Escape');
  await expect.poll(() => lesson().count()).toBe(0);
});

test('another text ends it', async () => {
  await page.goto(root(server));
  await learn().click();
  await expect.poll(title).toBe('One head 1 of 5');
  await field().fill(OWN);
  await field().press('Enter');
  await drawn(page);
  await expect.poll(() => lesson().count()).toBe(0);
});

test.each([
  [320, 'light'],
  [420, 'dark'],
] as const)('it fits %i pixels, and axe-core finds nothing in it: %s', async (width, colorScheme) => {
  const own = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  await own.goto(root(server));
  await own.getByRole('button', { name: 'Learn', exact: true }).click();
  await own.getByRole('region', { name: 'Learn' }).waitFor();
  await drawn(own);
  await shot(own, `learn-${width}`);
  expect(await own.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  await own.evaluate(AXE);
  const found = await own.evaluate(async () => {
    const { axe } = window as never as { axe: { run(): Promise<{ violations: { id: string }[] }> } };
    return (await axe.run()).violations.map(({ id }) => id);
  });
  expect(found).toEqual([]);
  await own.close();
});
