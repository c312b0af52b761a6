import { expect, test } from 'vitest';
import {
  attentionOf,
  layersIn,
  pairOf,
  sightOf,
  type AttentionKind,
  type Inspection,
} from '../src/inspection.ts';
import { moved } from '../src/moves.ts';
import { fileName } from '../src/save.ts';
import { attending, opened, START, type ViewId } from '../src/state.ts';
import { BOTH, PAIR, stateOf } from './inspections.ts';

const written: Inspection = { ...BOTH, target: 'written' };

test('an encoder-decoder opens on its encoder, and keeps the selection', () => {
  expect(opened(BOTH, START).attention).toBe('encoder');
  expect(opened(BOTH, { ...START, attention: 'cross' }).attention).toBe('cross');
  expect(opened(PAIR, { ...START, attention: 'cross' }).attention).toBe('self');
});

test('sentence filters are only for self-attention over a pair', () => {
  expect(opened(PAIR, { ...START, filter: 'ab' }).filter).toBe('ab');
  expect(opened(BOTH, { ...START, filter: 'ab' }).filter).toBe('all');
});

test('a generated target stays out of the form', () => {
  expect(pairOf(BOTH)).toBe('Sat');
  expect(pairOf(written)).toBeUndefined();
  expect(opened(written, START).pair).toBeUndefined();
});

test('layers are those of the chosen attention', () => {
  expect(layersIn(BOTH, 'encoder')).toEqual([0, 1, 2]);
  expect(layersIn(BOTH, 'decoder')).toEqual([0, 1]);
  expect(layersIn({ ...BOTH, shownLayers: [1, 2] }, 'cross')).toEqual([1]);
  expect(attending(stateOf(BOTH, { layer: 2 }), 'cross')).toEqual({ attention: 'cross', layer: 1 });
  expect(attending(stateOf(BOTH, { layer: 0 }), 'decoder')).toEqual({ attention: 'decoder', layer: 0 });
});

test('letters choose an attention, if a model has it', () => {
  expect(moved(stateOf(BOTH), 'c')).toEqual({ attention: 'cross', layer: 0 });
  expect(moved(stateOf(BOTH, { attention: 'cross' }), 'e')).toEqual({ attention: 'encoder', layer: 0 });
  expect(moved(stateOf(PAIR), 'c')).toBeUndefined();
});

test('tokens see what their attention’s mask allows', () => {
  const seen = (kind: AttentionKind) => {
    const sees = sightOf(attentionOf(BOTH, kind), 0);
    return sees && [5, 6].map((query) => [5, 6].map((key) => (sees(query, key) ? 'x' : '.')).join(''));
  };
  expect(seen('encoder')).toBeUndefined();
  expect(seen('decoder')).toEqual(['x.', 'xx']);
  expect(seen('cross')).toBeUndefined();
});

test('a heatmap of one head is named as the diagrams of its attention are, other pictures by their view', () => {
  const named = (name: string, view: ViewId = 'heatmap') =>
    fileName({ name, width: 1, height: 1, draw: () => {} }, view, 'png');
  expect(named('Layer 1 · Head 3')).toBe('Attention_Layer1_Head3.png');
  expect(named('Cross · Layer 2 · Head 3')).toBe('CrossAttention_Layer2_Head3.png');
  expect(named('Layer 1 · Head 3', 'head')).toBe('headlight-head-layer-1-head-3.png');
  expect(named('Layer 1 · Head 3', 'neuron')).toBe('headlight-neuron-layer-1-head-3.png');
  expect(named('Cross · Layer 2 · Heads 1, 3', 'head')).toBe('headlight-head-cross-layer-2-heads-1-3.png');
  expect(named('Why, over a set', 'why')).toBe('headlight-why-over-a-set.png');
});
