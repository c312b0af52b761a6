import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startCode, type Code } from './code.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const TARGET = path.resolve(import.meta.dirname, '../target');
const VSIX = path.join(
  TARGET,
  readdirSync(TARGET).find((file) => file.endsWith('.vsix'))!,
);
const NOTE =
  'The cat sat ____ on the mat.\n\nHe opened the [MASK] and walked in.\n\nThe capital of France is London.\n\nThe weather is \n';
const PROGRAM = '// The function returns ____ if there is none.\nint ____ = 1;\n';
const WAIT = { timeout: 30_000 };

/** Words that are lit up in the editor. */
const lit = (bench: Workbench) => bench.page.locator('.monaco-editor .cdr[class*="ced-"]').count();
const tokens = (panel: Frame) => panel.locator('.column.query .token .text').allTextContents();
const status = (bench: Workbench) =>
  bench.page.locator('.statusbar-item[aria-label^="Headlight:"]').first().getAttribute('aria-label');
const javas = (code: Code) =>
  code.processes().filter(({ command }) => command.includes('dev.headlight.cli.Main'));

describe('in a window', () => {
  let code: Code;
  let bench: Workbench;

  beforeAll(async () => {
    code = await startCode({ vsix: VSIX, files: { 'note.md': NOTE, 'Program.java': PROGRAM } });
    bench = await openWorkbench(code);
    await bench.openFile('note.md');
  });
  afterAll(async () => {
    const left = await code.stop();
    expect(left).toEqual([]);
    expect(code.strangers).toEqual([]);
  });

  test('the status bar names the model, and says when it is ready', async () => {
    await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
    expect(javas(code)).toHaveLength(1);
  });

  test('three words stand beside every blank', async () => {
    await expect.poll(async () => (await bench.hints()).join(' '), WAIT).toMatch(/down.*·.*door/);
    await bench.shot('hints');
  });

  test('the list of suggestions at a blank has three, with probabilities, and one replaces it', async () => {
    await bench.goTo(1, 15);
    await bench.suggest();
    await expect.poll(async () => (await bench.suggestions()).length, WAIT).toBe(3);
    const [first] = await bench.suggestions();
    expect([first!.label, first!.details]).toEqual(['down', expect.stringMatching(/^\d+\.\d %$/)]);
    await bench.shot('suggestions');
    await bench.takeSuggestion('down');
    await expect.poll(() => bench.text()).toContain('The cat sat down');
    await bench.press('Control+Z');
    await expect.poll(() => bench.text()).toContain('The cat sat ____');
  });

  test('hovering a blank shows more words', async () => {
    await bench.goTo(3, 17);
    await bench.hover();
    await expect.poll(() => bench.hoverText(), WAIT).toContain('door');
    await bench.shot('hover');
    await bench.press('Escape');
  });

  test('a word beside a blank is taken by Ctrl+click', async () => {
    await vi.waitFor(
      async () => {
        await bench.takeHint('room'); // hints that are drawn anew meanwhile swallow a click
        expect(await bench.text()).toContain('He opened the room and');
      },
      { timeout: 20_000, interval: 500 },
    );
    await bench.press('Control+Z');
    await expect.poll(() => bench.text()).toContain('He opened the [MASK] and');
  });

  test('words are offered at the cursor as ghost text, and Tab takes one', async () => {
    await bench.goTo(7, 16);
    await bench.press('Alt+\\');
    await expect.poll(async () => (await bench.ghosts()).join(''), WAIT).toMatch(/\p{L}/u);
    const [word] = await bench.ghosts();
    await bench.shot('ghost');
    await bench.press('Tab');
    await expect.poll(() => bench.text()).toContain(`The weather is ${word}`);
    await bench.press('Control+Z');
  });

  test('words are offered in place of the selected one; one undo brings it back', async () => {
    await bench.select(5, 26, 32);
    await bench.command('Headlight: Suggest Words');
    await expect.poll(async () => (await bench.ghosts()).join(''), WAIT).toMatch(/→ *\p{L}+/u);
    await bench.shot('words');
    await bench.press('Tab');
    await expect.poll(() => bench.text()).not.toContain('London');
    expect(await bench.text()).toMatch(/The capital of France is \p{L}+\./u);
    await bench.press('Control+Z');
    await expect.poll(() => bench.text()).toContain('The capital of France is London.');
  });

  test('blanks count in the comments of a program, not in its code', async () => {
    await bench.openFile('Program.java');
    await expect.poll(async () => (await bench.hints()).length, WAIT).toBeGreaterThan(0);
    expect((await bench.text()).split('\n')[1]).toMatch(/^int ____ = 1;/);
    await bench.openFile('note.md');
  });

  describe('Visualize Attention', () => {
    let panel: Frame;

    beforeAll(async () => {
      await bench.openFile('note.md');
      await bench.goTo(3, 3);
      await bench.command('Headlight: Visualize Attention');
      panel = await bench.panel();
      await panel.locator('[data-drawn]').first().waitFor();
    });

    test('opens the panel on the paragraph', async () => {
      expect(await tokens(panel)).toEqual('[CLS] he opened the [MASK] and walked in . [SEP]'.split(' '));
      await bench.shot('panel');
    });

    test('lights up the editor’s words for the token that is pointed at', async () => {
      expect(await lit(bench)).toBe(0);
      await panel.locator('.column.query .token').nth(4).hover();
      await expect.poll(() => lit(bench), WAIT).toBeGreaterThan(2);
      await bench.shot('lit');
      await panel.locator('.summary').hover();
      await expect.poll(() => lit(bench)).toBe(0);
    });

    test('follows the cursor', async () => {
      await bench.editor('note.md').click();
      await bench.goTo(3, 5);
      await expect
        .poll(() => panel.locator('.readout').last().textContent(), WAIT)
        .toContain('“opened” looks at');
    });

    test('looks again when the text is edited', async () => {
      await bench.goTo(3, 10);
      await bench.type(' up');
      await expect.poll(() => tokens(panel), WAIT).toContain('up');
      await bench.press('Control+Z');
      await expect.poll(() => tokens(panel), WAIT).not.toContain('up');
    });

    test('takes a word into the document', async () => {
      const chip = panel.locator('.chip').first();
      const word = await chip.locator('.word').innerText();
      await chip.click();
      await expect.poll(() => bench.text(), WAIT).toContain(`He opened the ${word} and`);
      await expect.poll(() => tokens(panel), WAIT).not.toContain('[MASK]');
      await bench.editor('note.md').click();
      await bench.press('Control+Z');
      await expect.poll(() => tokens(panel), WAIT).toContain('[MASK]');
    });

    test('comes back after a reload of the window', async () => {
      await bench.editor('note.md').click();
      await bench.command('File: Save');
      await bench.page.reload();
      panel = await bench.panel();
      await expect.poll(() => tokens(panel), { timeout: 60_000 }).toContain('[MASK]');
    });

    test('moves to the side bar', async () => {
      await bench.command('Headlight: Show Attention in the Side Bar');
      await expect.poll(() => bench.tabs()).not.toContain('Attention');
      panel = await bench.panel();
      await expect.poll(() => tokens(panel), WAIT).toContain('[MASK]');
      await bench.shot('side-bar');
    });
  });

  test('a server that dies is started again; after five deaths it is left alone, and a log is offered', async () => {
    await bench.openFile('note.md');
    for (let death = 1; death <= 5; death++) {
      await vi.waitFor(() => expect(javas(code)).toHaveLength(1), { timeout: 30_000, interval: 100 });
      process.kill(javas(code)[0]!.pid, 'SIGKILL');
      await vi.waitFor(() => expect(javas(code)).toHaveLength(0), { timeout: 10_000, interval: 50 });
    }
    await expect.poll(async () => (await bench.notifications()).join(), WAIT).toContain('ended 5 times');
    await bench.shot('five-deaths');
    await bench.command('Headlight: Restart');
    await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
  });
});

test('a Java that is not there is told in one sentence, with what to do', async () => {
  const code = await startCode({
    vsix: VSIX,
    files: { 'note.md': NOTE },
    settings: { 'headlight.java.home': '/nowhere' },
  });
  const bench = await openWorkbench(code);
  await bench.openFile('note.md');
  await expect
    .poll(async () => (await bench.notifications()).join(), WAIT)
    .toContain('There is no Java at /nowhere, where the setting headlight.java.home points');
  await bench.answer('Open Settings');
  await bench.page.locator('.settings-editor').waitFor();
  expect(await code.stop()).toEqual([]);
});
