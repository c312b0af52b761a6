import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import type { Code, Process } from './code.ts';
import type { Workbench } from './workbench.ts';

const TARGET = path.resolve(import.meta.dirname, '../target');

/** The packed extension that users install, as built by `mvn package`. */
export const VSIX = path.join(TARGET, packed());

/** The folder of a small checkpoint other than the included one. */
export const SMALL_MODEL = path.resolve(import.meta.dirname, '../../server/src/test/resources/oracle/bert');

function packed(): string {
  const found = readdirSync(TARGET).filter((file) => file.endsWith('.vsix'));
  if (found.length !== 1) {
    throw new Error(`${TARGET} holds ${found.length} packed extensions, not one: run mvn package first.`);
  }
  return found[0]!;
}

export const NOTE = `The cat sat ____ on the mat.

He opened the [MASK] and walked in.

The capital of France is London.

The weather is${' '}
`;
export const PROGRAM = '// The function returns ____ if there is none.\nint ____ = 1;\n';

/** The time limit for the server, including Java's start, unpacking libraries and loading the model. */
export const WAIT = { timeout: 180_000 };

/** Waits until a page within a panel shows attention. */
export const drawn = (panel: Frame) => panel.locator('[data-drawn]').first().waitFor();

/** The tokens on the left of the head view. */
export const tokens = (panel: Frame) => panel.locator('.column.query .token .text').allTextContents();

/** The number of highlighted ranges in the editor. */
export const lit = (bench: Workbench) => bench.page.locator('.monaco-editor .cdr[class*="ced-"]').count();

/** The accessible label of the status bar item. */
export const status = (bench: Workbench) =>
  bench.page.locator('.statusbar-item[aria-label^="Headlight:"]').first().getAttribute('aria-label');

/** The running servers. */
export const javas = (code: Code): Process[] =>
  code.processes().filter(({ command }) => command.includes('headlight.jar lsp'));
