import { headsOf, layersOf, sightOf, type Inspection } from './inspection.ts';
import { overviewIn } from './overview.ts';
import { SafeTensors } from './safetensors.ts';
import { Remembered, type Overview, type Source, type Vectors } from './source.ts';

/**
 * The numbers of an exported page: queries and keys [layer][head][token][d], from which attention is computed as the
 * model does, softmax(Q Kᵀ / √d) over what a token sees.
 */
export class FileSource implements Source {
  readonly #inspection: Inspection;
  readonly #query: Float32Array;
  readonly #key: Float32Array;
  readonly #overview: () => Overview;
  readonly #attention = new Remembered<Float32Array>(4);

  constructor(inspection: Inspection, arrays: SafeTensors) {
    this.#inspection = inspection;
    this.#query = arrays.floats('query').values;
    this.#key = arrays.floats('key').values;
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
    const { tokens, headSize } = this.#inspection;
    const heads = headsOf(this.#inspection);
    const size = tokens.length * headSize;
    const start = (layersOf(this.#inspection).indexOf(layer) * heads.length + heads.indexOf(head)) * size;
    return { query: this.#query.subarray(start, start + size), key: this.#key.subarray(start, start + size) };
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
    const size = this.#inspection.headSize;
    const start = layersOf(this.#inspection).indexOf(layer) * heads * tokens * size;
    const weights = new Float32Array(heads * tokens * tokens);
    const sees = sightOf(this.#inspection, layer) ?? (() => true);
    for (let head = 0; head < heads; head++) {
      const matrix = start + head * tokens * size;
      const query = this.#query.subarray(matrix, matrix + tokens * size);
      const key = this.#key.subarray(matrix, matrix + tokens * size);
      for (let row = 0; row < tokens; row++) {
        const from = (head * tokens + row) * tokens;
        const scores = products(query.subarray(row * size, (row + 1) * size), key);
        softmax(
          scores.map((score, other) => (sees(row, other) ? score : -Infinity)),
          weights.subarray(from, from + tokens),
        );
      }
    }
    return weights;
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

function softmax(scores: Float64Array, into: Float32Array): void {
  const largest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  const exps = scores.map((score) => Math.exp(score - largest));
  const sum = exps.reduce((a, b) => a + b, 0);
  into.set(exps.map((exp) => exp / sum));
}
