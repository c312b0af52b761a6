import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startCode, type Code } from './code.ts';
import { drawn, javas, lit, NOTE, PROGRAM, status, tokens, VSIX, WAIT } from './product.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const LINE = 'The ____ sat on the ____ and looked at the ____ in the ____.\n';
const PAIR = 'The cat sat down.\nThe dog ran away.\n';

/** The lightness of a page's text, from 0 to 255. */
const lightness = (panel: Frame) =>
  panel.evaluate(() => {
    const channels = getComputedStyle(document.body).color.match(/\d+/g)!.slice(0, 3);
    return channels.reduce((sum, channel) => sum + Number(channel), 0) / 3;
  });

test('the package contains licences and notices', () => {
  const names = readFileSync(VSIX); // a zip's directory contains its names unchanged
  const model = 'extension/server/lib/model';
  for (const file of [
    'extension/LICENSE.txt',
    'extension/NOTICE.md',
    'extension/server/licenses/THIRD-PARTY.txt',
    'extension/server/licenses/embedded-model/NOTICE.txt',
    'extension/server/licenses/embedded-model/SOURCES.tsv',
    `${model}/model.safetensors`,
    `${model}/NOTICE.txt`,
  ]) {
    expect(names.includes(file), file).toBe(true);
  }
  const notice = readFileSync(path.join(import.meta.dirname, '../NOTICE.md'), 'utf8');
  expect(notice).toContain('server/licenses/embedded-model/NOTICE.txt');
});

