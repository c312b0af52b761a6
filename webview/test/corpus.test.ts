import { describe, expect, test } from 'vitest';
import {
  bothOf,
  chosenOf,
  clearestOf,
  DISTANCES,
  differenceOf,
  differenceText,
  isSameShape,
  meanText,
  profileDistance,
  quantityDifference,
  type Choice,
  type Corpus,
  type CorpusHead,
  type Measured,
  type Quantity,
} from '../src/corpus.ts';
import { barAt, differencePixels, drawProfile, profilePixels, topOf } from '../src/marks/profile.ts';
import { svg } from '../src/marks/svg.ts';

const QUANTITIES: readonly Quantity[] = [
  { id: 'previous-token', name: 'previous token', what: 'pattern', threshold: 0.5 },
  { id: 'one-token', name: 'one token', what: 'pattern', threshold: 0.6 },
  { id: 'number-before', name: 'number → the number before', what: 'relation' },
  { id: 'special', name: 'special tokens', what: 'number' },
];

const measured = (mean: number, share = 0, more: Partial<Measured> = {}): Measured => ({
  mean,
  error: 0.01,
  texts: 9,
  share,
  ...more,
});
const related = (mean: number, chance: number, error = 0.01) =>
  measured(mean, 1, {
    baseline: { mean: chance, error: 0.01 },
    difference: { mean: mean - chance, error },
  });

/** A head that gives all its attention to one distance. */
function head(
  layer: number,
  number: number,
  at: number,
  all: Readonly<Record<string, Measured>>,
): CorpusHead {
  return {
    kind: 'self',
    layer,
    head: number,
    profile: DISTANCES.map((distance) => ({ mean: distance === at ? 1 : 0, error: 0 })),
    beyond: [
      { mean: 0, error: 0 },
      { mean: 0, error: 0 },
    ],
    measured: new Map(Object.entries(all)),
    best: new Map(),
  };
}

const corpusOf = (...all: readonly CorpusHead[]): Corpus => ({
  name: 'docs',
  model: 'embedded',
  sha256: {},
  texts: 9,
  tokens: 90,
  layers: 2,
  heads: 2,
  quantities: QUANTITIES,
  all,
});

const BEFORE = head(0, 0, -1, { 'previous-token': measured(0.9, 0.95), 'one-token': measured(0.95, 1) });
const PLAIN = head(0, 1, 0, { 'previous-token': measured(0.1) });
const NUMBERS = head(1, 0, 4, { 'previous-token': measured(0.2, 0.1), 'number-before': related(0.6, 0.05) });
const WEAK = head(1, 1, 4, { 'previous-token': measured(0.3, 0.2), 'number-before': related(0.3, 0.2) });
const CORPUS = corpusOf(BEFORE, PLAIN, NUMBERS, WEAK);
const ALL: Choice = { by: undefined, largest: false, share: 0 };

describe('what a head shows most clearly', () => {
  test('is a pattern rather than that it looks at one token', () => {
    expect(clearestOf(CORPUS, BEFORE)?.quantity.id).toBe('previous-token');
  });

  test('is a relation that gets far more than other pairs at the same distance', () => {
    expect(clearestOf(CORPUS, NUMBERS)?.quantity.id).toBe('number-before');
    expect(clearestOf(CORPUS, WEAK)).toBeUndefined();
    const unsure = head(1, 0, 4, { 'number-before': related(0.6, 0.05, 0.3) });
    expect(clearestOf(CORPUS, unsure)).toBeUndefined();
    const once = head(1, 0, 4, { 'number-before': { ...related(0.6, 0.05, 0), texts: 1 } });
    expect(clearestOf(CORPUS, once)).toBeUndefined();
  });
});

describe('heads', () => {
  test('are in the order of layers, or the clearest first', () => {
    expect(chosenOf(CORPUS, ALL)).toEqual([BEFORE, PLAIN, NUMBERS, WEAK]);
    expect(chosenOf(CORPUS, { ...ALL, largest: true }).slice(0, 2)).toEqual([NUMBERS, BEFORE]);
  });

  test('are ordered by what is asked for, those last that have none of it', () => {
    const by = { ...ALL, by: 'number-before', largest: true };
    expect(chosenOf(CORPUS, by)).toEqual([NUMBERS, WEAK, BEFORE, PLAIN]);
  });

  test('are filtered by the share of the texts that show it', () => {
    expect(chosenOf(CORPUS, { ...ALL, by: 'previous-token', share: 10 })).toEqual([BEFORE, NUMBERS, WEAK]);
    expect(chosenOf(CORPUS, { ...ALL, by: 'previous-token', share: 90 })).toEqual([BEFORE]);
    expect(chosenOf(CORPUS, { ...ALL, share: 10 })).toEqual([BEFORE, NUMBERS]);
  });
});

