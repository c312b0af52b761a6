import { describe, expect, test } from 'vitest';
import { fromHash, toHash } from '../src/address.ts';
import { History } from '../src/history.ts';
import type { Inspection } from '../src/inspection.ts';
import { readLines } from '../src/lines.ts';
import {
  byHead,
  headMeans,
  joinedSet,
  layerMean,
  meanOf,
  placeMeans,
  rightOf,
  summaryOf,
} from '../src/pairs.ts';
import { opened, START } from '../src/state.ts';
import { isOut, partName, partsOf, toggled, type Part } from '../src/without.ts';
import {
  chance,
  effectsOf,
  effectText,
  joined,
  strongest,
  times,
  tintOf,
  type HeadEffect,
} from '../src/why.ts';
import { piecesOf } from '../src/views/why/words.ts';

const HEAD: Part = { what: 'heads', kind: 'self', layer: 5, head: 1 };
const KEYS: Part = { what: 'blanked', tokens: [2, 3] };

const token = (text: string, start: number, word: number) => ({
  text,
  id: 7,
  segment: 0,
  type: 0,
  start,
  end: start + text.length,
  word,
});

const TEXT: Inspection = {
  id: 1,
  model: 'embedded',
  layers: 12,
  heads: 12,
  headSize: 32,
  causal: false,
  attentions: [
    { kind: 'self', layers: 12, queries: { start: 0, end: 6 }, keys: { start: 0, end: 6 }, causal: false },
  ],
  text: 'The keyss ____.',
  tokens: [
    { text: '[CLS]', id: 2, segment: 0, type: 0, special: true },
    token('The', 0, 0),
    token('key', 4, 1),
    token('ss', 7, 1),
    token('____', 10, 2),
    token('.', 14, 3),
  ],
  cuts: [],
  blanks: [{ segment: 0, start: 10, end: 14, predictions: [], token: 4 }],
};

const BOTH: Inspection = {
  ...TEXT,
  attentions: (['encoder', 'decoder', 'cross'] as const).map((kind) => ({ ...TEXT.attentions[0]!, kind })),
};

describe('what is taken out', () => {
  test('is put back by the same click', () => {
    const one = toggled(undefined, HEAD, TEXT);
    expect(one).toEqual({ heads: [[5, 1]] });
    const two = toggled(one, KEYS, TEXT);
    expect(two).toEqual({ heads: [[5, 1]], blanked: [2, 3] });
    expect(isOut(two, KEYS, TEXT)).toBe(true);
    expect(toggled(two, HEAD, TEXT)).toEqual({ blanked: [2, 3] });
    expect(toggled(one, HEAD, TEXT)).toBeUndefined();
  });

  test('is put back in whichever way it is out', () => {
    const [averaged, hidden] = [{ ...HEAD, what: 'averaged' } as Part, { ...KEYS, what: 'hidden' } as Part];
    const without = toggled(toggled(undefined, HEAD, TEXT), KEYS, TEXT);
    expect([averaged, hidden].map((part) => isOut(without, part, TEXT))).toEqual([true, true]);
    expect(toggled(without, averaged, TEXT)).toEqual({ blanked: [2, 3] });
    expect(toggled(without, hidden, TEXT)).toEqual(toggled(undefined, HEAD, TEXT));
  });

  test('names its kind of attention if the model has several', () => {
    const part: Part = { what: 'attention', kind: 'cross', layer: 2 };
    const without = toggled(toggled(undefined, part, BOTH), { ...HEAD, kind: 'decoder' } as Part, BOTH)!;
    expect(without).toEqual({ attention: [['cross', 2]], heads: [['decoder', 5, 1]] });
    expect(partsOf({ ...BOTH, without }).map((one) => partName(one, BOTH))).toEqual([
      'head Decoder 6.2',
      'cross-attention of layer 3',
    ]);
  });

  test('is read from an inspection, words in one piece, and called as people do', () => {
    const without = { blanked: [2, 3], edges: [[3, 0, 5, 2]], feedForward: [4], averaged: [[0, 11]] };
    const parts = partsOf({ ...TEXT, without });
    expect(parts.map((part) => partName(part, TEXT))).toEqual([
      '“keyss” blanked out',
      'head 1.12, averaged',
      '“.” → “key” in head 4.1',
      'feed-forward part of layer 5',
    ]);
    expect(parts.every((part) => isOut(without, part, TEXT))).toBe(true);
  });
});

