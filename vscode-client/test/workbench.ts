import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Frame, Locator, Page } from 'playwright-core';
import type { Code } from './code.ts';

const SHOTS = path.resolve(import.meta.dirname, '../target/screenshots');
/** How long anything may take on a busy machine; nothing waits longer than it needs. */
const PATIENCE = 90_000;

export interface Suggestion {
  readonly label: string;
  /** The text at the right end of its row. */
  readonly details: string;
}

/** Opens VS Code and waits until it is usable. */
export async function openWorkbench(code: Code): Promise<Workbench> {
  const workbench = new Workbench(code.page);
  code.page.setDefaultTimeout(PATIENCE);
  await code.page.goto(code.url);
  await code.page.locator('.monaco-workbench .explorer-folders-view').waitFor();
  return workbench;
}

/**
 * What a user does and sees in a VS Code window. Actions wait until they are done. Queries do not wait; use them with
 * `expect.poll`. Lines and columns count from 1, columns in UTF-16.
 */
export class Workbench {
  constructor(readonly page: Page) {}

  // Actions

  /** Runs a command from the palette by its full name, such as `View: Close Editor`. */
  async command(name: string): Promise<void> {
    // An extension's commands appear late, and the palette does not refresh.
    await until(`the command ${name}`, async () => {
      await this.ask('F1', `>${name}`);
      const row = this.quickRow(name);
      if (await appears(row, 1_000)) {
        await row.click();
        return true;
      }
      await this.dismiss();
      return false;
    });
  }

  /** Opens a file of the workspace, and focuses it. */
  async openFile(name: string): Promise<void> {
    await this.find(name);
    await this.opened(name);
  }

  /** Opens a file at the top of the workspace by a double click; in a new window sooner than by its name. */
  async openFromExplorer(name: string): Promise<void> {
    await this.inExplorer(name).dblclick();
    await this.opened(name);
  }

  /** Clicks a file in the explorer. */
  async clickInExplorer(name: string): Promise<void> {
    await this.inExplorer(name).click();
  }

  /** Opens a notebook of the workspace. */
  async openNotebook(name: string): Promise<void> {
    await this.find(name);
    await this.page.locator('.notebook-editor .monaco-editor .view-line').first().waitFor();
  }

  private inExplorer(name: string): Locator {
    return this.page.locator('.explorer-folders-view .label-name', { hasText: exactly(name) });
  }

  private async opened(name: string): Promise<void> {
    await this.editor(name).locator('.view-line').first().waitFor();
    await this.focused();
  }

