import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCode, type Code } from './code.ts';
import { drawn, lit, status, VSIX, WAIT } from './product.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

// Makes the pictures of the README and the walkthrough from the packed extension: npm run pictures

const MEDIA = path.resolve(import.meta.dirname, '../media');
const NOTE = `# Notes

She opened the ____ and walked into the room.

She went to the kitchen and made a cup of [MASK].

It was a fine day, and they walked to the sea.
`;

let code: Code;
let bench: Workbench;

beforeAll(async () => {
  code = await startCode({ vsix: VSIX, files: { 'notes.md': NOTE } });
  bench = await openWorkbench(code);
  await bench.openFile('notes.md');
  await bench.command('View: Toggle Primary Side Bar Visibility');
});
afterAll(() => code.stop());

/** Keeps a picture of the window's upper part. */
async function picture(name: string, height: number): Promise<void> {
  await bench.page.screenshot({ path: path.join(MEDIA, name), clip: { x: 0, y: 0, width: 1120, height } });
}

test('a blank, with its words beside it and in the list of suggestions', async () => {
  await bench.page.setViewportSize({ width: 1120, height: 700 });
  await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
  await expect.poll(async () => (await bench.hints()).join(' '), WAIT).toMatch(/door.*tea/);
  await bench.goTo(5, 47);
  await bench.suggest();
  await expect.poll(async () => (await bench.suggestions()).length, WAIT).toBe(3);
  await picture('blank.png', 330);
  await bench.press('Escape');
});

test('a selected word, with another suggested after it', async () => {
  await bench.select(7, 10, 14);
  await bench.command('Headlight: Suggest Words');
  await expect.poll(async () => (await bench.ghosts()).join(''), WAIT).toMatch(/→ *\p{L}+/u);
  await picture('words.png', 330);
  await bench.press('Escape');
});

test('the panel, and what a token attends to, in the editor', async () => {
  await bench.goTo(3, 3);
  await bench.command('Headlight: Visualize Attention');
  const panel = await bench.panel();
  await drawn(panel);
  await panel.locator('.head[aria-checked="true"]').dblclick(); // all heads, of a layer in which they attend to several words
  await panel.getByRole('radio', { name: 'Layer 7', exact: true }).check({ force: true });
  await panel.locator('[data-drawn="layer-7"]').waitFor();
  await panel.locator('.column.query .token', { hasText: '[MASK]' }).hover();
  await expect.poll(() => lit(bench), WAIT).toBeGreaterThan(2);
  await bench.page.getByText('More Actions...').waitFor({ state: 'hidden' });
  await picture('attention.png', 700);
});
