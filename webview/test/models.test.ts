import { expect, test } from 'vitest';
import type { Inspection, Token } from '../src/inspection.ts';
import { agree, bothBlanks, bothWords, hasDifference, isHubName, matching, sizeText } from '../src/models.ts';
import { START } from '../src/state.ts';
import { PAIR } from './inspections.ts';

const base = PAIR;
const of = (change: Partial<Inspection>): Inspection => ({ ...base, ...change });
const blank = (start: number, end: number, ...words: [string, number][]) => ({
  segment: 0,
  start,
  end,
  predictions: words.map(([word, probability], id) => ({ word, token: word, id, probability })),
});

test('models agree if they have the same shape and read the same letters, however they spell them', () => {
  const spelled = base.tokens.map((token): Token => ({ ...token, text: `Ġ${token.text}`, id: token.id + 1 }));
  expect(agree(base, of({ model: 'other', tokens: spelled }))).toBe(true);
  expect(agree(base, of({ heads: base.heads + 1 }))).toBe(false);
  expect(agree(base, of({ attentions: base.attentions.map((one) => ({ ...one, layers: 99 })) }))).toBe(false);
  expect(agree(base, of({ tokens: base.tokens.slice(1) }))).toBe(false);
  const shifted = base.tokens.map((token): Token =>
    token.start === undefined ? token : { ...token, start: token.start + 1 },
  );
  expect(agree(base, of({ tokens: shifted }))).toBe(false);
  expect(agree(base, of({ shownHeads: [0] }))).toBe(false);
});

test('two texts of one model have a difference, two models only if they agree', () => {
  const state = { ...START, inspection: base };
  expect(hasDifference(state)).toBe(false);
  expect(hasDifference({ ...state, other: of({ text: 'Another text.' }) })).toBe(true);
  expect(hasDifference({ ...state, other: of({ model: 'other' }) })).toBe(true);
  expect(hasDifference({ ...state, other: of({ model: 'other', heads: base.heads + 1 }) })).toBe(false);
});

test('blanks at the same place stand together, others alone', () => {
  const one = of({ blanks: [blank(0, 4), blank(8, 12)] });
  expect(bothBlanks(one, of({ blanks: [blank(8, 12), blank(20, 20)] }))).toEqual([
    { here: 0, there: undefined },
    { here: 1, there: 0 },
    { here: undefined, there: 1 },
  ]);
});

test('words of both models are named once, the likeliest of all first', () => {
  expect(bothWords(blank(0, 4, ['a', 0.4], ['b', 0.1]), blank(0, 4, [' b', 0.9], ['c', 0.2]))).toEqual([
    'b',
    'a',
    'c',
  ]);
  expect(bothWords(undefined, blank(0, 4, ['c', 0.2]))).toEqual(['c']);
});

test.each([
  ['org/name', true],
  ['google-bert/bert-base-uncased', true],
  ['org/name@v1.0', true],
  ['org/name@refs/pr/1', true],
  ['name', false],
  ['/etc/passwd', false],
  ['../up/name', false],
  ['org/na me', false],
  ['org/..', false],
  ['org/name/more', false],
  ['https://hub/org', false],
])('%s may be a name on the hub: %s', (name, may) => expect(isHubName(name)).toBe(may));

test('a filter has words of names, as they are called and as the page calls them, and of types', () => {
  const models = [
    { name: 'embedded', type: 'bert', bytes: 1 },
    { name: 'acme/twin', type: 'gpt2', bytes: 1 },
  ];
  const found = (filter: string) =>
    matching(models, filter, (name) => (name === 'embedded' ? 'English BERT' : name)).map(({ name }) => name);
  expect(found('')).toEqual(['embedded', 'acme/twin']);
  expect(found('ENGLISH bert')).toEqual(['embedded']);
  expect(found('gpt2')).toEqual(['acme/twin']);
  expect(found('twin bert')).toEqual([]);
});

test.each([
  [999, '999 bytes'],
  [440_473_133, '440.5 MB'],
  [999_950_000, '1.0 GB'],
])('%d bytes are %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));
