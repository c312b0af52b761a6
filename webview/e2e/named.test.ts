import { beforeAll, describe, expect, test } from 'vitest';
import { open, shot, visit } from './headlight.ts';
import { page, seen, server, stage } from './stage.ts';

const KEYS = 'The keys to the cabinet ____ on the table.';

let one: number;
let two: number;

stage(1280, 900);
beforeAll(async () => {
  one = await open(server, KEYS);
  two = await open(server, 'The ____ barked at the ____.');
});

const field = (blank: string) => page.getByRole('textbox', { name: `How probable is …? Words for ${blank}` });
const text = () => page.getByRole('textbox', { name: 'Text', exact: true }).inputValue();
const begin = (id: number) => visit(page, server, id, 'view=model', 'model');
/** Words that were refused on purpose. */
const expected = () =>
  seen.errors.splice(0, seen.errors.length, ...seen.errors.filter((error) => !error.includes('422')));

describe('words that somebody names', () => {
  test('say how probable they are, and how those of several tokens were read', async () => {
    await begin(one);
    await field('blank').fill('was, were,photosynthesis');
    await field('blank').press('Enter');
    const named = page.locator('.named-chip');
    await named.nth(2).waitFor();
    expect((await named.allInnerTexts()).map((word) => word.split(/\s/)[0])).toEqual([
      'was',
      'were',
      'photosynthesis',
    ]);
    expect(await named.nth(0).innerText()).toMatch(/^was\s*0\.\d+ %$/);
    expect(await named.nth(2).innerText()).toMatch(/^photosynthesis\s*\d\.\de-\d+ %$/);
    expect(await page.locator('.blank .hint').innerText()).toMatch(
      /^“photosynthesis” is \d tokens \(\S+ .*\): the blank was widened to that many masks/,
    );
    await shot(page, 'named');
    await named.nth(0).click();
    await expect.poll(text).toBe('The keys to the cabinet was on the table.');
    await page.locator('.blank').waitFor({ state: 'detached' });
  });

  test('that can’t be written are refused in a sentence', async () => {
    await begin(one);
    await field('blank').fill('[SEP]');
    await field('blank').press('Enter');
    await page.getByRole('alert').getByText("“[SEP]” can't be written in this model's vocabulary").waitFor();
    await field('blank').fill('lay');
    await field('blank').press('Enter');
    await page.locator('.named-chip').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expected();
  });

  test('are asked by keyboard alone, and keep the field’s words', async () => {
    await begin(two);
    await page.locator('.blank').nth(1).locator('.chip').last().focus();
    await page.keyboard.press('Tab');
    await page.keyboard.type('moon');
    await page.keyboard.press('Enter');
    await page.locator('.blank').nth(1).locator('.named-chip').waitFor();
    expect(await field('blank 2').inputValue()).toBe('moon');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(text).toBe('The ____ barked at the moon.');
  });

  test('wait until an edited text is read, and until all is put back', async () => {
    await begin(one);
    await page.getByRole('textbox', { name: 'Text', exact: true }).fill('The key to the cabinet ____ here.');
    expect(await field('blank').isDisabled()).toBe(true);
    await page.keyboard.press('Enter');
    await expect.poll(() => field('blank').isEnabled()).toBe(true);
    await visit(page, server, one, 'view=why', 'why');
    await page
      .getByRole('button', { name: /^Take out head / })
      .first()
      .click();
    await page.locator('.changed').waitFor();
    expect(await page.locator('.named').count()).toBe(0);
  });
});

describe('blanks filled together', () => {
  test('show sentences as wholes, with their words in order, and insert one word or all', async () => {
    await begin(two);
    const button = page.getByRole('button', { name: 'Fill together' });
    await button.click();
    const fillings = page.locator('.fillings li');
    await fillings.first().waitFor();
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    const sentence = await fillings.first().locator('.filling').innerText();
    expect(sentence.trim()).toMatch(/^The \p{L}+ barked at the \p{L}+\.$/u);
    const words = await fillings.first().locator('.chip .word').allInnerTexts();
    expect(words).toHaveLength(2);
    for (const word of words) {
      expect(sentence).toContain(` ${word}`);
    }
    await shot(page, 'together');
    await button.click();
    expect(await fillings.count()).toBe(0);
    await button.click();
    await fillings.first().locator('.chip').first().click();
    await expect.poll(text).not.toMatch(/____.*____/);
    expect(await text()).toContain(words[0]!);
    await page.goto('about:blank');
    await begin(two);
    await page.getByRole('button', { name: 'Fill together' }).click();
    await page
      .getByRole('button', { name: /^Insert all: / })
      .first()
      .click();
    await expect.poll(text).toBe(sentence.trim());
  });

  test('are offered for several blanks only', async () => {
    await begin(one);
    expect(await page.getByRole('button', { name: 'Fill together' }).count()).toBe(0);
  });
});

test.each([320, 420])('fits %i pixels', async (width) => {
  await page.setViewportSize({ width, height: 900 });
  await begin(two);
  await field('blank 1').fill('dog, sparkling dachshund');
  await field('blank 1').press('Enter');
  await page.locator('.named-chip').nth(1).waitFor();
  await page.getByRole('button', { name: 'Fill together' }).click();
  await page.locator('.fillings li').first().waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  await shot(page, `named-${width}`);
});
