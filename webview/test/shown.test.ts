import { describe, expect, test } from 'vitest';
import {
  exactWeights,
  gathered,
  secondFrom,
  shownMemory,
  shownOf,
  titled,
  unitsOf,
  unitWith,
} from '../src/shown.ts';
import type { Source } from '../src/source.ts';
import { BOTH, PAIR, selfAttention, stateOf } from './inspections.ts';

const ALL = { words: false, special: true, attention: 'self', filter: 'all' } as const;
const names = (units: readonly { name: string }[]) => units.map(({ name }) => name);

describe('a unit', () => {
  test('is a token', () => {
    expect(names(unitsOf(PAIR, false))).toEqual(['[CLS]', 'un', '##seen', 'cats', '[SEP]', 'sat', '[SEP]']);
    expect(shownOf(PAIR, ALL).plain).toBe(true);
  });

  test('is a word of the text, if pieces are merged', () => {
    expect(names(unitsOf(PAIR, true))).toEqual(['[CLS]', 'unseen', 'cats', '[SEP]', 'Sat', '[SEP]']);
    expect(unitsOf(PAIR, true)[1]!.tokens).toEqual([1, 2]);
  });

  test('is a blank as the model sees it', () => {
    const mask = { ...PAIR.tokens[1]!, text: '[MASK]' };
    const blank = { segment: 0, start: 0, end: 2, predictions: [] };
    const masked = { ...PAIR, tokens: [mask, PAIR.tokens[3]!], blanks: [blank] };
    expect(names(unitsOf(masked, true))).toEqual(['[MASK]', 'cats']);
  });

  test('is quoted with its position if it occurs again, and apart from the sentence if it reads from right to left', () => {
    const again = unitsOf(PAIR, false).map(({ quoted }) => quoted);
    expect(again.slice(3, 5)).toEqual(['“cats”', '“[SEP]”₅']);
    expect(titled(unitsOf(PAIR, false)[4]!)).toBe('[SEP]₅');
    const hebrew = { ...PAIR, tokens: [{ ...PAIR.tokens[3]!, text: 'שלום' }] };
    expect(unitsOf(hebrew, false)[0]!.quoted).toBe('“\u2068שלום\u2069”');
  });

  test('of the second text of a pair is where that begins', () => {
    expect(secondFrom(unitsOf(PAIR, false))).toBe(5);
    expect(secondFrom(unitsOf(PAIR, false).slice(5))).toBeUndefined();
  });

  test('is never a word of both texts', () => {
    const tokens = PAIR.tokens.filter(({ special }) => !special).map((token) => ({ ...token, word: 0 }));
    expect(names(unitsOf({ ...PAIR, tokens }, true))).toEqual(['unseen cats', 'Sat']);
  });

  test('contains its tokens', () => {
    const { queries } = shownOf(PAIR, { ...ALL, words: true });
    expect(unitWith(queries, 2)).toBe(1);
    expect(unitWith(queries, 99)).toBe(-1);
  });
});

describe('what is shown', () => {
  test('leaves special tokens out', () => {
    const { queries, keys, plain } = shownOf(PAIR, { ...ALL, special: false });
    expect(names(queries)).toEqual(['un', '##seen', 'cats', 'sat']);
    expect(names(keys)).toEqual(names(queries));
    expect(plain).toBe(false);
  });

  test.each([
    ['aa', 5, 5],
    ['ab', 5, 2],
    ['ba', 2, 5],
    ['bb', 2, 2],
  ] as const)('of a pair is the sentences of %s', (filter, queries, keys) => {
    const shown = shownOf(PAIR, { ...ALL, filter });
    expect([shown.queries.length, shown.keys.length]).toEqual([queries, keys]);
  });

  test('of an attention is its queries and its keys', () => {
    const cross = shownOf(BOTH, { ...ALL, attention: 'cross' });
    expect([names(cross.queries), cross.keys.length, cross.plain]).toEqual([['sat', '[SEP]'], 5, true]);
    const words = shownOf(BOTH, { ...ALL, attention: 'encoder', words: true });
    expect(names(words.keys)).toEqual(['[CLS]', 'unseen', 'cats', '[SEP]']);
    expect(words.plain).toBe(false);
  });

  test('is the same object until a choice changes', () => {
    const shown = shownMemory();
    const first = shown(stateOf(PAIR));
    expect(shown(stateOf(PAIR, { layer: 2 }))).toBe(first);
    expect(shown(stateOf(PAIR, { words: true }))).not.toBe(first);
  });
});

describe('matrices', () => {
  const inspection = { ...PAIR, tokens: PAIR.tokens.slice(1, 4), attentions: [selfAttention(1, 3)] }; // un ##seen cats
  const matrix = new Float32Array([0.5, 0.25, 0.25, 0.1, 0.3, 0.6, 0, 0.2, 0.8]);

  test('are unchanged if every token is shown', () => {
    expect(gathered(matrix, shownOf(inspection, ALL))).toBe(matrix);
  });

  test('of words: attention from a word is a mean, attention to a word a sum', () => {
    const words = gathered(matrix, shownOf(inspection, { ...ALL, words: true }));
    [0.575, 0.425, 0.2, 0.8].forEach((weight, i) => expect(words[i]).toBeCloseTo(weight, 6));
    const sums = [words[0]! + words[1]!, words[2]! + words[3]!];
    sums.forEach((sum) => expect(sum).toBeCloseTo(1, 6));
  });

  test('of cross-attention have rows for the target and columns for the source', () => {
    const cross = Float32Array.of(0.1, 0.2, 0.3, 0.4, 0, 0.5, 0.1, 0.2, 0.1, 0.1); // [sat, [SEP]][source]
    const words = { ...ALL, attention: 'cross', words: true, special: false } as const;
    const [unseen, cats, ...rest] = gathered(cross, shownOf(BOTH, words));
    expect([unseen, cats, rest]).toEqual([expect.closeTo(0.5, 6), expect.closeTo(0.4, 6), []]);
  });

  test('to draw stay bytes, and do not overflow', () => {
    const bytes = new Uint8Array([200, 100, 0, 255, 255, 0, 0, 0, 255]);
    expect([...gathered(bytes, shownOf(inspection, { ...ALL, words: true }))]).toEqual([255, 0, 0, 255]);
  });

  test('agree with the exact weights of one word, from it and to it', async () => {
    const row = (i: number) => matrix.slice(i * 3, i * 3 + 3);
    const column = (i: number) => Float32Array.from([0, 1, 2], (query) => matrix[query * 3 + i]!);
    const source = {
      from: async (_: number, token: number) => row(token),
      to: async (_: number, token: number) => column(token),
    } as unknown as Source;
    for (const words of [true, false]) {
      const shown = shownOf(inspection, { ...ALL, words });
      const all = gathered(matrix, shown);
      for (const [index, unit] of shown.queries.entries()) {
        const from = await exactWeights(source, 0, 'query', unit, shown);
        const to = await exactWeights(source, 0, 'key', unit, shown);
        shown.queries.forEach((_, other) => {
          expect(from[other]).toBeCloseTo(all[index * shown.keys.length + other]!, 6);
          expect(to[other]).toBeCloseTo(all[other * shown.keys.length + index]!, 6);
        });
      }
    }
  });
});
