import { describe, expect, test } from 'vitest';
import {
  choiceIn,
  alignedIn,
  alignedShown,
  beginning,
  entropyOf,
  measureText,
  patternOf,
  placeOf,
  thumbnailOf,
} from '../src/overview.ts';
import { shownOf } from '../src/shown.ts';
import type { Overview, Source } from '../src/source.ts';
import { pairWeights, wordPair } from '../src/views/model/pair.ts';
import {
  cellsOf,
  labelOf,
  paintThumbnail,
  patternCaption,
  patternsShown,
} from '../src/views/model/modelCells.ts';
import { BOTH, PAIR, stateOf } from './inspections.ts';

const PATTERNS = [
  { name: 'previous token', threshold: 0.5 },
  { name: 'separator', threshold: 0.6 },
  { name: 'broad', threshold: 3.8 },
];
/** Of 3 layers × 2 heads. */
const MEASURES = [
  [0.9, 0.1, 1],
  [0.2, 0.3, 2],
  [0.55, 0.95, 0.5],
  [NaN, 0.7, 1.5],
  [0.6, 0.1, 3],
  [0.1, 0.1, 4.2],
];
const OVERVIEW: Overview = {
  rows: 7,
  columns: 7,
  thumbnails: new Uint8Array(6 * 49),
  patterns: PATTERNS,
  measures: Float32Array.from(MEASURES.flat()),
};
const names = (cells: readonly { layer: number; head: number }[]) =>
  cells.map(({ layer, head }) => [layer, head]);

describe('a head', () => {
  test('is named after its clearest pattern', () => {
    const shown = MEASURES.map((_, place) => patternOf(OVERVIEW, place)?.name);
    expect(shown).toEqual(['previous token', undefined, 'separator', 'separator', 'previous token', 'broad']);
  });

  test('has the entropy of its rows', () => {
    expect(entropyOf(OVERVIEW, 5)).toBeCloseTo(4.2, 5);
  });

  test('is found in a file that contains only some', () => {
    expect(placeOf({ ...PAIR, shownLayers: [0, 2], shownHeads: [1] }, 'self', 2, 1)).toBe(1);
  });

  test('is labelled with its pattern and its measure', () => {
    const [first, second] = cellsOf(stateOf(PAIR), OVERVIEW);
    expect(labelOf(first!)).toBe('Layer 1 · Head 1: previous token 0.90, entropy 1.00 nats');
    expect(labelOf(second!)).toBe('Layer 1 · Head 2: no pattern, entropy 2.00 nats');
    expect([measureText(0.824), measureText(1), measureText(3.9)]).toEqual(['.82', '1.00', '3.90']);
  });
});

describe('a page begins', () => {
  const of = (rows: number[][], patterns = PATTERNS) => ({
    ...OVERVIEW,
    patterns,
    measures: Float32Array.from(rows.flat()),
  });

  test('on the head with the clearest positional pattern, shown alone', () => {
    expect(beginning(OVERVIEW, PAIR, 'self')).toEqual({ layer: 0, head: 0, heads: new Set([0]) });
    const best = [...MEASURES.slice(0, 5), [0.97, 0.1, 1]];
    expect(beginning(of(best), PAIR, 'self')).toEqual({ layer: 2, head: 1, heads: new Set([1]) });
  });

  test('not on one that attends to separators, however clearly', () => {
    const one = MEASURES.map(([, separator, broad]) => [NaN, separator!, broad!]);
    expect(beginning(of(one), PAIR, 'self')).toEqual({});
  });

  test('as usual if no head has one', () => {
    const none = MEASURES.map(([, separator, broad]) => [0.5, separator!, broad!]);
    expect(beginning(of(none), PAIR, 'self')).toEqual({});
  });

  test.each(['next token', 'same token'])('at one for the %s, too', (name) => {
    const patterns = [{ name, threshold: 0.5 }, ...PATTERNS.slice(1)];
    expect(beginning(of(MEASURES, patterns), PAIR, 'self')).toMatchObject({ layer: 0, head: 0 });
  });

  test('within what a file contains', () => {
    const some = { ...PAIR, shownLayers: [1, 2], shownHeads: [1] };
    const two = of([
      [0.6, 0.1, 1],
      [0.8, 0.1, 1],
    ]);
    expect(beginning(two, some, 'self')).toEqual({ layer: 2, head: 1, heads: new Set([1]) });
  });
});

