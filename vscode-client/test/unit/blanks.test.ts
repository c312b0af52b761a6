import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { blanks, isWord, mayHaveBlank } from '../../src/blanks.ts';

/** The cases that the server's own rules are tested with. */
const cases = JSON.parse(
  readFileSync(
    path.join(import.meta.dirname, '../../../server/protocol/src/test/resources/blanks.json'),
    'utf8',
  ),
) as { blanks: string[]; words: string[]; noWords: string[] };

describe('the extension finds blanks as the server does', () => {
  test.each(cases.blanks)('%s', (marked) => {
    const text = marked.replaceAll(/[«»]/g, '');
    const found = blanks(text).reverse();
    const shown = found.reduce(
      (all, [start, end]) => `${all.slice(0, start)}«${all.slice(start, end)}»${all.slice(end)}`,
      text,
    );
    expect(shown).toBe(marked);
  });
  test.each(cases.words)('“%s” is a word', (text) => expect(isWord(text)).toBe(true));
  test.each(cases.noWords)('“%s” is none', (text) => expect(isWord(text)).toBe(false));
});

test('a rule in Markdown is no blank', () => {
  expect(mayHaveBlank('One.\n\n____\n\nTwo.', 'markdown')).toBe(false);
  expect(mayHaveBlank('One.\n\n____ two.', 'markdown')).toBe(true);
  expect(mayHaveBlank('____', 'plaintext')).toBe(true);
});
