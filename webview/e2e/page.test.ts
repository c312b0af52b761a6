import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, test } from 'vitest';
import { begun, drawn, floats, serve, shot } from './headlight.ts';
import { page, seen, server, stage } from './stage.ts';

const TEXT = 'A person who never made a ______ never tried anything new.';
const EVERY_HEAD = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

stage(1100, 800);
beforeEach(async () => {
  await page.goto(`${server.url}#layer=1`);
});

const textField = () => page.getByRole('textbox', { name: 'Text', exact: true });
const chips = () => page.locator('.chip');
const token = (side: 'query' | 'key', index: number) => page.locator(`.column.${side} .token`).nth(index);
const head = (number: number) => page.getByRole('checkbox', { name: `Head ${number}`, exact: true });
const layer = (number: number) => page.getByRole('radio', { name: `Layer ${number}`, exact: true });

async function look(text: string, pair?: string): Promise<void> {
  await textField().fill(text);
  if (pair !== undefined) {
    await page.getByRole('button', { name: 'Add a second sentence' }).click();
    await page.getByRole('textbox', { name: 'Second text' }).fill(pair);
  }
  await textField().press('Enter');
  await drawn(page);
}

/** The heads that are shown, as numbers that people read. */
const shown = () =>
  page
    .locator('.head[aria-checked="true"]')
    .allTextContents()
    .then((texts) => texts.map(Number));

/** The weights shown next to a column's tokens; 0 if there is none. */
const written = (side: 'query' | 'key') =>
  page
    .locator(`.column.${side} .weight`)
    .allTextContents()
    .then((texts) => texts.map((text) => text || '0.000'));

/** The lines' weights from the server: exact, averaged over some heads. */
async function weightsOf(path: string, heads: number[]): Promise<string[]> {
  const id = new URL(page.url()).hash.match(/inspection=(\d+)/)![1];
  const { shape, values } = await floats(
    `${server.url}api/inspections/${id}/attention/self/${path}`,
    'attention',
  );
  return Array.from({ length: shape[1]! }, (_, i) => {
    const mean = heads.reduce((sum, one) => sum + values[one * shape[1]! + i]!, 0) / heads.length;
    return (mean >= 0.0005 ? mean : 0).toFixed(3);
  });
}

