import { describe, expect, test } from 'vitest';
import { addressed, fromHash, toHash } from '../src/address.ts';
import { START, type Change } from '../src/state.ts';
import { BOTH, PAIR, stateOf } from './inspections.ts';

describe('the address', () => {
  test('keeps inspection, layer and heads, counted from 1', () => {
    const hash = toHash(stateOf(PAIR, { layer: 1, heads: new Set([1]) }));
    expect(hash).toBe('#inspection=7&layer=2&heads=2');
    const { inspection, change } = fromHash(hash);
    expect(inspection).toBe(7);
    expect(change).toEqual({ layer: 1, heads: new Set([1]) });
  });

  test('leaves out defaults, except the layer', () => {
    expect(toHash(stateOf(PAIR))).toBe('#inspection=7&layer=1');
  });

  const CHANGES: Change[] = [
    { view: 'model' },
    { head: 1 },
    { layers: new Set([0, 2]) },
    { attention: 'cross' },
    { measure: 'norm' },
    { measure: 'rollout' },
    { filter: 'ab' },
    { special: false },
    { words: true },
    { threshold: 0.05 },
    { threshold: 1 },
    { arcs: true, incoming: true },
    { thumbnails: 'cells' },
    { order: 'broad' },
    { pattern: 'same word elsewhere' },
    { detail: true },
    { expanded: false },
    { ramp: 'grey' },
    { stretched: false },
    { gallery: true },
    { zoom: 24 },
    { table: true },
    { view: 'corpus' },
    { profile: { second: false, kind: 'self', layer: 2, head: 4 } },
    { profile: { second: true, kind: 'cross', layer: 2, head: 4 } },
    { by: 'previous-token', largest: true, share: 50 },
    { focus: { side: 'key', token: 3, pinned: true } },
    { focus: { side: 'query', token: 3, other: 4, pinned: true } },
  ];
  test.each(CHANGES)('restores what was written: %j', (changed) => {
    const { change } = fromHash(toHash(stateOf(PAIR, changed)));
    expect(change).toEqual({ layer: 0, ...changed });
  });

  test('keeps what is compared', () => {
    expect(fromHash(toHash(stateOf(PAIR, { other: { ...PAIR, id: 12 } }))).other).toBe(12);
  });

  test('names the attention, except the first', () => {
    expect(toHash(stateOf(BOTH, { attention: 'cross' }))).toContain('attention=cross');
    expect(toHash(stateOf(BOTH, { attention: 'encoder' }))).not.toContain('attention');
    const open = (hash: string) => addressed(BOTH, fromHash(hash).change, stateOf(BOTH)).attention;
    expect([open('#attention=decoder'), open('#layer=1'), open('#attention=self')]).toEqual([
      'decoder',
      'encoder',
      'encoder',
    ]);
    expect(addressed(PAIR, { attention: 'cross' }, stateOf(PAIR)).attention).toBe('self');
  });

  test('of an older version of an encoder-decoder shows its first attention', () => {
    const change = addressed(BOTH, fromHash('#layer=2&filter=ba&token=from-5').change, stateOf(BOTH));
    expect(change).toMatchObject({ attention: 'encoder', filter: 'all', layer: 1 });
  });

  test('omits a token that is only hovered', () => {
    expect(toHash(stateOf(PAIR, { focus: { side: 'key', token: 3, pinned: false } }))).not.toContain('token');
  });

  test.each([
    '',
    '#',
    '#nonsense',
    '#layer=x&heads=a.b',
    '#layer=-1&inspection=1e3',
    '#layer=0&heads=0',
    '#inspection=',
    '#view=admin&attention=zz&filter=zz&ramp=&zoom=999&least=2&special=maybe',
    '#token=from--1&pattern=%3Cb%3E&order=__proto__',
    '#__proto__=1&constructor=2',
    '#%E0%A4%A',
  ])('that says nothing sensible changes nothing: %s', (hash) => {
    expect(fromHash(hash)).toEqual({ inspection: undefined, other: undefined, change: {} });
  });

  test('resets what it does not mention', () => {
    const focus = { side: 'query', token: 2, pinned: true } as const;
    const before = stateOf(PAIR, { threshold: 0.1, ramp: 'viridis', focus });
    expect(addressed(PAIR, fromHash('#layer=2').change, before)).toMatchObject({
      layer: 1,
      threshold: 0,
      ramp: START.ramp,
      focus: undefined,
    });
  });

  test('never asks for more than the page can show, whatever it contains', () => {
    const letters = 'abclayersheadviewmodel=&#.-%0123456789<>"\u{1F642}';
    let seed = 7;
    const next = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
    for (let i = 0; i < 2000; i++) {
      const hash = Array.from({ length: next(60) }, () => [...letters][next([...letters].length)]).join('');
      const state = { ...stateOf(PAIR), ...addressed(PAIR, fromHash(hash).change, stateOf(PAIR)) };
      expect(Object.keys(state).every((key) => key in START)).toBe(true);
      expect([0, 1, 2]).toContain(state.layer);
      expect([0, 1]).toContain(state.head);
      expect(
        [...state.layers].every((layer) => layer <= 2) && [...state.heads].every((head) => head <= 1),
      ).toBe(true);
      expect(state.focus === undefined || state.focus.token < PAIR.tokens.length).toBe(true);
    }
  });
});
