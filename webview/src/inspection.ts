import type { PairFilter } from './state.ts';

/** An inspection as the server tells it; docs/http-api.md describes it. Everything counts from 0. */
export interface Inspection {
  /** Its number on the server; none in a file. */
  readonly id?: number;
  readonly model: string;
  readonly layers: number;
  readonly heads: number;
  readonly headSize: number;
  /** Whether the model reads from left to right: no token sees those behind it. */
  readonly causal: boolean;
  /** For each layer, how many tokens away the farthest is that a token sees; missing where no layer is limited. */
  readonly reach?: readonly (number | null)[];
  readonly text: string;
  /** The second text of a pair; of an encoder-decoder its target, wherever it is from. */
  readonly pair?: string;
  /** What is there of an encoder-decoder only. */
  readonly sequences?: Sequences;
  readonly tokens: readonly Token[];
  readonly cuts: readonly Cut[];
  readonly blanks: readonly Blank[];
  /** Whether line breaks, comment markers and indentation of code were taken out before the model read it. */
  readonly cleaned?: boolean;
  /** Whether an editor has the text open. */
  readonly linked?: boolean;
  /** Which layers and heads are there, where not all are. */
  readonly shownLayers?: readonly number[];
  readonly shownHeads?: readonly number[];
  /** What a page that is a file shows first, as an address says it. */
  readonly shown?: string;
}

/**
 * The two sequences of an encoder-decoder: tokens of segment 0 are its source, those of segment 1 what its decoder is
 * given. A matrix of attention holds three: the encoder's (A → A), the decoder's (B → B), and what the decoder looks at
 * in the source (B → A).
 */
export interface Sequences {
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  /** How many tokens the source has. */
  readonly source: number;
  /** Whether somebody gave the target, the model wrote it, or it is the text itself, whose blanks are filled. */
  readonly target: 'given' | 'written' | 'same';
}

export interface Token {
  /** As the vocabulary writes it, such as `##ing`. */
  readonly text: string;
  /** As a person reads it, where that differs. */
  readonly name?: string;
  readonly id: number;
  /** 0 for the first text, 1 for the second. */
  readonly segment: number;
  readonly type: number;
  /** Where it stands in its text, in UTF-16 units; missing for what the tokenizer added. */
  readonly start?: number;
  readonly end?: number;
  readonly word?: number;
  /** Whether it belongs to no word, as `[SEP]` does. */
  readonly special?: boolean;
}

/** Tokens of one text that the model could not take. */
export interface Cut {
  readonly segment: number;
  readonly before: number;
  readonly shown: number;
  readonly after: number;
}

/** What a token is called: itself, or the letters that it stands for where the vocabulary doesn't know them. */
export function nameOf(token: Token, inspection: Inspection): string {
  const unknown = token.text === '[UNK]' || token.text === '<unk>';
  const text = token.segment === 0 ? inspection.text : (inspection.pair ?? '');
  return unknown && token.start !== undefined
    ? text.slice(token.start, token.end)
    : (token.name ?? token.text);
}

/** The second text, where somebody gave one. */
export const pairOf = ({ pair, sequences }: Inspection) =>
  sequences === undefined || sequences.target === 'given' ? pair : undefined;

/** Whose queries and whose keys are looked at of an encoder-decoder, by what people call it. */
export const ATTENTIONS = [
  ['aa', 'Encoder'],
  ['bb', 'Decoder'],
  ['ba', 'Cross'],
] as const satisfies readonly (readonly [PairFilter, string])[];

/** Which attention of an encoder-decoder is shown; the encoder's, where nothing sensible is said. */
export const attentionOf = (filter: PairFilter) =>
  ATTENTIONS.map(([attention]) => attention).find((attention) => attention === filter) ?? 'aa';

/**
 * What the tokens of a layer see of each other; none where each sees all.
 *
 * @param filter of an encoder-decoder, which attention is meant
 */
export function sightOf(
  { causal, reach, sequences }: Inspection,
  layer: number,
  filter: PairFilter,
): ((query: number, key: number) => boolean) | undefined {
  if (sequences) {
    const { source } = sequences;
    const sights = {
      aa: (query: number, key: number) => query < source && key < source,
      bb: (query: number, key: number) => key >= source && key <= query,
      ba: (query: number, key: number) => query >= source && key < source,
    };
    return sights[attentionOf(filter)];
  }
  const most = reach?.[layer] ?? Infinity;
  return causal || most < Infinity
    ? (query, key) => (!causal || key <= query) && Math.abs(query - key) <= most
    : undefined;
}

export interface Blank {
  readonly segment: number;
  readonly start: number;
  readonly end: number;
  readonly predictions: readonly Prediction[];
}

export interface Prediction {
  readonly word: string;
  readonly token: string;
  readonly id: number;
  readonly probability: number;
}

/** Where a model is; `next` is the one that is to take the place of one that answers. */
export type ModelState =
  | { readonly model: string; readonly state: 'ready'; readonly next?: ModelState }
  | { readonly model: string; readonly state: 'loading'; readonly fetching?: { readonly told: string } }
  | { readonly model: string; readonly state: 'failed'; readonly message: string };

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/** The layers that are there. */
export const layersOf = (inspection: Inspection): readonly number[] =>
  inspection.shownLayers ?? upTo(inspection.layers);

/** The layers that can be shown: of an encoder-decoder, those that the chosen attention has. */
export function layersIn(inspection: Inspection, filter: PairFilter): readonly number[] {
  const all = layersOf(inspection);
  if (!inspection.sequences) {
    return all;
  }
  const { encoderLayers, decoderLayers } = inspection.sequences;
  const count = attentionOf(filter) === 'aa' ? encoderLayers : decoderLayers;
  return all.filter((layer) => layer < count);
}

/** The heads that can be shown. */
export const headsOf = (inspection: Inspection): readonly number[] =>
  inspection.shownHeads ?? upTo(inspection.heads);
