/** An inspection as the server sends it; docs/http-api.md describes it. Everything counts from 0. */
export interface Inspection {
  /** Its number on the server; missing in a file. */
  readonly id?: number;
  readonly model: string;
  /** The model's commit, if it is known. */
  readonly revision?: string;
  /** The version of Headlight that computed it; missing if another program did. */
  readonly headlight?: string;
  /** SHA-256 of the files of the model's weights, by name; of what is open, missing until it is computed. */
  readonly sha256?: Readonly<Record<string, string>>;
  /** How many layers the model has; of an encoder-decoder, how many the larger of the two has. */
  readonly layers: number;
  readonly heads: number;
  /** Length of a query or key; 0 if only attention is known, in a file that another program wrote. */
  readonly headSize: number;
  /** Whether the model reads from left to right, and predicts what follows. */
  readonly causal: boolean;
  /** Which tokens attend to which: one, or of an encoder-decoder its encoder, its decoder, and cross-attention. */
  readonly attentions: readonly Attention[];
  readonly text: string;
  /** The second text of a pair; of an encoder-decoder its target, wherever it comes from. */
  readonly pair?: string;
  /** Of an encoder-decoder, whether its target was given, the model wrote it, or it is the text itself, whose blanks are filled. */
  readonly target?: 'given' | 'written' | 'same' | 'blanks';
  /** What the user gave in place of a target: the language in which the model wrote it. */
  readonly language?: string;
  /** Of an encoder-decoder, the source (segment 0), then what its decoder is given (segment 1). */
  readonly tokens: readonly Token[];
  readonly cuts: readonly Cut[];
  readonly blanks: readonly Blank[];
  /** Whether line breaks, comment markers and indentation of code were removed before the model read it. */
  readonly cleaned?: boolean;
  /** What was taken out before the model read it; missing if nothing was. */
  readonly without?: Without;
  /** Whether it was opened from a file, so that no model can be asked about it. */
  readonly given?: boolean;
  /** Whether an editor has the text open. */
  readonly linked?: boolean;
  /** Which layers and heads a file holds; missing if it holds all. */
  readonly shownLayers?: readonly number[];
  readonly shownHeads?: readonly number[];
  /** Of a file that was saved from the Why view, what was measured. */
  readonly why?: unknown;
  /** What a page that is a file shows first, as an address says it. */
  readonly shown?: string;
}

/** Which tokens attend to which: all of a model of one stack; the source's, the target's, or the target's to the source's. */
export const ATTENTION_KINDS = ['self', 'encoder', 'decoder', 'cross'] as const;
export type AttentionKind = (typeof ATTENTION_KINDS)[number];

/** Some of an inspection's tokens: from `start` up to, not including, `end`. */
export interface TokenRange {
  readonly start: number;
  readonly end: number;
}

/** One of the attentions of an inspection: each layer has a matrix [Q][K] for each head. */
export interface Attention {
  /** An inspection has at most one of each kind. */
  readonly kind: AttentionKind;
  /** How many layers have it. */
  readonly layers: number;
  /** The Q tokens that attend. */
  readonly queries: TokenRange;
  /** The K tokens that are attended to. */
  readonly keys: TokenRange;
  /** Whether a token sees only itself and those before it. */
  readonly causal: boolean;
  /** For each layer, how many tokens away the farthest one is that a token sees; missing if no layer is limited. */
  readonly reach?: readonly (number | null)[];
  /** c of c · tanh(score / c), if the model caps scores so. */
  readonly cap?: number;
  /** What is added to scores, for each head by key − query + K − 1: [heads][2K − 1]; missing if nothing is. */
  readonly bias?: readonly (readonly number[])[];
  /** The terms that disentangled attention adds to scores: content to position, position to content; missing if none. */
  readonly disentangled?: readonly ('c2p' | 'p2c')[];
}

export interface Token {
  /** As the vocabulary writes it, such as `##ing`. */
  readonly text: string;
  /** The readable form, if it differs. */
  readonly name?: string;
  readonly id: number;
  /** 0 for the first text, 1 for the second. */
  readonly segment: number;
  readonly type: number;
  /** Where it is in its text, in UTF-16 units; missing for what the tokenizer added. */
  readonly start?: number;
  readonly end?: number;
  readonly word?: number;
  /** Whether it belongs to no word, as `[SEP]` does. */
  readonly special?: boolean;
  /** Whether it stands for letters that the vocabulary doesn't have, as `[UNK]` does. */
  readonly unknown?: boolean;
}

/** Tokens of one text that exceed the model's limit. */
export interface Cut {
  readonly segment: number;
  readonly before: number;
  readonly shown: number;
  readonly after: number;
}