describe('a sentence', () => {
  test('that is typed shows three words for its blank, and its heads', async () => {
    await shot(page, 'empty');
    await look(TEXT);
    await expect.poll(() => chips().count()).toBe(3);
    const words = await chips().locator('.word').allTextContents();
    expect(words.every((word) => /^\p{L}+$/u.test(word))).toBe(true);
    const shares = (await chips().locator('.probability').allTextContents()).map(parseFloat);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(await page.locator('.column.query .token .text').allTextContents()).toEqual(
      '[CLS] a person who never made a [MASK] never tried anything new . [SEP]'.split(' '),
    );
    expect(await shown()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(await page.locator('.summary').innerText()).toMatch(
      /Embedded English BERT\s+12 layers × 12 heads\s+14 tokens/,
    );
    await shot(page, 'head-view-light');
  });

  test('gets a word in its blank by a click', async () => {
    await look(TEXT);
    const word = await chips().nth(1).locator('.word').innerText();
    await chips().nth(1).click();
    await expect.poll(() => textField().inputValue()).toBe(TEXT.replace('______', word));
    await expect.poll(() => chips().count()).toBe(0);
  });

  test('with markup in it stays text', async () => {
    await look('<img src=x onerror=alert(1)> <script>alert(2)</script> the ____ </textarea><b>sat</b>');
    expect(await page.locator('img, script:not([src]), b').count()).toBe(0);
    expect(await page.locator('.column.query .token .text').allTextContents()).toContain('<');
  });

  test('that is empty says what to do', async () => {
    await textField().fill('   ');
    await textField().press('Enter');
    await page.getByText('The text is empty: select or type some words.').waitFor();
    seen.errors.length = 0; // the browser reports the refusal in its console
  });

  test('of several lines is read as one text', async () => {
    await textField().fill('The ____ sat');
    await textField().press('Shift+Enter');
    await textField().pressSequentially('on the mat.');
    await textField().press('Enter');
    await drawn(page);
    expect(await page.locator('.column.key .token .text').allTextContents()).toEqual(
      '[CLS] the [MASK] sat on the mat . [SEP]'.split(' '),
    );
  });

  test('of an example is visualized by a click', async () => {
    await page.getByRole('button', { name: TEXT.replace('______', '____') }).click();
    await drawn(page);
    expect(await chips().count()).toBe(3);
  });

  test('that is too long shows what is left out', async () => {
    await look('The ship sailed over the sea. '.repeat(200));
    expect(await page.locator('.cut').innerText()).toMatch(
      /^the text is too long for the model: [\d,]+ tokens after these are left out$/,
    );
    await shot(page, 'head-view-long');
  });

  test('and a second one are compared', async () => {
    await look('The cat sat down.', 'It purred ____.');
    expect(await page.locator('.column.key .token.second').count()).toBe(1);
    expect(await page.locator('.blank').count()).toBe(1);
    const word = await chips().first().locator('.word').innerText();
    await chips().first().click();
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Second text' }).inputValue())
      .toBe(`It purred ${word}.`);
  });

  test('keeps what is typed while something else changes', async () => {
    await look('The cat sat.');
    await textField().fill('The dog');
    await layer(2).check({ force: true });
    await drawn(page, 2);
    expect(await textField().inputValue()).toBe('The dog');
  });
});

describe('the head view', () => {
  beforeEach(() => look(TEXT));

  test('shows the exact weights of the hovered token', async () => {
    await token('query', 5).hover();
    await page.locator('.readout[data-token="5"]').waitFor();
    expect(await written('key')).toEqual(await weightsOf('0/from/5', EVERY_HEAD));
    expect(await page.locator('.readout').innerText()).toMatch(
      /^Layer 1 · mean of 12 heads: “made” looks at “/,
    );
    await shot(page, 'head-view-hover');
    await token('key', 7).hover();
    await page.locator('.readout[data-token="7"]').waitFor();
    expect(await written('query')).toEqual(await weightsOf('0/to/7', EVERY_HEAD));
    expect(await page.locator('.readout').innerText()).toContain('“[MASK]” is looked at by');
  });

  test('shows the weights of a single head in the current layer', async () => {
    await head(3).dblclick();
    await layer(2).check({ force: true });
    await drawn(page, 2);
    await token('query', 2).hover();
    await page.locator('.readout[data-token="2"]').waitFor();
    expect(await written('key')).toEqual(await weightsOf('1/from/2', [2]));
    expect(await page.locator('.readout').innerText()).toMatch(/^Layer 2 · Head 3: /);
  });

  test('unhighlights when the pointer leaves', async () => {
    await token('query', 5).hover();
    await page.locator('.readout[data-token="5"]').waitFor();
    await textField().hover();
    await expect.poll(() => page.locator('.readout').innerText()).toBe('');
    expect(new Set(await written('key'))).toEqual(new Set(['0.000']));
  });

  test('pins a token by a click until Escape, or until it is clicked again', async () => {
    await token('query', 5).click();
    await token('query', 2).hover();
    await textField().hover();
    await page.locator('.readout[data-token="5"]').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.readout').innerText()).toBe('');
    await token('key', 1).click();
    await page.locator('.token.pinned').waitFor();
    await token('key', 1).click();
    await expect.poll(() => page.locator('.token.pinned').count()).toBe(0);
  });

  test('toggles heads by a click, isolates one by a double click and shows all again', async () => {
    await head(2).click();
    expect(await shown()).toEqual([1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    await head(2).click();
    expect(await shown()).toHaveLength(12);
    await head(4).dblclick();
    expect(await shown()).toEqual([4]);
    await head(4).dblclick();
    expect(await shown()).toHaveLength(12);
  });

  test('shows nothing if no head is shown', async () => {
    await head(4).dblclick();
    await head(4).click();
    expect(await shown()).toEqual([]);
    await token('query', 3).hover();
    await page.locator('.readout[data-token="3"]').waitFor();
    expect(new Set(await written('key'))).toEqual(new Set(['0.000']));
  });

  test('changes layers by the keyboard', async () => {
    await layer(1).focus();
    await page.keyboard.press('ArrowRight');
    await drawn(page, 2);
    expect(await layer(2).isChecked()).toBe(true);
  });

  test('can be used by the keyboard alone', async () => {
    await page.locator('.head').last().focus();
    for (let tabs = 0; tabs < 12 && (await page.locator('.token:focus').count()) === 0; tabs++) {
      await page.keyboard.press('Tab'); // past the options
    }
    await page.locator('.readout[data-token="0"]').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.locator('.readout[data-token="1"]').waitFor();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('.readout').innerText()).toContain('is looked at by');
    await page.keyboard.press('End');
    await page.locator('.readout[data-token="13"]').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.column.key .token.pinned').waitFor();
  });

  test('draws each head in its colour', async () => {
    const colors = await page
      .locator('.head')
      .evaluateAll((heads) => heads.map((one) => getComputedStyle(one).backgroundColor));
    expect(new Set(colors).size).toBe(12);
    const pixels = () =>
      page.locator('canvas.all').evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
        let drawn = 0;
        for (let i = 3; i < data.length; i += 4) {
          drawn += data[i]! > 48 ? 1 : 0; // a head alone has its faint lines, too
        }
        return drawn;
      });
    const all = await pixels();
    await head(1).dblclick();
    await expect.poll(pixels).toBeLessThan(all);
    expect(await pixels()).toBeGreaterThan(0);
  });
});