describe('an answer', () => {
  const head = (layer: number, effect: number): HeadEffect => ({
    layer,
    head: 0,
    effect,
    p: 0.5,
    looksAt: [],
  });

  test('grows by its parts', () => {
    const first = joined(undefined, {
      question: 'Why?',
      quantity: 1,
      word: { word: 'a', id: 1, probability: 0.5 },
    });
    const more = joined(joined(first, { heads: [head(11, 1)] }), { heads: [head(10, -3)] });
    expect(more.heads.map(({ layer }) => layer)).toEqual([11, 10]);
    expect(more.quantity).toBe(1);
    expect(strongest(more.heads, 1)[0]!.layer).toBe(10);
  });

  test('is written as people read it', () => {
    expect([effectText(4.224), effectText(-0.06, 1), effectText(-0.04, 1)]).toEqual(['+4.22', '−0.1', '0.0']);
    expect([chance(0.771), chance(0.0123), chance(0.00012), chance(1e-9)]).toEqual([
      '77 %',
      '1.2 %',
      '0.012 %',
      '< 0.001 %',
    ]);
    expect([times(Math.log(3)), times(-Math.log(1234)), times(99)]).toEqual([
      '3.0 times',
      '1,234 times',
      'more than 10,000 times',
    ]);
  });

  test('is orange if it speaks for the word, blue if against it, and pale if it is small', () => {
    for (const dark of [false, true]) {
      const [red, , blue] = tintOf(2, 2, dark).rgb;
      expect(red).toBeGreaterThan(blue);
      const against = tintOf(-2, 2, dark).rgb;
      expect(against[2]).toBeGreaterThan(against[0]);
    }
    expect(tintOf(0, 1, false).rgb).toEqual([255, 255, 255]);
  });

  test('stands in the text’s own words, without tokens that the model adds', () => {
    const texts = (sinks: boolean) =>
      piecesOf(TEXT, 0, undefined, sinks).map((piece) => ('text' in piece ? piece.text : '\n'));
    expect(texts(false)).toEqual(['The', 'keyss', '____', '.']);
    expect(texts(true)).toEqual(['[CLS]', 'The', 'keyss', '____', '.']);
  });
});

describe('a set', () => {
  const sentence = (quantity: number, ...heads: number[]) => ({
    text: `s${quantity}`,
    right: 'a',
    wrong: 'b',
    quantity,
    heads,
    words: [
      [-1, quantity],
      [1, 2],
    ] as const,
    layers: [[quantity, 3]] as const,
  });

  test('has means with standard errors', () => {
    expect(meanOf([1, 2, 3, 4])).toEqual({ mean: 2.5, error: Math.sqrt(5 / 3 / 4) });
    expect(meanOf([7])).toEqual({ mean: 7, error: 0 });
  });

  test('grows by sentences, and says where a head matters most', () => {
    const begun = joinedSet(undefined, {
      model: 'm',
      count: 3,
      layerPlaces: [['self', 0]],
      places: [
        ['self', 0, 0],
        ['self', 0, 1],
      ],
    });
    const set = joinedSet(joinedSet(begun, { sentences: [sentence(1, 1, 5)] }), {
      sentences: [sentence(-1, 3, 1)],
    });
    expect(rightOf(set.sentences)).toBe(1);
    expect(headMeans(set).map(({ mean }) => mean)).toEqual([2, 3]);
    expect(layerMean(set, 'self', 0, 0)!.mean).toBe(0);
    expect(layerMean(set, 'self', 0, 1)).toEqual({ mean: 3, error: 0 });
    expect(layerMean(set, 'self', 1, 0)).toBeUndefined();
    const summary = summaryOf(set);
    expect(summary.heads).toEqual(headMeans(set));
    expect(summary.layer('self', 0, 1)).toEqual({ mean: 3, error: 0 });
    expect(summary.layer('self', 1, 0)).toBeUndefined();
    expect(placeMeans(set.sentences).map(({ place, mean }) => [place, mean])).toEqual([
      [-1, 0],
      [1, 2],
    ]);
    expect(byHead(set.sentences, 0).map(({ text }) => text)).toEqual(['s-1', 's1']);
  });
});

test('lines are read however they are cut, and empty ones are nothing', async () => {
  const bytes = new TextEncoder().encode('{"a":1}\n\n\n{"a":"é"}\n');
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      bytes.forEach((_, i) => controller.enqueue(bytes.subarray(i, i + 1)));
      controller.close();
    },
  });
  const lines: unknown[] = [];
  await readLines(body, (line) => lines.push(line));
  expect(lines).toEqual([{ a: 1 }, { a: 'é' }]);
});

test('what was undone can be done again, until something else is done', () => {
  const history = new History<string>();
  expect(history.go('whole', false)).toBeUndefined();
  history.left('whole');
  expect(history.go('without a head', false)).toBe('whole');
  expect(history.go('whole', true)).toBe('without a head');
  history.go('without a head', false);
  history.left('whole');
  expect(history.go('without a word', true)).toBeUndefined();
});

test('a question is kept in the address, and with the text', () => {
  const asked = {
    ...START,
    ...opened(TEXT, START),
    view: 'why',
    why: 12,
    rather: 'none',
    sinks: true,
  } as const;
  const { change } = fromHash(toHash({ ...asked, whole: { ...TEXT, id: 9 } }));
  expect(change).toMatchObject({ view: 'why', why: 12, rather: 'none', sinks: true });
  expect(fromHash('#inspection=2&whole=9').whole).toBe(9);
  expect(opened({ ...TEXT, without: { heads: [[0, 0]] } }, asked)).not.toHaveProperty('why');
  expect(opened({ ...TEXT, text: 'Another ____.' }, asked)).toMatchObject({ why: undefined, place: 0 });
});

test('all tokens of a word have its effect, and those of no word have none', () => {
  const word = (effect: number, ...tokens: number[]) => ({
    word: 'w',
    segment: 0,
    tokens,
    without: [],
    effect,
    p: 0.5,
  });
  expect(effectsOf([word(2, 1, 2), word(-1, 4)], 6)).toEqual([0, 2, 2, 0, -1, 0]);
});