/** The name of a token: as the model reads it, and for an unknown one, the letters that it stands for. */
export function nameOf(token: Token, inspection: Inspection): string {
  const text = token.segment === 0 ? inspection.text : (inspection.pair ?? '');
  return token.unknown && token.start !== undefined
    ? `${token.text} ${text.slice(token.start, token.end)}`
    : (token.name ?? token.text);
}

/** The second text, if the user gave one; or the language of a target. */
export const pairOf = ({ pair, target, language }: Inspection) =>
  target === undefined || target === 'given' ? pair : language;

/** Whether sentence filters make sense: the model reads two sentences as one sequence. */
export const readsPair = ({ pair, target }: Inspection) => pair !== undefined && target === undefined;

/** Whether the model can write what follows the text, or its target. */
export const goesOn = ({ causal, target, blanks, given }: Inspection) =>
  !given && (causal ? blanks.length > 0 : target === 'given' || target === 'written');

/** Whether a model has several attentions, of which views show one. */
export const hasSeveral = ({ attentions }: Inspection) => attentions.length > 1;

/** Whether queries and keys are known, and not only the attention that they give. */
export const hasVectors = ({ headSize }: Inspection) => headSize > 0;

/** The attention of a kind; the first one if there is none of that kind. */
export const attentionOf = ({ attentions }: Inspection, kind: AttentionKind): Attention =>
  attentions.find((attention) => attention.kind === kind) ?? attentions[0]!;

/** What people call an attention. */
export const ATTENTION_NAMES: Readonly<Record<AttentionKind, string>> = {
  self: 'Self',
  encoder: 'Encoder',
  decoder: 'Decoder',
  cross: 'Cross',
};

/** The prefix of layer and head names: their attention, if there are several. */
export const attentionTitle = (inspection: Inspection, kind: AttentionKind) =>
  hasSeveral(inspection) ? `${ATTENTION_NAMES[kind]} · ` : '';

/** What an attention is called where it begins a sentence. */
export const attentionPhrase = (inspection: Inspection, kind: AttentionKind) =>
  !hasSeveral(inspection)
    ? 'Attention'
    : kind === 'cross'
      ? 'Cross-attention'
      : `${ATTENTION_NAMES[kind]} attention`;

/** What arrays of a kind are called in files: `query`, or `encoderQuery` and so on. */
export const arrayName = (kind: AttentionKind, what: string) =>
  kind === 'self' ? what : kind + what.charAt(0).toUpperCase() + what.slice(1);

/** How many tokens a range has. */
export const lengthOf = ({ start, end }: TokenRange) => end - start;

/** What the tokens of a layer see of each other; undefined if each sees all. */
export function sightOf(
  { causal, reach }: Attention,
  layer: number,
): ((query: number, key: number) => boolean) | undefined {
  const most = reach?.[layer] ?? Infinity;
  return causal || most < Infinity
    ? (query, key) => (!causal || key <= query) && Math.abs(query - key) <= most
    : undefined;
}

/** Numbers, after their kind of attention if the model has several. */
type Placed = readonly (number | string)[];

/** What is taken out of a text and a model; docs/http-api.md describes it. */
export interface Without {
  readonly blanked?: readonly number[];
  readonly hidden?: readonly number[];
  readonly heads?: readonly Placed[];
  readonly averaged?: readonly Placed[];
  readonly edges?: readonly Placed[];
  readonly attention?: readonly (number | Placed)[];
  readonly feedForward?: readonly (number | Placed)[];
}

export interface Blank {
  /** The token whose output predicts it; missing if it is not among those shown. */
  readonly token?: number;
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

/** The state of the model; `next` is the one that will replace one that is ready. */
export type ModelState =
  | { readonly model: string; readonly state: 'ready'; readonly next?: ModelState }
  | {
      readonly model: string;
      readonly state: 'loading';
      readonly fetching?: { readonly message: string; readonly total: number };
    }
  | { readonly model: string; readonly state: 'failed'; readonly message: string };

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/** The available layers of all attentions. */
export const layersOf = (inspection: Inspection): readonly number[] =>
  inspection.shownLayers ?? upTo(inspection.layers);

/** The available layers of an attention. */
export const layersIn = (inspection: Inspection, kind: AttentionKind): readonly number[] =>
  layersOf(inspection).filter((layer) => layer < attentionOf(inspection, kind).layers);

/** The heads that can be shown. */
export const headsOf = (inspection: Inspection): readonly number[] =>
  inspection.shownHeads ?? upTo(inspection.heads);
