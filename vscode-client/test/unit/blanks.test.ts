import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { blanks, mayHaveBlank, words } from '../../src/blanks.ts';

/** The cases that the server's own rules are tested with. */
const cases = JSON.parse(
  readFileSync(
    path.join(import.meta.dirname, '../../../server/protocol/src/test/resources/blanks.json'),
    'utf8',
  ),
) as Record<'blanks' | 'fieldsAndRules' | 'words' | 'noWords', string[]>;

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
  test.each(cases.words)('“%s” is a word', (text) => expect(words(text)).toEqual([[0, text.length]]));
  test.each(cases.noWords)('“%s” is none', (text) => expect(words(text)).not.toEqual([[0, text.length]]));
});

test.each(cases.fieldsAndRules)('no server is started for “%s”', (text) => {
  expect(mayHaveBlank(text, 'plaintext')).toBe(false);
  expect(mayHaveBlank(`One.\n\n${text}\n\nTwo.`, 'markdown')).toBe(false);
});

test.each(cases.blanks)('one may be started for “%s”', (marked) => {
  const text = marked.replaceAll(/[«»]/g, '');
  expect(mayHaveBlank(`One.\n${text}\nTwo.`, 'python')).toBe(text !== marked);
});
