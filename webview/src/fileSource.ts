import { ATTENTIONS, headsOf, layersIn, layersOf, sightOf, type Inspection } from './inspection.ts';
import { vectorsOf } from './neurons.ts';
import { overviewIn } from './overview.ts';
import { SafeTensors } from './safetensors.ts';
import { Remembered, type Overview, type Source, type Vectors } from './source.ts';
import type { PairFilter } from './state.ts';

/**
 * The numbers of an exported page: queries and keys [layer][head][token][d], from which attention is computed as the
 * model does, softmax(Q Kᵀ / √d) over what a token sees.
 */
export class FileSource implements Source {
  readonly #inspection: Inspection;
  readonly #query: Float32Array;
  readonly #key: Float32Array;
  readonly #cross: { readonly query: Float32Array; readonly key: Float32Array } | undefined;
  readonly #overview: () => Overview;
  readonly #attention = new Remembered<Float32Array>(4);

  constructor(inspection: Inspection, arrays: SafeTensors) {
    this.#inspection = inspection;
    this.#query = arrays.floats('query').values;
    this.#key = arrays.floats('key').values;
    this.#cross = inspection.sequences && {
      query: arrays.floats('crossQuery').values,
      key: arrays.floats('crossKey').values,
    };
    this.#overview = () => overviewIn(arrays);
  }

  async layer(layer: number): Promise<Uint8Array> {
    return Uint8Array.from(await this.#weights(layer), (weight) => Math.round(255 * weight));
  }

  async head(layer: number, head: number): Promise<Float32Array> {
    const size = this.#inspection.tokens.length ** 2;
    const place = headsOf(this.#inspection).indexOf(head);
    return (await this.#weights(layer)).subarray(place * size, (place + 1) * size);
  }

  async vectors(layer: number, head: number): Promise<Vectors> {
    return this.#vectorsAt(layer, headsOf(this.#inspection).indexOf(head));
  }

  #vectorsAt(layer: number, place: number): Vectors {
    const { length } = this.#inspection.tokens;
    const { source = 0 } = this.#inspection.sequences ?? {};
    return {
      query: this.#part(this.#query, layer, place, length),
      key: this.#part(this.#key, layer, place, length),
      ...(this.#cross && {
        crossQuery: this.#part(this.#cross.query, layer, place, length - source),
        crossKey: this.#part(this.#cross.key, layer, place, source),
      }),
    };
  }

  /** The vectors of a head, [token][d], in an array of all heads. */
  #part(all: Float32Array, layer: number, place: number, tokens: number): Float32Array {
    const size = tokens * this.#inspection.headSize;
    const before = layersOf(this.#inspection).indexOf(layer) * headsOf(this.#inspection).length;
    return all.subarray((before + place) * size, (before + place + 1) * size);
  }

  async overview(): Promise<Overview> {
    return this.#overview();
  }

  async from(layer: number, token: number): Promise<Float32Array> {
    const weights = await this.#weights(layer);
    return this.#gather((head, other, tokens) => weights[(head * tokens + token) * tokens + other] ?? NaN);
  }

  async to(layer: number, token: number): Promise<Float32Array> {
    const weights = await this.#weights(layer);
    return this.#gather((head, other, tokens) => weights[(head * tokens + other) * tokens + token] ?? NaN);
  }

  #gather(weight: (head: number, other: number, tokens: number) => number): Float32Array {
    const tokens = this.#inspection.tokens.length;
    const gathered = new Float32Array(headsOf(this.#inspection).length * tokens);
    return gathered.map((_, i) => weight(Math.floor(i / tokens), i % tokens, tokens));
  }

  #weights(layer: number): Promise<Float32Array> {
    return this.#attention.get(String(layer), () => Promise.resolve(this.#computed(layer)));
  }

  #computed(layer: number): Float32Array {
    const heads = headsOf(this.#inspection).length;
    const tokens = this.#inspection.tokens.length;
    const weights = new Float32Array(heads * tokens * tokens);
    const filters = this.#inspection.sequences ? ATTENTIONS.map(([filter]) => filter) : (['all'] as const);
    for (const filter of filters) {
      if (layersIn(this.#inspection, filter).includes(layer)) {
        for (let head = 0; head < heads; head++) {
          const matrix = weights.subarray(head * tokens * tokens, (head + 1) * tokens * tokens);
          this.#addTo(matrix, layer, head, filter);
        }
      }
    }
    return weights;
  }

  /** Puts a head's attention, or one of an encoder-decoder's three, into its matrix [query][key]. */
  #addTo(matrix: Float32Array, layer: number, place: number, filter: PairFilter): void {
    const inspection = this.#inspection;
    const [tokens, size] = [inspection.tokens.length, inspection.headSize];
    const { query, key } = vectorsOf(this.#vectorsAt(layer, place), inspection, filter);
    const sees = sightOf(inspection, layer, filter) ?? (() => true);
    for (let row = 0; row < tokens; row++) {
      const seen = Array.from({ length: tokens }, (_, other) => sees(row, other));
      if (seen.includes(true)) {
        const scores = products(query.subarray(row * size, (row + 1) * size), key);
        const shares = softmax(scores.map((score, other) => (seen[other] ? score : -Infinity)));
        seen.forEach((is, other) => {
          if (is) {
            matrix[row * tokens + other] = shares[other]!;
          }
        });
      }
    }
  }
}

/** q · k / √d for each key. */
function products(query: Float32Array, keys: Float32Array): Float64Array {
  const size = query.length;
  const scores = new Float64Array(keys.length / size);
  for (let token = 0; token < scores.length; token++) {
    let sum = 0;
    for (let i = 0; i < size; i++) {
      sum += (query[i] ?? 0) * (keys[token * size + i] ?? 0);
    }
    scores[token] = sum / Math.sqrt(size);
  }
  return scores;
}

function softmax(scores: Float64Array): Float64Array {
  const largest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const exps = scores.map((score) => Math.exp(score - largest));
  const sum = exps.reduce((a, b) => a + b, 0);
  return exps.map((exp) => exp / sum);
}
