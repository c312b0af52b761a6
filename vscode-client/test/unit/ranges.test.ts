import { describe, expect, test } from 'vitest';
import { edited, touches } from '../../src/ranges.ts';

/** Checks where the part between | | is after the text between < > was replaced. */
function check(before: string, typed: string, after: string): void {
  const place = (text: string, mark: string) =>
    text.replaceAll(/[<>|]/g, (one) => (one === mark ? one : '')).indexOf(mark);
  const bare = before.replaceAll(/[<>]/g, '');
  const span = { start: bare.indexOf('|'), end: bare.lastIndexOf('|') - 1 };
  const offset = place(before, '<');
  const length = place(before, '>') - offset;
  const now = edited(span, { offset, length, text: typed });
  const text = before.replaceAll(/[<>|]/g, '');
  const changed = text.slice(0, offset) + typed + text.slice(offset + length);
  const shown = `${changed.slice(0, now.start)}|${changed.slice(now.start, now.end)}|${changed.slice(now.end)}`;
  expect(shown).toBe(after);
}

describe('a part of a text', () => {
  test('moves with what is typed before it', () => check('a<> |b c| d', 'xy', 'axy |b c| d'));
  test('stays when something is typed after it', () => check('a |b c| d<>', 'xy', 'a |b c| dxy'));
  test('grows with what is typed inside it', () => check('a |b<> c| d', 'xy', 'a |bxy c| d'));
  test('grows with what is typed at its end', () => check('a |b c<>| d', 'xy', 'a |b cxy| d'));
  test('grows with what is typed at its start', () => check('a |<>b c| d', 'xy', 'a |xyb c| d'));
  test('shrinks with what is deleted from it', () => check('a |b< c>| d', '', 'a |b| d'));
  test('includes what is replaced across its end', () => check('a |b< c| d>', 'x', 'a |bx|'));
  test('includes what is replaced across its start', () => check('<a |b> c| d', 'x', '|x c| d'));
  test('that is a cursor stays one, after what replaces the text around it', () =>
    check('a <b||c> d', 'xyz', 'a xyz|| d'));
  test('is empty when all of it is deleted', () => check('a <|b c|> d', '', 'a || d'));
});

test.each([
  ['ten lines away', 60, 0, false],
  ['before it', 0, 3, false],
  ['at its end', 20, 0, true],
  ['at its start', 8, 2, true],
  ['inside it', 12, 4, true],
  ['around it', 5, 30, true],
  ['one unit after it', 21, 3, false],
])('an edit %s changes what is shown: or not', (_where, offset, length, changes) => {
  expect(touches({ start: 10, end: 20 }, { offset, length, text: 'x' })).toBe(changes);
});
