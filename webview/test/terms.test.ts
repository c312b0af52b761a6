import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ADDED, meaningOf, TERMS } from '../src/terms.ts';

test('added tokens are explained, and words of the text are not, whatever they are', () => {
  expect(meaningOf('[SEP]')).toMatch(/^\[SEP\]: added/);
  expect(['key', 'layer', 'head', 'constructor'].map(meaningOf)).toEqual(Array(4).fill(undefined));
});

test('the glossary explains every term of the page in the same words', () => {
  const glossary = readFileSync(path.resolve(import.meta.dirname, '../../docs/glossary.md'), 'utf8');
  const rows = [...Object.values(TERMS), ...ADDED.values()].map((said) => {
    const [name, meaning] = said.split(/: (.*)/);
    return name!.startsWith('[') ? `| \`${name}\` | ${meaning} |` : `| ${name!.toLowerCase()} | ${meaning} |`;
  });
  expect(rows.filter((row) => !glossary.includes(row))).toEqual([]);
});