describe('in a window', () => {
  let code: Code;
  let bench: Workbench;

  beforeAll(async () => {
    code = await startCode({
      vsix: VSIX,
      files: {
        'note.md': NOTE,
        'Program.java': PROGRAM,
        'pair.txt': PAIR,
        'form.txt': '',
        'typed.txt': 'The cat sat ____ on the mat.\n\n',
        'line.md': LINE,
        'data.json': '{ "title": "The quick brown fox" }\n',
      },
    });
    bench = await openWorkbench(code);
    await bench.openFile('note.md');
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      await bench.shot(`failed ${task.name}`);
    }
  });
  afterAll(async () => {
    const left = await code.stop();
    expect(left).toEqual([]);
    expect(code.strangers).toEqual([]);
  });

  test('the status bar shows the model, and when it is ready', async () => {
    await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
    expect(javas(code)).toHaveLength(1);
  });

  test('three words appear next to every blank', async () => {
    await expect.poll(async () => (await bench.hints()).join(' '), WAIT).toMatch(/down.*·.*door/);
    await bench.shot('hints');
  });

  test('the list of suggestions at a blank has three words with probabilities, and one replaces it', async () => {
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

  test('Ctrl+click inserts a word shown next to a blank', async () => {
    await bench.settledHints();
    await bench.takeHint('door');
    await expect.poll(() => bench.text()).toContain('He opened the door and');
    await bench.press('Control+Z');
    await expect.poll(() => bench.text()).toContain('He opened the [MASK] and');
  });

  test('words are suggested at the cursor as ghost text, and Tab accepts one', async () => {
    await bench.goTo(7, 16);
    await bench.press('Alt+\\');
    await expect.poll(async () => (await bench.ghosts()).join(''), WAIT).toMatch(/\p{L}/u);
    const [first] = await bench.ghosts();
    await bench.press('Alt+]');
    await expect.poll(async () => (await bench.ghosts()).join('')).not.toBe(first);
    const [second] = await bench.ghosts();
    await bench.shot('ghost');
    await bench.press('Tab');
    await expect.poll(() => bench.text()).toContain(`The weather is ${second}`);
    await bench.press('Control+Z');
    // where a line ends, the sentence may go on
    await bench.openFile('form.txt');
    await bench.type('I would like to ');
    await bench.press('Alt+\\');
    await expect.poll(async () => (await bench.ghosts()).join(''), WAIT).toMatch(/know|hear|see/);
    await bench.press('Escape');
    await bench.command('File: Revert File');
    await bench.openFile('note.md');
  });

  test('another word replaces the selected one, from a list; one undo restores it', async () => {
    await bench.select(5, 26, 32);
    await bench.command('Headlight: Suggest Words');
    await bench.page.getByText('Words for “London”').waitFor(WAIT);
    await expect.poll(async () => (await bench.choices()).length, WAIT).toBeGreaterThan(0);
    const [word] = await bench.choices();
    await bench.shot('words');
    await bench.press('Enter');
    await expect.poll(() => bench.text()).toContain(`The capital of France is ${word}.`);
    await bench.focused(); // the list gives the focus back a moment later
    await bench.press('Control+Z');
    await expect.poll(() => bench.text()).toContain('The capital of France is London.');
  });

  test('part of a word stands for all of it, and two words are no error', async () => {
    await bench.select(5, 27, 29);
    await bench.command('Headlight: Suggest Words');
    await bench.page.getByText('Words for “London”').waitFor(WAIT);
    await bench.dismiss();
    await bench.select(5, 16, 25);
    await bench.command('Headlight: Suggest Words');
    await expect.poll(async () => (await bench.notifications()).join()).toContain('select one');
    expect(await bench.page.locator('.notification-list-item .codicon-error').count()).toBe(0);
    await bench.command('Notifications: Clear All Notifications');
  });

  test('typing a blank opens no list, and Enter after it starts a new line', async () => {
    await bench.openFile('typed.txt');
    await expect.poll(async () => (await bench.hints()).length, WAIT).toBeGreaterThan(0);
    await bench.goTo(3, 1);
    for (const line of ['Name: ____', 'The dog sat ____']) {
      await bench.type(line);
      // a hover is answered after all that the typing asked for
      await bench.pointAtHint();
      await expect.poll(() => bench.hoverText(), WAIT).toContain('Headlight');
      expect(await bench.suggestions()).toEqual([]);
      await bench.pointAway();
      await bench.press('Enter');
    }
    await expect.poll(() => bench.text('typed.txt')).toMatch(/\n\nName: ____\nThe dog sat ____\n$/);
    await bench.command('File: Revert File');
    await bench.openFile('note.md');
  });

  test('every blank of a line has a word, however many there are', async () => {
    await bench.openFile('line.md');
    await expect.poll(async () => (await bench.hints()).length, WAIT).toBeGreaterThanOrEqual(4);
    await bench.shot('line');
    await bench.openFile('note.md');
  });

  test('blanks are found in comments, not in code', async () => {
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
      await drawn(panel);
    });

    test('opens the panel on the paragraph', async () => {
      // the same words as beside the blank: one context for all
      const chips = await panel.locator('.chip .word').allInnerTexts();
      const hints = (await bench.hints()).map((hint) => hint.trim());
      expect(hints).toEqual(expect.arrayContaining(chips.slice(0, 2)));
      expect(await tokens(panel)).toEqual('[CLS] he opened the [MASK] and walked in . [SEP]'.split(' '));
      await bench.shot('panel');
    });

    test('reaches the server through the window’s origin, which proxies it if the window is remote', () => {
      expect(new URL(panel.url()).origin).toBe(new URL(code.url).origin);
      expect(panel.url()).toContain('/proxy/');
    });

    test('highlights words in the editor for the hovered token', async () => {
      expect(await lit(bench)).toBe(0);
      await panel.locator('.column.query .token').nth(4).hover();
      await expect.poll(() => lit(bench), WAIT).toBeGreaterThan(0);
      await bench.shot('lit');
      await panel.locator('.summary').hover();
      await expect.poll(() => lit(bench)).toBe(0);
    });

    test('keeps them highlighted for a pinned token', async () => {
      await panel.locator('.column.query .token').nth(4).click();
      await panel.locator('.summary').hover();
      await expect.poll(() => lit(bench), WAIT).toBeGreaterThan(0);
      await panel.locator('.column.query .token').nth(4).click();
      await panel.locator('.summary').hover();
      await expect.poll(() => lit(bench)).toBe(0);
    });

    test('follows the theme', async () => {
      expect(await lightness(panel)).toBeLessThan(100);
      await bench.command('Preferences: Toggle between Light/Dark Themes');
      await expect.poll(() => lightness(panel), WAIT).toBeGreaterThan(150);
      await bench.shot('panel-dark');
      await bench.command('Preferences: Toggle between Light/Dark Themes');
      await expect.poll(() => lightness(panel), WAIT).toBeLessThan(100);
    });

    test('passes on the keys of commands, and finds tokens itself', async () => {
      const focused = () => panel.locator('.column.query .token:focus .text').allTextContents();
      await panel.locator('.column.query .token').nth(4).focus();
      for (const keys of ['F1', 'Control+P']) {
        await bench.press(keys);
        await bench.page.locator('.quick-input-widget input.input').first().waitFor();
        await bench.dismiss();
        await expect.poll(focused).toEqual(['[MASK]']); // as before
      }
      await bench.press('Control+F');
      await panel.getByLabel('Find a token').pressSequentially('walk');
      await expect.poll(() => panel.locator('.find output').textContent()).toBe('1 of 1');
      await expect
        .poll(() => panel.locator('.column.query .token.pinned .text').allTextContents())
        .toEqual(['walked']);
      await bench.shot('find');
      await bench.press('Escape');
      await panel.locator('.column.query .token').nth(4).focus();
      await bench.press('Escape');
      await bench.press('Control+1'); // the first group of editors
      await bench.page.locator('.part.editor .monaco-editor.focused').first().waitFor();
    });

    test('keeps the pinned token and its text while another paragraph is edited', async () => {
      await panel.locator('.column.query .token').nth(4).click();
      const address = panel.url();
      await panel.locator('textarea').first().fill('half-typed');
      await bench.editor('note.md').click();
      await bench.goTo(7, 16);
      await bench.type('fine');
      await bench.page.waitForTimeout(1_500); // longer than it waits after an edit
      expect(panel.url()).toBe(address);
      expect(await panel.locator('textarea').first().inputValue()).toBe('half-typed');
      await bench.press('Control+Z');
      await panel.locator('textarea').first().fill('He opened the [MASK] and walked in.');
      await panel.locator('.column.query .token').nth(4).hover();
      await expect.poll(() => lit(bench), WAIT).toBeGreaterThan(0); // in the edited document, too
      await panel.locator('.column.query .token').nth(4).click();
      await panel.locator('.summary').hover();
    });

    test('follows the cursor', async () => {
      await bench.editor('note.md').click();
      await bench.goTo(3, 5);
      await expect
        .poll(() => panel.locator('.readout').last().textContent(), WAIT)
        .toContain('“opened” looks at');
    });

    test('computes attention again when the text is edited', async () => {
      await bench.goTo(3, 10);
      await bench.type(' up');
      await expect.poll(() => tokens(panel), WAIT).toContain('up');
      await bench.press('Control+Z');
      await expect.poll(() => tokens(panel), WAIT).not.toContain('up');
    });

    test('inserts a word into the document', async () => {
      const chip = panel.locator('.chip').first();
      const word = await chip.locator('.word').innerText();
      await chip.click();
      await expect.poll(() => bench.text(), WAIT).toContain(`He opened the ${word} and`);
      await expect.poll(() => tokens(panel), WAIT).not.toContain('[MASK]');
      await bench.editor('note.md').click();
      await bench.press('Control+Z');
      await expect.poll(() => tokens(panel), WAIT).toContain('[MASK]');
    });

    test('shows two selections as a pair', async () => {
      await bench.openFile('pair.txt');
      await bench.goTo(1, 1);
      await bench.command('Add Cursor Below');
      await bench.press('Shift+End');
      await bench.press('Control+Alt+H');
      const pair = '[CLS] the cat sat down . [SEP] the dog ran away . [SEP]'.split(' ');
      await expect.poll(() => tokens(panel), WAIT).toEqual(pair);
      await bench.shot('pair');
    });

    test('is offered by the lightbulb', async () => {
      await bench.openFile('note.md');
      await bench.select(5, 1, 12);
      await bench.press('Control+.');
      await bench.page.locator('.action-widget').getByText('Visualize Attention').click();
      await expect.poll(() => tokens(panel), WAIT).toEqual(['[CLS]', 'the', 'capital', '[SEP]']);
    });

    test('is offered by the context menu', async () => {
      await bench.goTo(3, 3);
      await bench.press('Shift+F10');
      const entry = bench.page.locator('.monaco-menu .action-label', { hasText: 'Visualize Attention' });
      await entry.first().waitFor();
      await bench.shot('context-menu');
      await entry.first().click();
      await expect.poll(() => tokens(panel), WAIT).toContain('[MASK]');
    });

    test('asks why a word is predicted, for the blank at the cursor', async () => {
      await bench.openFile('note.md');
      await bench.goTo(1, 15);
      await bench.command('Headlight: Why This Word?');
      const tab = panel.locator('[role="tab"][aria-selected="true"]');
      await expect.poll(() => tab.innerText(), WAIT).toBe('Why');
      expect(panel.url()).toContain('view=why');
      await panel.getByRole('tab', { name: 'Head' }).click();
      await expect.poll(() => tokens(panel), WAIT).toContain('mat');
      await bench.editor('note.md').click();
      await bench.goTo(3, 3);
      await bench.command('Headlight: Visualize Attention');
      await expect.poll(() => tokens(panel), WAIT).toContain('walked');
    });

    test('exports through VS Code’s dialog, and what was exported can be opened', async () => {
      await panel.locator('.column.query .token').nth(4).focus();
      await bench.command('Headlight: Export Attention…');
      await panel.getByText('Offline page').click();
      const page = path.join(code.workspace, 'attention.html');
      const name = bench.page.locator('.quick-input-widget input[type="text"]').first();
      await expect.poll(() => name.inputValue(), WAIT).toMatch(/attention\.html$/);
      await bench.press('Enter');
      const written = () => existsSync(page) && readFileSync(page, 'utf8').includes('id="arrays"');
      await expect.poll(written, WAIT).toBe(true);
      await bench.command('Headlight: Open Attention File…');
      await bench.choose('attention.html');
      await expect.poll(async () => (await bench.tabs()).join(), WAIT).toContain('attention.html');
      const exported = () =>
        Promise.all(bench.page.frames().map((frame) => frame.locator('header p.text').allInnerTexts()));
      await expect
        .poll(async () => (await exported()).flat(), WAIT)
        .toContain(await panel.locator('textarea').first().inputValue());
      await bench.shot('exported');
      await bench.command('View: Close Editor');
    });

    test('explains a word in an editor of any language', async () => {
      await bench.openFile('data.json');
      await bench.select(1, 14, 33);
      await bench.command('Headlight: Visualize Attention');
      await expect.poll(() => tokens(panel), WAIT).toContain('quick');
      await bench.openFile('note.md');
      await bench.goTo(3, 3);
      await bench.command('Headlight: Visualize Attention');
      await expect.poll(() => tokens(panel), WAIT).toContain('[MASK]');
    });

    test('is restored after a reload of the window, with its layer and pin', async () => {
      await panel.locator('.fold:not([open]) > summary').click(); // a narrow panel folds its controls
      await panel.getByRole('radio', { name: 'Layer 7', exact: true }).check({ force: true });
      await panel.locator('.column.query .token').nth(4).click();
      await expect.poll(() => panel.url()).toMatch(/layer=7.*token=from-4/);
      await bench.editor('note.md').click();
      await bench.command('File: Save');
      const reloaded = bench.page.waitForEvent('load');
      await bench.command('Developer: Reload Window');
      await reloaded;
      panel = await bench.panel();
      await expect.poll(() => tokens(panel), { timeout: 60_000 }).toContain('[MASK]');
      await expect.poll(() => panel.url()).toMatch(/layer=7.*token=from-4/);
    });

    test('moves to the side bar, keeps them, and opens there again', async () => {
      await bench.command('Headlight: Show Attention in the Side Bar');
      await expect.poll(async () => (await bench.tabs()).join()).not.toContain('Attention');
      panel = await bench.panel();
      await expect.poll(() => tokens(panel), WAIT).toContain('[MASK]');
      await expect.poll(() => panel.url()).toMatch(/layer=7.*token=from-4/);
      await bench.shot('side-bar');
      const sideBar = bench.page.locator('.part.sidebar');
      await bench.command('View: Toggle Primary Side Bar Visibility');
      await sideBar.waitFor({ state: 'hidden' });
      await bench.editor('note.md').click();
      await bench.goTo(3, 3);
      await bench.command('Headlight: Visualize Attention');
      await sideBar.getByText('Attention').first().waitFor();
      await expect.poll(() => tokens(panel), WAIT).toContain('[MASK]');
      await expect.poll(() => panel.url()).toMatch(/layer=7.*token=from-4/);
      expect((await bench.tabs()).join()).not.toContain('Attention');
    });

    test('leaves no highlights when it is closed, by its button or by Ctrl+W in it', async () => {
      const shown = async () => tokens((panel = await bench.panel())); // one frame goes while another comes
      const closeTab = () =>
        bench
          .tab('Attention: note.md')
          .getByRole('button', { name: /^Close/ })
          .click();
      const closeByKey = async () => {
        const focused = async () => {
          await (await bench.panel()).locator('.column.query .token').nth(4).focus({ timeout: 5_000 });
          await bench.active('Attention: note.md', 5_000); // VS Code looks four times a second what has the focus
          return true;
        };
        await expect.poll(focused, WAIT).toBe(true); // the side bar's page may still be there
        await bench.press('Control+W');
      };
      for (const close of [closeTab, closeByKey]) {
        await bench.command('Headlight: Show Attention in the Editor Area');
        await expect.poll(async () => (await bench.tabs()).join(), WAIT).toContain('Attention: note.md');
        await expect.poll(shown, WAIT).toContain('[MASK]');
        await expect.poll(() => lit(bench), WAIT).toBeGreaterThan(0); // for the pinned token
        const others = (await bench.tabs()).filter((title) => title !== 'Attention: note.md');
        await close();
        await expect.poll(() => bench.tabs()).toEqual(others);
        await expect.poll(() => lit(bench)).toBe(0);
        await bench.command('Headlight: Show Attention in the Side Bar');
        await expect.poll(shown, WAIT).toContain('[MASK]');
      }
    });
  });

  test('a crashed server is restarted; after five crashes it is not, and the log is offered', async () => {
    await bench.openFile('note.md');
    for (let crash = 1; crash <= 5; crash++) {
      await expect.poll(() => javas(code), WAIT).toHaveLength(1);
      const [server] = javas(code);
      process.kill(server!.pid, 'SIGKILL');
      await expect.poll(() => javas(code)).not.toContainEqual(server);
    }
    await expect.poll(async () => (await bench.notifications()).join(), WAIT).toContain('ended 5 times');
    await bench.shot('five-crashes');
    expect(await bench.notifications()).toHaveLength(1);
    await bench.command('Notifications: Clear All Notifications');
    await bench.command('Headlight: Restart Server');
    await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
    await expect
      .poll(
        async () => (await (await bench.panel()).locator('body').innerText()).includes('not responding'),
        WAIT,
      )
      .toBe(false);
    await expect.poll(async () => tokens(await bench.panel()), WAIT).toContain('[MASK]');
    await bench.shot('restarted');
  });

  test('a model can be selected from the status bar', async () => {
    await bench.page.locator('.statusbar-item[aria-label^="Headlight:"]').first().click();
    const choices = ['embedded', 'From the Hugging Face Hub…', 'A folder…'];
    await expect.poll(() => bench.choices(), WAIT).toEqual(expect.arrayContaining(choices));
    const marked = bench.page.locator('.quick-input-widget .monaco-list-row', {
      has: bench.page.locator('.codicon-check'),
    });
    await expect.poll(() => marked.locator('.label-name').allInnerTexts()).toEqual([' embedded']);
    await bench.shot('models');
    await bench.choose('From the Hugging Face Hub…');
    const input = bench.page.locator('.quick-input-widget');
    await input.locator('input.input').fill('no name');
    await input.getByText('Enter a name').waitFor();
    await input.locator('input.input').fill('gpt2');
    await input.getByText('Enter a name').waitFor({ state: 'hidden' });
    await bench.enter('nobody/nothing');
    await expect.poll(async () => (await bench.notifications()).join(), WAIT).toContain('nobody/nothing');
    await expect.poll(() => status(bench), WAIT).toBe('Headlight: nobody/nothing, failed; using embedded');
    await expect.poll(async () => (await bench.hints()).join(' '), WAIT).toMatch(/down.*·.*door/);
    await bench.shot('no-such-model');
    await bench.answer('Select Model');
    await bench.choose('embedded');
    await expect.poll(() => status(bench), WAIT).toBe('Headlight: embedded, ready');
  });

  test('a walkthrough shows how to start', async () => {
    await bench.command('Welcome: Open Walkthrough...');
    await bench.choose('Get started with Headlight');
    await bench.page.getByText('Fill a blank').first().waitFor();
    await bench.shot('walkthrough');
  });

  test('its page in the extensions view has no broken picture', async () => {
    await bench.command('Extensions: Show Installed Extensions');
    await bench.page.locator('.extension-list-item', { hasText: 'Headlight' }).first().click();
    const seen = async () => {
      const bodies = bench.page.frames().map((frame) => frame.locator('body'));
      const found = await Promise.all(
        bodies.map(async (body) => ({
          text: await body.innerText(),
          pictures: await body.locator('img').count(),
        })),
      );
      return found.find(({ text }) => text.includes('What it needs'));
    };
    await expect.poll(async () => (await seen())?.pictures, WAIT).toBe(0);
    await bench.shot('page');
  });

  test('a command shows the log', async () => {
    await bench.command('Headlight: Show Log');
    await bench.page
      .locator('.part.panel .output-view-container, .part.panel .monaco-editor')
      .first()
      .waitFor();
  });
});
