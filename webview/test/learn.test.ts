import { expect, test } from 'vitest';
import { STEPS, stepChange } from '../src/learn.ts';
import { filled } from '../src/named.ts';
import type { Overview } from '../src/source.ts';
import { PAIR } from './inspections.ts';

/** 3 layers of 2 heads, of which the fourth looks at the token before. */
const OVERVIEW: Overview = {
  rows: 7,
  columns: 7,
  thumbnails: new Uint8Array(6 * 49),
  patterns: [{ name: 'previous token', threshold: 0.5 }],
  measures: Float32Array.of(0, 0.1, 0, 0.9, 0.2, 0),
};
const blank = { segment: 0, start: 7, end: 11, token: 3, predictions: [] };
const lesson = { ...PAIR, blanks: [blank] };
const step = (number: number) => stepChange(number, lesson, OVERVIEW);

test('the lesson goes through the views, with the clearest head and the blank pinned', () => {
  expect(Array.from({ length: STEPS }, (_, i) => step(i).view)).toEqual([
    'head',
    'head',
    'model',
    'neuron',
    'why',
  ]);
  for (const number of [0, 1, 3]) {
    expect(step(number)).toMatchObject({ layer: 1, head: 1, heads: new Set([1]) });
  }
  expect([0, 1, 2, 3, 4].map((number) => step(number).focus?.token)).toEqual([
    undefined,
    3,
    undefined,
    3,
    undefined,
  ]);
});

test('a step shows its view as it is at first, whatever was chosen', () => {
  expect(step(2)).toMatchObject({ pattern: undefined, order: 'layers', other: undefined, measure: 'weight' });
  expect(step(4)).toMatchObject({ set: false, taking: false, place: 0, averaged: false });
});

test('words fill the blanks of their text', () => {
  const two = { ...PAIR, blanks: [{ ...blank, start: 0, end: 6 }, blank, { ...blank, segment: 1 }] };
  const words = new Map([
    [0, 'seen'],
    [1, 'dogs'],
  ]);
  expect(filled('unseen cats', 0, two, words)).toBe('seen dogs');
  expect(filled('Sat', 1, two, words)).toBe('Sat');
});
