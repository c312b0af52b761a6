/** All heads at a glance, as the server measured them. */
export interface Overview {
  /** Rows and columns of a thumbnail. */
  readonly side: number;
  /** The largest weight of what each cell covers, in 255ths, [layer][head][query][key]. */
  readonly thumbnails: Uint8Array;
  /** What patterns there are. */
  readonly patterns: readonly Pattern[];
  /**
   * How much each head shows each pattern, [layer][head][pattern]; NaN where no token could show it. Of an
   * encoder-decoder there are three such arrays, of its encoder, its decoder, and what the one looks at in the other.
   */
  readonly measures: Float32Array;
}

export interface Pattern {
  readonly name: string;
  /** A head shows the pattern when its measure is larger. */
  readonly threshold: number;
}

/** How an inspection's attention differs from another's. */
export interface Difference {
  readonly side: number;
  /** 128 + 127 · difference, of the largest difference in what each cell covers, [layer][head][query][key]. */
  readonly thumbnails: Uint8Array;
  /** Mean total variation distance between the rows of the aligned tokens, 0 to 1, [layer][head]; of an encoder-decoder for each attention. */
  readonly distances: Float32Array;
  /** Tokens that stand for each other: of this inspection, and of the other. */
  readonly aligned: readonly (readonly [number, number])[];
}

/** Queries and keys of a head, [T][d] each; of an encoder-decoder, those of what looks at its like. */
export interface Vectors {
  readonly query: Float32Array;
  readonly key: Float32Array;
  /** What the tokens of an encoder-decoder's target look at its source with, [target][d]. */
  readonly crossQuery?: Float32Array;
  /** What the source's tokens are looked at by, [source][d]. */
  readonly crossKey?: Float32Array;
}

/**
 * Where a view gets numbers from: the server, or the file that the page itself is. Axes are always [head][query][key].
 */
export interface Source {
  /** All heads of a layer, to draw: 255 · weight, rounded, [head][query][key] over the heads that are there. */
  layer(layer: number): Promise<Uint8Array>;
  /** One head: exact weights, [query][key]. */
  head(layer: number, head: number): Promise<Float32Array>;
  /** What a token looks at: exact weights, [head][key]. */
  from(layer: number, token: number): Promise<Float32Array>;
  /** What looks at a token: exact weights, [head][query]. */
  to(layer: number, token: number): Promise<Float32Array>;
  /** Queries and keys of one head. */
  vectors(layer: number, head: number): Promise<Vectors>;
  /** All heads, small. */
  overview(): Promise<Overview>;
}

/** Remembers the last few answers, so that going back is free; a failed one is asked for again. */
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

/** Something that a person can act on; the message is one sentence. */
export class Refused extends Error {}

/** What a person is told of a failure; what is not meant for them goes to the console. */
export function sentenceOf(cause: unknown): string {
  if (cause instanceof Refused) {
    return cause.message;
  }
  console.error(cause);
  return 'Something unexpected happened in this page: reload it, and try again.';
}
