/**
 * Where a view gets numbers from: the server, or the file that the page itself is. Axes are always [head][query][key].
 */
export interface Source {
  /** All heads of a layer, to draw: 255 · weight, rounded, [head][query][key] over the heads that are there. */
  layer(layer: number): Promise<Uint8Array>;
  /** What a token looks at: exact weights, [head][key]. */
  from(layer: number, token: number): Promise<Float32Array>;
  /** What looks at a token: exact weights, [head][query]. */
  to(layer: number, token: number): Promise<Float32Array>;
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