describe('two corpora', () => {
  const OTHER = corpusOf(
    head(0, 0, -1, { 'previous-token': measured(0.8, 0.5) }),
    head(0, 1, 0, { 'previous-token': measured(0.4, 0.2) }),
    head(1, 0, -4, {}),
    head(1, 1, 4, { 'previous-token': measured(0.3) }),
  );

  test('are compared head by head if they have the same heads', () => {
    expect(isSameShape(CORPUS, OTHER)).toBe(true);
    expect(isSameShape(CORPUS, corpusOf(BEFORE, PLAIN))).toBe(false);
  });

  test('have the difference of their means, with its error', () => {
    const [pair] = bothOf(CORPUS, OTHER, ALL);
    const { mean, error } = quantityDifference(pair!, 'previous-token')!;
    expect(mean).toBeCloseTo(0.1);
    expect(error).toBeCloseTo(0.01 * Math.SQRT2);
    expect(quantityDifference(pair!, 'number-before')).toBeUndefined();
    expect(differenceOf({ mean: 1, error: 3 }, { mean: 0, error: 4 })).toEqual({ mean: 1, error: 5 });
  });

  test('are ordered by how much they differ, up or down', () => {
    const names = (choice: Choice) =>
      bothOf(CORPUS, OTHER, choice).map(({ here }) => [here.layer, here.head]);
    expect(names({ ...ALL, largest: true })[0]).toEqual([1, 0]); // its profile has moved
    expect(names({ ...ALL, by: 'previous-token', largest: true }).slice(0, 2)).toEqual([
      [0, 1],
      [0, 0],
    ]);
  });

  test('keep a head that either of them shows', () => {
    const both = bothOf(CORPUS, OTHER, { ...ALL, by: 'previous-token', share: 20 });
    expect(both.map(({ here }) => here)).toEqual([BEFORE, PLAIN, WEAK]);
  });

  test('differ in the part of their profiles that does not overlap', () => {
    const [same, , moved] = bothOf(CORPUS, OTHER, ALL);
    expect(profileDistance(same!)).toBe(0);
    expect(profileDistance(moved!)).toBe(1);
  });
});

test('a mean has as many decimals as its error says something about', () => {
  expect(meanText({ mean: 0.8212, error: 0.004 })).toBe('.821 ± .004');
  expect(meanText({ mean: 0.8212, error: 0.04 })).toBe('.82 ± .04');
  expect(meanText({ mean: 3.91, error: 0.2 })).toBe('3.91 ± .20');
  expect(meanText({ mean: 0.5, error: 0.0000001 })).toBe('.5000 ± .0000');
  expect(differenceText({ mean: -0.0312, error: 0.004 })).toBe('−.031 ± .004');
  expect(differenceText({ mean: 0.0312, error: 0.04 })).toBe('+.03 ± .04');
});

describe('a profile', () => {
  const THEME = {
    background: '#fff',
    text: '#1f2430',
    muted: '#5d6675',
    border: '#d9dde3',
    font: 'sans-serif',
    dark: false,
  };
  const means = [-2, -1, 0, 1, 2].map((distance) => ({
    mean: distance === -1 ? 0.62 : 0.08,
    error: distance === -1 ? 0.04 : 0.01,
  }));

  test('has bars, errors, axes with their names, and what it is compared with', async () => {
    await expect(
      svg({
        name: 'profile',
        width: 320,
        height: 200,
        draw: (surface) =>
          drawProfile(surface, 320, 200, [{ means, color: '#2060d0' }], [0.1, 0.2, 0.1, 0.1, 0.05], 2, THEME),
      }),
    ).toMatchFileSnapshot('snapshots/profile.svg');
  });

  test('ends at a round number above all bars and errors', () => {
    expect(topOf([means])).toBeCloseTo(0.7);
    expect(topOf([[{ mean: 0.02, error: 0 }]])).toBeCloseTo(0.1);
    expect(topOf([[{ mean: 0.99, error: 0.3 }]])).toBe(1);
  });

  test('knows which bar is pointed at', () => {
    expect(barAt(44, 152, 5)).toBe(0);
    expect(barAt(143, 152, 5)).toBe(4);
    expect(barAt(10, 152, 5)).toBeUndefined();
  });

  const opaque = (pixels: Uint8ClampedArray, x: number, y: number, side: number) =>
    [...pixels.subarray(4 * (y * side + x), 4 * (y * side + x) + 4)].join() === '200,0,0,255';

  test('is a small picture with bars from the ground up', () => {
    const pixels = profilePixels([0, 1, 0.5], [200, 0, 0], 6);
    expect([0, 2, 4].map((x) => opaque(pixels, x, 5, 6))).toEqual([false, true, true]);
    expect([0, 2, 4].map((x) => opaque(pixels, x, 0, 6))).toEqual([false, true, false]);
  });

  test('of a difference goes up for more and down for less', () => {
    const pixels = differencePixels(
      [0.1, 0, -0.1],
      0.1,
      [
        [200, 0, 0],
        [0, 0, 200],
      ],
      6,
    );
    expect(opaque(pixels, 0, 0, 6)).toBe(true);
    expect(opaque(pixels, 4, 0, 6)).toBe(false);
    expect([...pixels.subarray(4 * (5 * 6 + 4), 4 * (5 * 6 + 4) + 4)]).toEqual([0, 0, 200, 255]);
  });
});
