import type { Inspection, Token } from '../src/inspection.ts';
import { START, type Change, type State } from '../src/state.ts';

/** "[CLS] un ##seen cats [SEP] sat [SEP]": a pair of sentences, the first with a word of two pieces. */
export const PAIR: Inspection = {
  id: 7,
  model: 'm',
  layers: 3,
  heads: 2,
  headSize: 2,
  causal: false,
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

function piece(text: string, segment: number, start: number, end: number, word: number): Token {
  return { text, id: 5, segment, type: segment, start, end, word };
}

function added(text: string, segment: number): Token {
  return { text, id: 2, segment, type: segment, special: true };
}

export const stateOf = (inspection: Inspection, change: Change = {}): State => ({
  ...START,
  inspection,
  layers: new Set(Array.from({ length: inspection.layers }, (_, i) => i)),
  heads: new Set(Array.from({ length: inspection.heads }, (_, i) => i)),
  columns: new Set(Array.from({ length: inspection.heads }, (_, i) => i)),
  ...change,
});