  private async find(name: string): Promise<void> {
    const base = path.posix.basename(name);
    await until(`the file ${name}`, async () => {
      await this.ask('Control+P', name);
      const row = this.quickRow(base);
      if (await appears(row, 1_000)) {
        await row.click();
        return true;
      }
      await this.dismiss();
      return false;
    });
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  /**
   * Puts the cursor somewhere.
   *
   * @param shown the column in the status bar, which counts an emoji once and a tab as wide as it looks
   */
  async goTo(line: number, column: number, shown = column): Promise<void> {
    await this.ask('Control+G', `:${line}:${column}`);
    // Enter goes to the position in this row.
    await this.quickRow(`Press 'Enter' to go to line ${line} at column ${column}.`).waitFor();
    await this.page.keyboard.press('Enter');
    await this.quickInput.waitFor({ state: 'hidden' });
    await this.focused();
    await this.cursorAt(`Ln ${line}, Col ${shown}`);
  }

  /** Selects from one column up to another in a line, as with Shift and arrows; columns are as in `goTo`. */
  async select(line: number, from: number, to: number): Promise<void> {
    await this.goTo(line, from);
    for (let column = from; column < to; column++) {
      await this.page.keyboard.press('Shift+ArrowRight');
    }
    await this.cursorAt(`Ln ${line}, Col ${to} (${to - from} selected)`);
  }

  /** Types with the keyboard, into the focused element. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Presses keys, such as `Tab` or `Control+Z`. */
  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys);
  }

  /** Asks for the list of suggestions at the cursor. */
  async suggest(): Promise<void> {
    await this.page.keyboard.press('Control+Space');
    await this.page.locator('.suggest-widget.visible .monaco-list-row').first().waitFor();
  }

  /** Accepts a suggestion from the list. */
  async takeSuggestion(label: string): Promise<void> {
    const row = this.page
      .locator('.suggest-widget.visible .monaco-list-row')
      .filter({ has: this.page.locator('.label-name', { hasText: exactly(label) }) });
    await row.click();
    await row.waitFor({ state: 'hidden' });
  }

  /** Asks for ghost text at the cursor. */
  async suggestInline(): Promise<void> {
    await this.command('Trigger Inline Suggestion');
  }

  /** Shows the hover at the cursor. */
  async hover(): Promise<void> {
    await this.page.keyboard.press('Control+K');
    await this.page.keyboard.press('Control+I');
    await this.hovers.first().waitFor();
  }

  /** Points at the blank before the first hint, with the mouse. */
  async pointAtHint(): Promise<void> {
    const { x, y, height } = (await this.hint().first().boundingBox())!;
    await this.page.mouse.move(x - 20, y + height / 2, { steps: 3 });
  }

  /** Points at nothing that has a hover. */
  async pointAway(): Promise<void> {
    const { x, y, width, height } = (await this.editor().boundingBox())!;
    await this.page.mouse.move(x + width / 2, y + height - 10);
    await this.hovers.first().waitFor({ state: 'hidden' });
  }

  /** Presses a button of a notification, or of a dialog. */
  async answer(button: string): Promise<void> {
    const name = new RegExp(`^${escape(button)}$`);
    const place = this.page.locator('.notification-list-item, .monaco-dialog-box');
    const found = place.getByRole('button', { name }).first();
    await found.dispatchEvent('click'); // the tooltip of something else may cover it
    await found.waitFor({ state: 'hidden' });
  }

  /** Selects an entry of a quick pick. */
  async choose(label: string): Promise<void> {
    await this.quickRow(label).click({ timeout: PATIENCE });
    await this.quickRow(label).waitFor({ state: 'hidden' });
  }

  /** Fills and confirms an input box. */
  async enter(text: string): Promise<void> {
    await this.quickInput.fill(text, { timeout: PATIENCE });
    await this.page.keyboard.press('Enter');
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  /** Closes the quick input. */
  async dismiss(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  // Queries

  /** An editor; the first one unless its file is named. */
  editor(name?: string): Locator {
    const file = name === undefined ? '' : `[data-uri$="/${name}"]`;
    return this.page.locator(`.part.editor .monaco-editor[data-uri]${file}`).first();
  }

  /** The lines of the notebook's cell that has a text and is not drawn as Markdown. */
  cell(text: string): Locator {
    return this.page.locator('.notebook-editor .monaco-editor .view-lines', { hasText: text });
  }

  /** The visible lines, without what extensions add to them. */
  async text(name?: string): Promise<string> {
    const lines = await this.editor(name)
      .locator('.lines-content > .view-lines > .view-line')
      .evaluateAll((elements, added) => {
        const top = (element: Element) => parseFloat((element as HTMLElement).style.top);
        // VS Code reuses elements in any order.
        return elements
          .sort((a, b) => top(a) - top(b))
          .map((element) => {
            const line = element.cloneNode(true) as Element;
            line.querySelectorAll(added).forEach((part) => part.remove());
            return line.textContent ?? '';
          });
      }, ADDED);
    return lines.map(plain).join('\n');
  }

  /** Ghost text, a part for every place and line of it. */
  async ghosts(): Promise<string[]> {
    return texts(this.page.locator(GHOST));
  }

  /** Inlay hints, one element for every part of a label. */
  hint(label?: string): Locator {
    const hints = this.editor().locator(HINT);
    return label === undefined ? hints : hints.filter({ hasText: exactly(label) }).first();
  }

  /** Waits until hints stay where they are: those that are redrawn swallow a click. */
  async settledHints(): Promise<void> {
    let before: string | undefined;
    await until('settled hints', async () => {
      const boxes = await this.hint().evaluateAll((hints) =>
        hints.map((hint) => JSON.stringify(hint.getBoundingClientRect())).join(),
      );
      const same = boxes !== '' && boxes === before;
      before = boxes;
      if (!same) {
        await pause(700); // VS Code asks for hints again this long after a change
      }
      return same;
    });
  }

  async hints(): Promise<string[]> {
    return (await texts(this.hint())).filter((label) => label !== '');
  }

  /** Ctrl+clicks a hint's label. */
  async takeHint(label: string): Promise<void> {
    const hint = this.hint(label);
    await this.page.keyboard.down('Control');
    try {
      // The label becomes a link once the pointer moves there with Ctrl held.
      let step = 0;
      await until(`the link ${label}`, async () => {
        await hint.hover({ position: { x: 4 + (step++ % 4), y: 8 } });
        return hint.evaluate((element) => getComputedStyle(element).cursor === 'pointer');
      });
      await hint.click();
    } finally {
      await this.page.keyboard.up('Control');
    }
  }

  /** The rows of the list of suggestions. */
  async suggestions(): Promise<Suggestion[]> {
    const rows = await this.page.locator('.suggest-widget.visible .monaco-list-row').all();
    return Promise.all(
      rows.map(async (row) => ({
        label: plain(await row.locator('.label-name').innerText()),
        details: plain(await row.locator('.details-label').innerText()),
      })),
    );
  }

  /** The text of the hovers. */
  async hoverText(): Promise<string> {
    return (await texts(this.hovers)).join('\n');
  }

  /** The status bar item with this name, or whose text starts with it. */
  statusItem(name: string): Locator {
    return this.page
      .locator(`.statusbar-item[id="${name}"]`)
      .or(this.page.locator('.statusbar-item').filter({ hasText: new RegExp(`^\\s*${escape(name)}`) }))
      .first();
  }

  /** The messages of notifications. */
  async notifications(): Promise<string[]> {
    return texts(this.page.locator('.notification-list-item-message'));
  }

  /** The text of a dialog, or empty if there is none. */
  async dialog(): Promise<string> {
    return (await texts(this.page.locator('.monaco-dialog-box .dialog-message-container'))).join();
  }

  /** The labels of a list at the top of the window. */
  async choices(): Promise<string[]> {
    const rows = await texts(this.page.locator('.quick-input-widget:visible .monaco-list-row .label-name'));
    return rows.map((row) => row.trim()); // there is a space after an icon
  }

  /** The tab of an editor or panel. */
  tab(title: string): Locator {
    return this.page.locator('.part.editor .tab', { hasText: exactly(title) });
  }

  /** Waits until an editor or panel is the one that commands are about. */
  async active(title: string, timeout = PATIENCE): Promise<void> {
    const group = this.page.locator('.editor-group-container.active');
    await group.locator('.tab.active', { hasText: exactly(title) }).waitFor({ timeout });
  }

  /** The titles of open editors and panels. */
  async tabs(): Promise<string[]> {
    return this.page.locator('.part.editor .tab .monaco-icon-label-container').allTextContents();
  }

  /** The page within a panel, by a part of its address. */
  async panel(address = '/#inspection='): Promise<Frame> {
    return until(`the only frame at ${address}`, async () => {
      const [frame, ...others] = this.page.frames().filter((one) => one.url().includes(address));
      return others.length === 0 && frame;
    });
  }

  /** Saves a screenshot. */
  async shot(name: string): Promise<void> {
    mkdirSync(SHOTS, { recursive: true });
    await this.page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
  }

  private get quickInput(): Locator {
    return this.page.locator('.quick-input-widget input.input').first();
  }

  /** Opens the quick input and fills it. */
  private async ask(keys: string, text: string): Promise<void> {
    // VS Code receives no keys while a page within a panel has the focus.
    if (await this.page.evaluate(() => document.activeElement?.tagName === 'IFRAME')) {
      await this.page.locator('.command-center-quick-pick').click();
    } else {
      await this.page.keyboard.press(keys);
    }
    await this.quickInput.fill(text);
  }

  private get hovers(): Locator {
    return this.page.locator('.monaco-hover:visible .hover-contents');
  }

  private quickRow(label: string): Locator {
    return this.page
      .locator('.quick-input-widget .monaco-list-row')
      .filter({ has: this.page.locator('.label-name', { hasText: exactly(label) }) })
      .first();
  }

  async focused(): Promise<void> {
    await this.page.locator('.part.editor .monaco-editor.focused').first().waitFor();
  }

  private async cursorAt(place: string): Promise<void> {
    await this.page
      .locator('.statusbar-item[id="status.editor.selection"]', { hasText: exactly(place) })
      .waitFor();
  }
}

const GHOST = '[class*="ghost-text-decoration"], .ghost-text .view-line';
// VS Code generates a class for the style of each inlay hint.
const HINT = '.view-line span[class*="dyn-rule"]';
const ADDED = `[class*="ghost-text"], ${HINT}`;

/** Retries until there is a result. */
async function until<T>(what: string, ask: () => Promise<T | undefined | false>): Promise<T> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const answer = await ask();
    if (answer) {
      return answer;
    }
    if (Date.now() > end) {
      throw new Error(`${what} didn't come`);
    }
    await pause(50);
  }
}

const appears = (locator: Locator, timeout: number) =>
  locator.waitFor({ timeout }).then(
    () => true,
    () => false,
  );

const texts = async (locator: Locator) => (await locator.allInnerTexts()).map(plain);

/** Editors draw spaces as U+00A0. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const exactly = (text: string) => new RegExp(`^\\s*${escape(text)}\\s*$`);