/** The layer and the head that show a position most clearly, counted from 1, as the server measures them. */
async function clearest(): Promise<[number, number]> {
  const id = new URL(page.url()).hash.match(/inspection=(\d+)/)![1];
  const { shape, values } = await floats(`${server.url}api/inspections/${id}/overview/self`, 'patterns');
  const [, heads, patterns] = shape as [number, number, number];
  const positions = Array.from({ length: values.length / patterns }, (_, i) =>
    Math.max(...[0, 1, 2].map((one) => values[i * patterns + one]!)),
  );
  const best = positions.indexOf(Math.max(...positions));
  return [Math.floor(best / heads) + 1, (best % heads) + 1];
}

describe('the page', () => {
  test('opens on the head with the clearest positional pattern, shown alone', async () => {
    await page.goto(server.url);
    await page.reload(); // without what the address said before
    await textField().fill(TEXT);
    await textField().press('Enter');
    await begun(page);
    const [best, one] = await clearest();
    expect(await layer(best).isChecked()).toBe(true);
    expect(await shown()).toEqual([one]);
    await shot(page, 'begins');
    await page.getByRole('tab', { name: 'Model', exact: true }).click();
    await page.locator('[data-drawn="model"]').waitFor();
    expect(await shown()).toHaveLength(24); // the model view has every layer and head all the same
    await page.getByRole('tab', { name: 'Head', exact: true }).click();
    await layer(4).check({ force: true });
    await textField().fill('The dog ran away.');
    await textField().press('Enter');
    await expect.poll(() => page.locator('.column.query .token').count()).toBe(7);
    expect(await layer(4).isChecked()).toBe(true); // a selection is kept
  });

  test('keeps inspection, layer and heads in its address', async () => {
    await look(TEXT);
    await head(5).dblclick();
    await layer(3).check({ force: true });
    await drawn(page, 3);
    expect(new URL(page.url()).hash).toMatch(/^#inspection=\d+&layer=3&heads=5$/);
    await page.reload();
    await drawn(page, 3);
    expect(await textField().inputValue()).toBe(TEXT);
    expect(await shown()).toEqual([5]);
  });

  test('reports a closed inspection', async () => {
    await page.goto(`${server.url}#inspection=99999`);
    await page.getByText('This inspection is no longer open').waitFor();
    seen.errors.length = 0; // the browser reports the refusal in its console
  });

  test('follows the colour scheme of the system', async () => {
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(background).not.toBe(light);
    await look(TEXT);
    await layer(2).check({ force: true });
    await drawn(page, 2);
    await token('query', 5).hover();
    await page.locator('.readout[data-token="5"]').waitFor();
    await shot(page, 'head-view-dark');
  });

  test('follows the theme of the editor that frames it', async () => {
    const editor = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(
        `<link rel="icon" href="data:,"><iframe src="${server.url}" width="800" height="600"></iframe>`,
      );
    }).listen(0, '127.0.0.1');
    await once(editor, 'listening');
    await page.goto(`http://127.0.0.1:${(editor.address() as AddressInfo).port}/`);
    const frame = page.frames()[1]!;
    await frame.getByRole('textbox', { name: 'Text' }).waitFor();
    await page.evaluate(() => {
      const message = {
        type: 'theme',
        kind: 'high-contrast',
        variables: { '--vscode-editor-background': 'rgb(1, 2, 3)', 'color:red;--x': '1' },
      };
      document.querySelector('iframe')!.contentWindow!.postMessage(message, '*');
    });
    await expect
      .poll(() => frame.evaluate(() => getComputedStyle(document.documentElement).backgroundColor))
      .toBe('rgb(1, 2, 3)');
    editor.close();
  });

  test('takes no theme from other windows', async () => {
    await page.evaluate(() => {
      const variables = { '--vscode-editor-background': 'rgb(1, 2, 3)' };
      window.postMessage({ type: 'theme', kind: 'dark', variables }, '*');
    });
    await page.waitForFunction(() => new Promise((done) => setTimeout(() => done(true), 50)));
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
  });

  test('fits a narrow panel', async () => {
    await page.setViewportSize({ width: 320, height: 900 });
    await look('naïve café 🙂 résumé — [MASK] 東京 done', 'A second text.');
    await token('query', 4).filter({ hasText: 'resume' }).waitFor(); // the text before is gone
    await token('query', 3).hover();
    await page.locator('.readout[data-token="3"]').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    const names = await page.locator('.column.query .token .text').allTextContents();
    expect(names.slice(1, 11)).toEqual([
      'naive',
      'cafe',
      '[UNK] 🙂',
      'resume',
      '—',
      '[MASK]',
      '東',
      '京',
      'done',
      '[SEP]',
    ]);
    await shot(page, 'head-view-narrow');
  });
});

describe('a server that stops', () => {
  test('is reported, and the view stays', async () => {
    const other = await serve(TEXT);
    await page.goto(other.url);
    await begun(page);
    await other.stop();
    await page.getByText('server is not responding. This view stays').waitFor();
    expect(await page.locator('.column.query .token').count()).toBe(14);
    await textField().fill('More');
    await textField().press('Enter');
    await page.getByText('server is not responding: restart it').waitFor();
    seen.errors.length = 0; // the browser reports each failed connection
  });
});
