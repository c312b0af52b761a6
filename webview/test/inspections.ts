import type { Attention, AttentionKind, Inspection, Token } from '../src/inspection.ts';
import { START, type Change, type State } from '../src/state.ts';

/** "[CLS] un ##seen cats [SEP] sat [SEP]": a pair of sentences, the first with a word of two pieces. */
export const PAIR: Inspection = {
  id: 7,
  model: 'm',
  layers: 3,
  heads: 2,
  headSize: 2,
  causal: false,
  attentions: [selfAttention(3, 7)],
  text: 'unseen cats',
  pair: 'Sat',
  tokens: [
    added('[CLS]', 0),
    piece('un', 0, 0, 2, 0),
    piece('##seen', 0, 2, 6, 0),
    piece('cats', 0, 7, 11, 1),
    added('[SEP]', 0),
    piece('sat', 1, 0, 3, 0),
    added('[SEP]', 1),
  ],
  cuts: [],
  blanks: [],
};

/** The attention of a model of one stack. */
export function selfAttention(layers: number, tokens: number, change: Partial<Attention> = {}): Attention {
  const all = { start: 0, end: tokens };
  return { kind: 'self', layers, queries: all, keys: all, causal: false, ...change };
}

/** The same tokens as five of a source and two that a decoder is given; an encoder of three layers, a decoder of two. */
export const BOTH: Inspection = {
  ...PAIR,
  attentions: [
    attention('encoder', 3, [0, 5], [0, 5]),
    { ...attention('decoder', 2, [5, 7], [5, 7]), causal: true },
    attention('cross', 2, [5, 7], [0, 5]),
  ],
  target: 'given',
};

function attention(
  kind: AttentionKind,
  layers: number,
  [from, to]: [number, number],
  [start, end]: [number, number],
): Attention {
  return { kind, layers, queries: { start: from, end: to }, keys: { start, end }, causal: false };
}

function piece(text: string, segment: number, start: number, end: number, word: number): Token {
  return { text, id: 5, segment, type: segment, start, end, word };
}

function added(text: string, segment: number): Token {
  return { text, id: 2, segment, type: segment, special: true };
}

export const stateOf = (inspection: Inspection, change: Change = {}): State => ({
  ...START,
  inspection,
  attention: inspection.attentions[0]!.kind,
  layers: new Set(Array.from({ length: inspection.layers }, (_, i) => i)),
  heads: new Set(Array.from({ length: inspection.heads }, (_, i) => i)),
  columns: new Set(Array.from({ length: inspection.heads }, (_, i) => i)),
  ...change,
});
