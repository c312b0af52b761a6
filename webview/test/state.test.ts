import { describe, expect, test } from 'vitest';
import { moved } from '../src/moves.ts';
import { opened, START, Store, measureOf } from '../src/state.ts';
import { PAIR, stateOf } from './inspections.ts';

describe('the store', () => {
  test('reports changes, and nothing without changes', () => {
    const store = new Store();
    const heard: string[][] = [];
    store.listen((_, changed) => heard.push([...changed]));
    store.update({ layer: 0, text: 'new' });
    store.update({ text: 'new' });
    expect(heard).toEqual([['text']]);
  });
});

describe('a new inspection', () => {
  const shown = (before = START) => ({ ...before, ...opened(PAIR, before) });

  test('shows all heads of the first layer', () => {
    const state = shown();
    expect([...state.heads]).toEqual([0, 1]);
    expect([...state.layers]).toEqual([0, 1, 2]);
    expect([state.layer, state.head]).toEqual([0, 0]);
  });

  test('keeps layer, heads and the rest if it has them', () => {
    const state = shown({
      ...START,
      layer: 2,
      head: 1,
      heads: new Set([1, 99]),
      view: 'heatmap',
      filter: 'ab',
    });
    expect([state.layer, state.head, [...state.heads]]).toEqual([2, 1, [1]]);
    expect([state.view, state.filter]).toEqual(['heatmap', 'ab']);
    expect(shown({ ...START, layer: 9, head: 9 })).toMatchObject({ layer: 0, head: 0 });
  });

  test('without a second text shows all of it', () => {
    const { pair: _, ...one } = PAIR;
    expect(opened(one, { ...START, filter: 'ab' }).filter).toBe('all');
  });

  test('of a file shows what the file contains', () => {
    const state = { ...START, ...opened({ ...PAIR, shownLayers: [1, 2], shownHeads: [1] }, START) };
    expect([state.layer, state.head, [...state.heads], [...state.layers]]).toEqual([1, 1, [1], [1, 2]]);
  });

  test('pins the token of the address, and no other', () => {
    const focus = { side: 'query', token: 3, pinned: true } as const;
    expect(shown({ ...START, focus }).focus).toBe(focus);
    expect(shown({ ...START, focus: { ...focus, token: 99 } }).focus).toBeUndefined();
    expect(shown({ ...START, focus: { ...focus, other: 99 } }).focus).toBeUndefined();
  });

  test('keeps the pin on the same word, and on no other', () => {
    const focus = { side: 'query', token: 3, pinned: true } as const; // cats
    const cats = { ...PAIR, tokens: PAIR.tokens.slice(2) };
    expect(opened(cats, stateOf(PAIR, { focus })).focus).toEqual({ ...focus, token: 1 });
    expect(
      opened({ ...PAIR, tokens: PAIR.tokens.slice(0, 3) }, stateOf(PAIR, { focus })).focus,
    ).toBeUndefined();
  });
});

describe('arrows', () => {
  const at = (change = {}) => stateOf(PAIR, { layer: 1, head: 0, view: 'heatmap', ...change });

  test('up and down change the layer, within its range', () => {
    expect(moved(at(), 'ArrowUp')).toEqual({ layer: 0 });
    expect(moved(at({ layer: 2 }), 'ArrowDown')).toEqual({ layer: 2 });
  });

  test('left and right change the head', () => {
    expect(moved(at(), 'ArrowRight')).toEqual({ head: 1 });
    expect(moved(at(), 'ArrowLeft')).toEqual({ head: 0 });
  });

  test('show one head alone in the head view', () => {
    expect(moved(at({ view: 'head' }), 'ArrowRight')).toEqual({ head: 0, heads: new Set([0]) });
    expect(moved(at({ view: 'head' }), 'ArrowLeft')).toEqual({ head: 1, heads: new Set([1]) });
    const alone = at({ view: 'head', heads: new Set([0]) });
    expect(moved(alone, 'ArrowRight')).toEqual({ head: 1, heads: new Set([1]) });
  });

  test('stay within what a file holds', () => {
    const file = { ...PAIR, shownLayers: [0, 2], shownHeads: [1] };
    expect(moved({ ...at({ layer: 0 }), inspection: file }, 'ArrowDown')).toEqual({ layer: 2 });
  });

  test('are the only keys with an effect', () => {
    expect(moved(at(), 'a')).toBeUndefined();
  });
});

test('where queries and keys are shown, so are weights, whatever is measured elsewhere', () => {
  const state = { ...START, measure: 'norm', expanded: true } as const;
  expect(measureOf({ ...state, view: 'neuron' })).toBe('weight');
  expect(measureOf({ ...state, view: 'neuron', expanded: false })).toBe('norm');
  expect(measureOf({ ...state, view: 'heatmap' })).toBe('norm');
});