describe('the heads of the model view', () => {
  test('are those that are chosen', () => {
    const state = stateOf(PAIR, { layers: new Set([0, 2]), columns: new Set([1]) });
    expect(names(cellsOf(state, OVERVIEW))).toEqual([
      [0, 1],
      [2, 1],
    ]);
  });

  test('are filtered by pattern', () => {
    expect(names(cellsOf(stateOf(PAIR, { pattern: 'separator' }), OVERVIEW))).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(patternsShown(stateOf(PAIR, { columns: new Set() }), OVERVIEW)).toEqual([
      'previous token',
      'separator',
      'broad',
    ]);
  });

  test.each([
    ['pattern', [0, 4, 2, 3, 5, 1]],
    ['narrow', [2, 0, 3, 1, 4, 5]],
    ['broad', [5, 4, 1, 3, 0, 2]],
  ] as const)('are sorted by %s', (order, places) => {
    expect(cellsOf(stateOf(PAIR, { order }), OVERVIEW).map(({ place }) => place)).toEqual(places);
  });

  test('are sorted by how much they look from one word at another, and say so', () => {
    const weights = Float32Array.of(0.1, 0.5, 0.2, 0.75, 0, 0.3);
    const cells = cellsOf(stateOf(PAIR, { order: 'pair' }), OVERVIEW, weights);
    expect(cells.map(({ place }) => place)).toEqual([3, 1, 5, 2, 0, 4]);
    expect(patternCaption(cells[0]!, 'pair')).toMatchObject({ number: '0.750' });
    expect(patternCaption(cells[0]!, 'pair').label).toMatch(/, weight 0\.750$/);
    const asked = cellsOf(stateOf(PAIR, { order: 'pair' }), OVERVIEW);
    expect(asked.map(({ place }) => place)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('weigh a word of two pieces by the rows’ mean', async () => {
    const row = (token: number) => Float32Array.from({ length: 14 }, (_, i) => (token + 1) * i);
    const source = { from: (_: number, token: number) => Promise.resolve(row(token)) } as unknown as Source;
    const state = stateOf(PAIR, { words: true, focus: { side: 'query', token: 1, other: 3, pinned: true } });
    const shown = shownOf(PAIR, { words: true, special: true, attention: 'self', filter: 'all' });
    const weights = await pairWeights(source, state, shown, wordPair(state, shown)!);
    expect([...weights]).toEqual([7.5, 25, 7.5, 25, 7.5, 25]); // 2.5 · 3 and 2.5 · (7 + 3)
  });
});

test('a pinned token’s row or column is seen among the cells, even without weight', () => {
  const overview = { ...OVERVIEW, rows: 7, columns: 7, thumbnails: new Uint8Array(6 * 49).fill(100) };
  overview.thumbnails.fill(0, 3 * 7, 4 * 7);
  const shown = shownOf(PAIR, { words: false, special: true, attention: 'self', filter: 'all' });
  const opacities = (side: 'query' | 'key', pinned: boolean) => {
    const state = stateOf(PAIR, { thumbnails: 'cells', focus: { side, token: 3, pinned } });
    const pixels = paintThumbnail(overview, { head: 0, place: 0 }, shown, state, 7);
    return (row: number, column: number) => pixels[4 * (row * 7 + column) + 3]!;
  };
  const [hovered, row, column] = [
    opacities('query', false),
    opacities('query', true),
    opacities('key', true),
  ];
  expect([hovered(3, 0), row(3, 0)]).toEqual([0, 40]);
  expect(row(0, 0)).toBeLessThan(hovered(0, 0));
  expect([column(0, 3), column(3, 3)]).toEqual([hovered(0, 3), 40]);
});

describe('a thumbnail’s row of a pinned token', () => {
  const shown = shownOf(PAIR, { words: false, special: false, attention: 'self', filter: 'all' });

  test('is that of its unit', () => {
    expect(choiceIn({ rows: 7, columns: 7 }, shown, { side: 'key', token: 3 })).toEqual({
      side: 'key',
      index: 2,
    });
    expect(choiceIn({ rows: 7, columns: 7 }, shown, { side: 'key', token: 0 })).toBeUndefined();
  });

  test('is that of the cell that holds it where cells hold several', () => {
    expect(choiceIn({ rows: 3, columns: 3 }, shown, { side: 'query', token: 5 })).toEqual({
      side: 'query',
      index: 2,
    });
  });
});

describe('a thumbnail', () => {
  const bytes = Uint8Array.from({ length: 49 }, (_, i) => i);

  test('of few tokens shows them by their choices', () => {
    const shown = shownOf(PAIR, { words: false, special: false, attention: 'self', filter: 'ab' });
    const { values, queries, keys } = thumbnailOf({ thumbnails: bytes, rows: 7, columns: 7 }, 0, shown);
    expect([queries, keys]).toEqual([3, 1]);
    expect([...values]).toEqual([1 * 7 + 5, 2 * 7 + 5, 3 * 7 + 5]);
  });

  test('of many tokens shows the cells that contain shown ones', () => {
    const shown = shownOf(PAIR, { words: true, special: true, attention: 'self', filter: 'bb' });
    const small = Uint8Array.from({ length: 9 }, (_, i) => i * 10);
    const { values, queries, keys } = thumbnailOf({ thumbnails: small, rows: 3, columns: 3 }, 0, shown);
    expect([queries, keys, [...values]]).toEqual([1, 1, [80]]);
  });

  test('of cross-attention has a row for each target token, and a column for each source token', () => {
    const choices = { words: false, special: false, attention: 'cross', filter: 'all' } as const;
    const thumbnails = Uint8Array.from({ length: 20 }, (_, i) => i);
    const second = thumbnailOf({ thumbnails, rows: 2, columns: 5 }, 1, shownOf(BOTH, choices));
    expect([second.queries, second.keys]).toEqual([1, 3]);
    expect([...second.values]).toEqual([11, 12, 13]);
    const pooled = thumbnailOf({ thumbnails, rows: 2, columns: 2 }, 0, shownOf(BOTH, choices));
    expect([pooled.queries, pooled.keys, [...pooled.values]]).toEqual([1, 2, [0, 1]]);
  });
});

test('corresponding tokens are those of the shown attention', () => {
  const aligned = [
    [0, 0],
    [3, 3],
    [5, 5],
    [6, 7],
  ] as const;
  const difference = {
    rows: 2,
    columns: 2,
    thumbnails: new Uint8Array(),
    distances: new Float32Array(),
    aligned,
  };
  const shown = shownOf(BOTH, { words: false, special: false, attention: 'cross', filter: 'all' });
  expect(alignedIn(difference, shown.of.queries)).toEqual([
    [5, 5],
    [6, 7],
  ]);
  const { queries, keys, of, plain } = alignedShown(difference, shown);
  expect(queries.map(({ tokens }) => tokens)).toEqual([[0]]); // of [5, 6] the first, for the second is special
  expect(keys.map(({ tokens }) => tokens)).toEqual([[1]]);
  expect([of.queries.end, of.keys.end, plain]).toEqual([2, 2, false]);
});
