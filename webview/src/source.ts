import type { AttentionKind } from './inspection.ts';
import type { Measure } from './state.ts';
import type { AnswerPart, Asked, Candidate, LensRow } from './why.ts';

/** All heads of an attention at a glance, as the server measured them. */
export interface Overview {
  /** Rows and columns of a thumbnail. */
  readonly rows: number;
  readonly columns: number;
  /** The largest weight of what each cell covers, in 255ths, [layer][head][query][key]. */
  readonly thumbnails: Uint8Array;
  /** The names of the patterns. */
  readonly patterns: readonly Pattern[];
  /** How much each head shows each pattern, [layer][head][pattern]; NaN if no token can show it. */
  readonly measures: Float32Array;
}

export interface Pattern {
  readonly name: string;
  /** A head shows the pattern when its measure is larger. */
  readonly threshold: number;
}

/** How an attention differs in another inspection. */
export interface Difference {
  /** Rows and columns of a thumbnail. */
  readonly rows: number;
  readonly columns: number;
  /** 128 + 127 · difference, of the largest difference in what each cell covers, [layer][head][query][key]. */
  readonly thumbnails: Uint8Array;
  /** Mean total variation distance between the rows of the aligned tokens, 0 to 1, [layer][head]. */
  readonly distances: Float32Array;
  /** Tokens that correspond: of this inspection, and of the other. */
  readonly aligned: readonly (readonly [number, number])[];
}

/** Queries [Q][d] and keys [K][d] of a head; of disentangled attention also those for distances, by key − query + K − 1. */
export interface Vectors {
  readonly query: Float32Array;
  readonly key: Float32Array;
  /** [2K − 1][d] */
  readonly positionKey?: Float32Array;
  /** [2K − 1][d] */
  readonly positionQuery?: Float32Array;
}

/**
 * Provides a view with the numbers of an attention, from the server or from the exported page itself. Axes are always
 * [head][query][key], over the tokens of the attention; a token is named by its place in the inspection.
 */
export interface Source {
  /** All heads of a layer, to draw: 255 · weight, rounded, [head][query][key] over the available heads. */
  layer(layer: number): Promise<Uint8Array>;
  /** One head: exact weights, [query][key]. */
  head(layer: number, head: number): Promise<Float32Array>;
  /** What a token attends to: exact weights, [head][key]. */
  from(layer: number, token: number): Promise<Float32Array>;
  /** What attends to a token: exact weights, [head][query]. */
  to(layer: number, token: number): Promise<Float32Array>;
  /** Queries and keys of one head. */
  vectors(layer: number, head: number): Promise<Vectors>;
  /** Thumbnails of all heads. */
  overview(): Promise<Overview>;
}

/** Answers why a word stands somewhere, from the server or from the exported page itself. */
export interface Reasons {
  /** Measures it; each part is told when it is there. */
  measure(asked: Asked, tell: (part: AnswerPart) => void, signal: AbortSignal): Promise<void>;
  /** What the model would answer after each layer. */
  lens(asked: Asked, signal: AbortSignal): Promise<readonly LensRow[]>;
  /** A word that somebody types; an exported page can't look it up. */
  candidate?(place: number, word: string): Promise<Candidate>;
}

/** The sources of an inspection, one for each attention and measure, each created when it is first needed. */
export function sourcesOf<S extends Source>(
  create: (kind: AttentionKind, measure: Measure) => S,
): (kind: AttentionKind, measure?: Measure) => S {
  const sources = new Map<string, S>();
  return (kind, measure = 'weight') => {
    const source = sources.get(`${kind} ${measure}`) ?? create(kind, measure);
    sources.set(`${kind} ${measure}`, source);
    return source;
  };
}

/** Caches the last few results, so that going back is free; a failed one is requested again. */
export class Remembered<T> {
  readonly #answers = new Map<string, Promise<T>>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key);
    this.#answers.delete(key);
    const answer = known ?? ask();
    this.#answers.set(key, answer);
    answer.catch(() => this.#answers.delete(key));
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= this.#most) {
        break;
      }
      this.#answers.delete(oldest);
    }
    return answer;
  }
}

/** An error that the user can act on, with a message for them. */
export class Refused extends Error {}

/** The message for a failure; unexpected errors go to the console. */
export function sentenceOf(cause: unknown): string {
  if (cause instanceof Refused) {
    return cause.message;
  }
  console.error(cause);
  return 'An unexpected error occurred on this page: reload it and try again.';
}
