import { describe, expect, test } from 'vitest';
import type { Overview } from '../src/source.ts';
import { sentenceFor } from '../src/says.ts';
import { PAIR, stateOf } from './inspections.ts';

const PATTERNS = ['previous token', 'next token', 'first token', 'one token'].map((name) => ({
  name,
  threshold: 0.5,
}));

/** 3 layers of 2 heads; each shows the pattern of its number, or none. */
const overviewOf = (...shown: (number | undefined)[]): Overview => ({
  rows: 7,
  columns: 7,
  thumbnails: new Uint8Array(6 * 49),
  patterns: PATTERNS,
  measures: Float32Array.from(shown.flatMap((one) => PATTERNS.map((_, i) => (i === one ? 0.75 : 0)))),
});
const none = undefined;
const all = (...shown: (number | undefined)[]) =>
  sentenceFor(stateOf(PAIR, { view: 'model' }), overviewOf(...shown));

describe('a rollout, which is the same in all heads of a layer', () => {
  const of = (view: 'head' | 'model', heads: number[]) =>
    sentenceFor(
      stateOf(PAIR, { view, measure: 'rollout', layer: 1, heads: new Set(heads) }),
      overviewOf(0, 0, 1, 1, none, none),
    );

  test('is a layer’s', () => {
    const says = 'Layer 2 looks at the token after, with 75 % of its rollout.';
    expect([of('head', [0, 1]), of('head', [1])]).toEqual([says, says]);
  });

  test('is counted by layers', () => {
    expect(of('model', [])).toBe(
      'Of 3 layers, 1 looks at the token before and 1 at the token after; 1 shows none.',
    );
  });
});

describe('the sentence about all heads', () => {
  test('says that none shows a pattern', () => {
    expect(all(none, none, none, none, none, none)).toBe('None of the 6 heads shows a simple pattern.');
  });

  test('has counts that add up', () => {
    expect(all(0, none, none, 0, none, none)).toBe('Of 6 heads, 2 look at the token before; 4 show none.');
    expect(all(0, 0, 0, 1, 1, none)).toBe(
      'Of 6 heads, 3 look at the token before and 2 at the token after; 1 shows none.',
    );
    expect(all(0, 0, 1, 1, 2, none)).toBe(
      'Of 6 heads, 2 look at the token before, 2 at the token after, and 1 shows another pattern; 1 shows none.',
    );
    expect(all(0, 0, 0, 1, 2, 3)).toBe(
      'Of 6 heads, 3 look at the token before, 1 at the token after, and 2 show other patterns.',
    );
  });

  test('says that one looks', () => {
    expect(all(none, none, none, 2, none, none)).toBe('Of 6 heads, 1 looks at the first token; 5 show none.');
  });
});

describe('the sentence about some heads', () => {
  const overview = overviewOf(0, 3, none, none, none, none);
  const some = (layer: number, ...heads: number[]) =>
    sentenceFor(stateOf(PAIR, { view: 'head', layer, heads: new Set(heads) }), overview);

  test('says that none is shown', () => {
    expect(some(2)).toBe('No head is shown.');
  });

  test('names what one does', () => {
    expect(some(0, 0)).toBe('Head 1 of layer 1 looks at the token before, with 75 % of its attention.');
    expect(some(0, 1)).toBe(
      'Head 2 of layer 1 looks at the same token from everywhere, with 75 % of its attention.',
    );
  });
});
