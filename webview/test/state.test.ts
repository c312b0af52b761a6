import { describe, expect, test } from 'vitest';
import type { Inspection } from '../src/inspection.ts';
import { fromHash, opened, START, Store, toHash } from '../src/state.ts';

const inspection: Inspection = {
  id: 7,
  model: 'm',
  layers: 4,
  heads: 8,
  headSize: 32,
  text: 'a text',
  tokens: [],
  cuts: [],
  blanks: [],
};

describe('the store', () => {
  test('tells what changed, and nothing where nothing did', () => {
    const store = new Store();
    const heard: string[][] = [];
    store.listen((_, changed) => heard.push([...changed]));
    store.update({ layer: 0, text: 'new' });
    store.update({ text: 'new' });
    expect(heard).toEqual([['text']]);
  });
});

describe('a new inspection', () => {
  test('shows all heads of the first layer', () => {
    const state = { ...START, ...opened(inspection, START) };
    expect([...state.heads]).toHaveLength(8);
    expect(state.layer).toBe(0);
  });

  test('keeps layer and heads where it has them', () => {
    const before = { ...START, layer: 2, heads: new Set([1, 99]) };
    const state = { ...START, ...opened(inspection, before) };
    expect(state.layer).toBe(2);
    expect([...state.heads]).toEqual([1]);
    expect(opened(inspection, { ...before, layer: 9 }).layer).toBe(0);
  });

  test('of a file shows what is in the file', () => {
    const part = { ...inspection, shownLayers: [2, 3], shownHeads: [5] };
    const state = { ...START, ...opened(part, START) };
    expect(state.layer).toBe(2);
    expect([...state.heads]).toEqual([5]);
  });
});

describe('the address', () => {
  test('keeps inspection, layer and heads, counted as people count', () => {
    const state = { ...START, inspection, layer: 1, heads: new Set([4, 0]) };
    expect(toHash(state)).toBe('#inspection=7&layer=2&heads=1.5');
    const read = fromHash(toHash(state));
    expect(read.inspection).toBe(7);
    expect(read.change.layer).toBe(1);
    expect([...read.change.heads!].sort()).toEqual([0, 4]);
  });

  test('leaves out heads where all are shown', () => {
    const state = { ...START, inspection, heads: new Set([0, 1, 2, 3, 4, 5, 6, 7]) };
    expect(toHash(state)).toBe('#inspection=7&layer=1');
  });

  test.each([
    '',
    '#',
    '#nonsense',
    '#layer=x&heads=a.b',
    '#layer=-1&inspection=1e3',
    '#layer=0&heads=0',
    '#inspection=',
  ])('that says nothing sensible changes nothing: %s', (hash) => {
    expect(fromHash(hash)).toEqual({ inspection: undefined, change: {} });
  });
});
