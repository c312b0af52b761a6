import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const page = readFileSync(path.join(root, 'docs/lsp-extensions.md'), 'utf8');
const source = readFileSync(path.join(root, 'vscode-client/src/messages.ts'), 'utf8');

/** The fields that a section of the page describes. */
const described = (name: string) => {
  const section = page.split(`### \`${name}\`\n`)[1]?.split('\n### ')[0] ?? '';
  return [...section.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]);
};

/** The interfaces of the source, with their fields and those that they extend. */
const written = new Map<string, string[]>();
for (const part of source.split(/^export interface /m).slice(1)) {
  const [, name, parent] = /^(\w+)(?: extends (\w+))? \{/.exec(part)!;
  const own = [...part.split(/^\}/m)[0]!.matchAll(/^ {2}readonly (\w+)\??:/gm)].map((match) => match[1]!);
  written.set(name!, [...(parent ? written.get(parent)! : []), ...own]);
}

test('every message is written here as docs/lsp-extensions.md describes it, and no other', () => {
  const names = [...page.matchAll(/^### `(\w+)`$/gm)].map((match) => match[1]!);
  expect([...written.keys()].sort()).toEqual(names.sort());
  for (const name of names) {
    expect(written.get(name), name).toEqual(described(name));
  }
});

test('every message and command is called as the page calls it', () => {
  for (const [, value] of source.matchAll(/export const \w+ = '([^']+)'/g)) {
    expect(page).toContain(`- \`${value}\``);
  }
});
