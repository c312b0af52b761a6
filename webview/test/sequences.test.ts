import { expect, test } from 'vitest';
import { layersIn, pairOf, sightOf, type Inspection } from '../src/inspection.ts';
import { moved } from '../src/moves.ts';
import { vectorsOf } from '../src/neurons.ts';
import { measuresOf, partOf } from '../src/overview.ts';
import { shownOf } from '../src/shown.ts';
import { attending, opened, START } from '../src/state.ts';
import { PAIR, stateOf } from './inspections.ts';

/** The pair of sentences as five source tokens and two that a decoder is given; an encoder of three layers, a decoder of two. */
const BOTH: Inspection = {
  ...PAIR,
  sequences: { encoderLayers: 3, decoderLayers: 2, source: 5, target: 'given' },
};
const written: Inspection = { ...BOTH, sequences: { ...BOTH.sequences!, target: 'written' } };

test('an encoder-decoder begins with its encoder, and keeps what was chosen', () => {
  expect(opened(BOTH, START).filter).toBe('aa');
  expect(opened(BOTH, { ...START, filter: 'ba' }).filter).toBe('ba');
  expect(opened(BOTH, { ...START, filter: 'ab' }).filter).toBe('aa');
  expect(opened(PAIR, { ...START, filter: 'ab' }).filter).toBe('ab');
});

test('a target that nobody gave stays out of the form', () => {
  expect(pairOf(BOTH)).toBe('Sat');
  expect(pairOf(written)).toBeUndefined();
  expect(opened(written, START).pair).toBeUndefined();
});

test('layers are those of the chosen attention', () => {
  expect(layersIn(BOTH, 'aa')).toEqual([0, 1, 2]);
  expect(layersIn(BOTH, 'bb')).toEqual([0, 1]);
  expect(layersIn({ ...BOTH, shownLayers: [1, 2] }, 'ba')).toEqual([1]);
  expect(layersIn(PAIR, 'ba')).toEqual([0, 1, 2]);
  expect(attending(stateOf(BOTH, { filter: 'aa', layer: 2 }), 'ba')).toEqual({ filter: 'ba', layer: 1 });
  expect(attending(stateOf(BOTH, { filter: 'aa', layer: 0 }), 'bb')).toEqual({ filter: 'bb', layer: 0 });
});

test('letters choose an attention, where a model has three', () => {
  expect(moved(stateOf(BOTH, { filter: 'aa' }), 'c')).toEqual({ filter: 'ba', layer: 0 });
  expect(moved(stateOf(BOTH, { filter: 'ba' }), 'e')).toEqual({ filter: 'aa', layer: 0 });
  expect(moved(stateOf(PAIR), 'c')).toBeUndefined();
});

test('tokens see what the chosen attention lets them see', () => {
  const seen = (filter: 'aa' | 'bb' | 'ba') => {
    const sees = sightOf(BOTH, 0, filter)!;
    return BOTH.tokens.map((_, query) =>
      BOTH.tokens.map((_, key) => (sees(query, key) ? 'x' : '.')).join(''),
    );
  };
  expect(seen('aa')).toEqual(['xxxxx..', 'xxxxx..', 'xxxxx..', 'xxxxx..', 'xxxxx..', '.......', '.......']);
  expect(seen('bb')).toEqual(['.......', '.......', '.......', '.......', '.......', '.....x.', '.....xx']);
  expect(seen('ba')).toEqual(['.......', '.......', '.......', '.......', '.......', 'xxxxx..', 'xxxxx..']);
});

test('cross-attention is between the target at the left and the source at the right', () => {
  const { queries, keys } = shownOf(BOTH, { words: false, special: true, filter: 'ba' });
  expect([queries.length, keys.length]).toEqual([2, 5]);
});

test('queries and keys of cross-attention stand where their tokens do', () => {
  const vectors = {
    query: new Float32Array(14).fill(1),
    key: new Float32Array(14).fill(1),
    crossQuery: Float32Array.of(1, 2, 3, 4),
    crossKey: Float32Array.from({ length: 10 }, (_, i) => 10 + i),
  };
  expect(vectorsOf(vectors, BOTH, 'bb')).toBe(vectors);
  const { query, key } = vectorsOf(vectors, BOTH, 'ba');
  expect([...query]).toEqual([...Array<number>(10).fill(0), 1, 2, 3, 4]);
  expect([...key]).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 0, 0, 0, 0]);
});

test('measures are those of the chosen attention', () => {
  const overview = {
    side: 1,
    thumbnails: new Uint8Array(6),
    patterns: [{ name: 'broad', threshold: 3 }],
    measures: Float32Array.from({ length: 18 }, (_, i) => i),
  };
  const measure = (filter: 'aa' | 'bb' | 'ba') => measuresOf(partOf(overview, BOTH, filter), 3)[0]!.measure;
  expect([measure('aa'), measure('bb'), measure('ba')]).toEqual([3, 9, 15]);
  expect(partOf(overview, PAIR, 'ba')).toBe(overview);
});
