import path from 'node:path';
import { expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { begun, drawn, root, serve, shot } from './headlight.ts';
import { page, server, stage } from './stage.ts';

const TEXT = 'The quick brown fox jumps over';
/** Small models with random weights, whose writing the server's tests know to be right. */
const model = (name: string) =>
  path.resolve(import.meta.dirname, '../../server/src/test/resources/oracle', name);

stage(1100, 860, '--model', model('gpt2'));

/** Tokens come one every so many milliseconds, as from a large model. */
const slowly = (one: Page, pause: number) =>
  one.addInitScript((wait: number) => {
    const ask = window.fetch;
    window.fetch = async (...request) => {
      const answer = await ask(...request);
      if (!String(request[0]).endsWith('/write') || !answer.ok) {
        return answer;
      }
      const [decoder, encoder] = [new TextDecoder(), new TextEncoder()];
      let rest = '';
      const lines = new TransformStream<Uint8Array, Uint8Array>({
        async transform(chunk, out) {
          const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
          rest = parts.pop()!;
          for (const line of parts) {
            if (line !== '') {
              await new Promise((resolve) => setTimeout(resolve, wait));
            }
            out.enqueue(encoder.encode(`${line}\n`));
          }
        },
      });
      return new Response(answer.body!.pipeThrough(lines), { headers: answer.headers });
    };
  }, pause);

const field = () => page.getByRole('textbox', { name: 'Text', exact: true });
const button = (name: string) => page.getByRole('button', { name, exact: true });

async function visualize(): Promise<void> {
  await page.goto(server.url);
  await field().fill(TEXT);
  await field().press('Enter');
  await drawn(page);
}

test('a model goes on with the text, and what each token looks at is shown as it comes', async () => {
  await slowly(page, 150);
  await visualize();
  const tokens = await page.locator('.column.query .token').count();
  await button('Write on').click();
  await page.getByText(/^[1-9]\d* tokens? written/).waitFor();
  // what stands in the page at one moment
  const now = () =>
    page.evaluate(() => ({
      count: Number.parseInt(document.querySelector('.writing .hint')?.textContent ?? ''),
      rows: document.querySelectorAll('.column.query .token').length,
      token: Number(document.querySelector<HTMLElement>('.head-view .readout')?.dataset['token'] ?? -1),
    }));
  await expect.poll(async () => (await now()).token, { interval: 20 }).toBeGreaterThanOrEqual(tokens);
  const { count, rows } = await now();
  expect(rows).toBe(tokens + count);
  expect((await field().inputValue()).startsWith(TEXT)).toBe(true);
  await shot(page, 'writing');
  await page.keyboard.press('Escape');
  await button('Write on').waitFor();
  const kept = await field().inputValue();
  expect(kept.length).toBeGreaterThan(TEXT.length);
  const after = await page.locator('.column.query .token').count();
  expect(after).toBeLessThan(tokens + 64);
  await page.locator(`.readout[data-token="${after - 1}"]`).waitFor();
  await page.waitForTimeout(400);
  expect(await field().inputValue()).toBe(kept);

  await page.reload();
  await expect.poll(() => field().inputValue()).toBe(kept);
  await begun(page);
});

test('Ctrl+Z brings the text back that was gone on with, and the list of texts has both', async () => {
  await visualize();
  await button('Write on').click();
  await button('Write on').waitFor();
  const written = await field().inputValue();
  expect(written.startsWith(TEXT) && written.length > TEXT.length).toBe(true);
  await page.locator('.readout').first().click();
  await page.keyboard.press('Control+z');
  await expect.poll(() => field().inputValue()).toBe(TEXT);
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(() => field().inputValue()).toBe(written);
  await page.getByText('Texts', { exact: true }).click();
  expect(await page.locator('.texts-menu .seen-text').count()).toBe(2);
});

test('typing while the model writes stops it, and what was typed stays', async () => {
  await slowly(page, 150);
  await visualize();
  await button('Write on').click();
  await page.getByText(/^[1-9]\d* tokens? written/).waitFor();
  await field().press('End');
  await field().pressSequentially(' and I say so');
  await button('Write on').waitFor();
  expect(await field().inputValue()).toMatch(/ and I say so$/);
  await page.getByText('Edited: press Enter to visualize it').waitFor();
});

test('layers and views can be changed while the model writes', async () => {
  await slowly(page, 250);
  await visualize();
  await button('Write on').click();
  await page.getByText(/^[1-9]\d* tokens? written/).waitFor();
  await page.getByRole('tab', { name: 'Heatmap' }).click();
  await page.locator('.heatmap-view .matrix, .heatmap-view canvas').first().waitFor();
  await begun(page);
  await shot(page, 'writing-heatmap');
  await page.getByRole('tab', { name: 'Neuron' }).click();
  await begun(page);
  await shot(page, 'writing-neuron');
  await button('Stop').click();
  await button('Write on').waitFor();
  expect(await page.getByRole('tab', { name: 'Neuron' }).getAttribute('aria-selected')).toBe('true');
});

test('an encoder-decoder writes its target where it is seen', async () => {
  const bart = await serve('--model', model('bart'));
  try {
    await slowly(page, 150);
    await page.goto(bart.url);
    await field().fill(TEXT);
    await field().press('Enter');
    await page.getByText(/^[1-9]\d* tokens? written/).waitFor();
    const cross = page.getByRole('group', { name: 'Attention' }).getByRole('button', { name: 'Cross' });
    expect(await cross.getAttribute('aria-pressed')).toBe('true');
    await shot(page, 'writing-target');
    await button('Write on').waitFor();
    const answer = await fetch(`${root(bart)}api/inspections`, {
      method: 'POST',
      body: JSON.stringify({ text: TEXT }),
    });
    const { pair } = (await answer.json()) as { pair: string };
    const written = (await page.locator('.summary .target').innerText()).replace('“ ', '“');
    expect(written.startsWith(`the model writes: “${pair}`)).toBe(true); // at once, one token fewer
    await page.goto('about:blank'); // which closes what it no longer shows after a while
  } finally {
    await bart.stop();
  }
});
