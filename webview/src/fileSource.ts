import {
  arrayName,
  attentionOf,
  hasVectors,
  headsOf,
  layersIn,
  lengthOf,
  sightOf,
  type Attention,
  type AttentionKind,
  type Inspection,
  type TokenRange,
} from './inspection.ts';
import { overviewIn } from './overview.ts';
import type { SafeTensors } from './safetensors.ts';
import { partsOf } from './without.ts';
import { Refused, Remembered, type Overview, type Source, type Vectors } from './source.ts';

/**
 * The numbers of an attention of an exported page: queries and keys [layer][head][token][d], from which attention is
 * computed as the model does, softmax(Q Kᵀ / √d) over what a token sees; or attention itself, [layer][head][query][key],
 * where only that is known.
 */
export class FileSource implements Source {
  readonly #inspection: Inspection;
  readonly #attention: Attention;
  readonly #given: Float32Array | undefined;
  readonly #query: Float32Array;
  readonly #key: Float32Array;
  readonly #overview: () => Overview;
  readonly #computed = new Remembered<Float32Array>(4);

  constructor(inspection: Inspection, arrays: SafeTensors, kind: AttentionKind) {
    this.#inspection = inspection;
    this.#attention = attentionOf(inspection, kind);
    const numbers = (what: string) => arrays.floats(arrayName(kind, what)).values;
    this.#given = hasVectors(inspection) ? undefined : numbers('attention');
    this.#query = this.#given ?? numbers('query');
    this.#key = this.#given ?? numbers('key');
    this.#overview = () => overviewIn(arrays, kind);
  }

  async layer(layer: number): Promise<Uint8Array> {
    return Uint8Array.from(await this.#weights(layer), (weight) => Math.round(255 * weight));
  }

  async head(layer: number, head: number): Promise<Float32Array> {
    const size = lengthOf(this.#attention.queries) * lengthOf(this.#attention.keys);
    const place = headsOf(this.#inspection).indexOf(head);
    return (await this.#weights(layer)).subarray(place * size, (place + 1) * size);
  }

  async vectors(layer: number, head: number): Promise<Vectors> {
    if (this.#given) {
      throw new Refused('This page holds no queries and keys.');
    }
    return this.#vectorsAt(layer, headsOf(this.#inspection).indexOf(head));
  }

  #vectorsAt(layer: number, place: number): Vectors {
    const { kind, queries, keys } = this.#attention;
    const before = layersIn(this.#inspection, kind).indexOf(layer) * headsOf(this.#inspection).length;
    const part = (all: Float32Array, range: TokenRange) => {
      const size = lengthOf(range) * this.#inspection.headSize;
      return all.subarray((before + place) * size, (before + place + 1) * size);
    };
    return { query: part(this.#query, queries), key: part(this.#key, keys) };
  }

  async overview(): Promise<Overview> {
    return this.#overview();
  }

  async from(layer: number, token: number): Promise<Float32Array> {
    const { queries, keys } = this.#attention;
    const [rows, columns] = [lengthOf(queries), lengthOf(keys)];
    const weights = await this.#weights(layer);
    return this.#gathered(
      columns,
      (head, key) => weights[(head * rows + token - queries.start) * columns + key]!,
    );
  }

  async to(layer: number, token: number): Promise<Float32Array> {
    const { queries, keys } = this.#attention;
    const [rows, columns] = [lengthOf(queries), lengthOf(keys)];
    const weights = await this.#weights(layer);
    return this.#gathered(
      rows,
      (head, query) => weights[(head * rows + query) * columns + token - keys.start]!,
    );
  }

  /** A row for each head: [head][other]. */
  #gathered(others: number, weight: (head: number, other: number) => number): Float32Array {
    const into = new Float32Array(headsOf(this.#inspection).length * others);
    return into.map((_, i) => weight(Math.floor(i / others), i % others));
  }

  #weights(layer: number): Promise<Float32Array> {
    return this.#computed.get(String(layer), () => Promise.resolve(this.#compute(layer)));
  }

  /** [head][query][key] */
  #compute(layer: number): Float32Array {
    const heads = headsOf(this.#inspection).length;
    const { queries, keys } = this.#attention;
    const [rows, columns, size] = [lengthOf(queries), lengthOf(keys), this.#inspection.headSize];
    const { kind } = this.#attention;
    const masked = sightOf(this.#attention, layer) ?? (() => true);
    const places = headsOf(this.#inspection);
    if (this.#given) {
      const before = layersIn(this.#inspection, kind).indexOf(layer) * heads * rows * columns;
      return this.#given.subarray(before, before + heads * rows * columns);
    }
    const weights = new Float32Array(heads * rows * columns);
    for (let head = 0; head < heads; head++) {
      const { query, key } = this.#vectorsAt(layer, head);
      const out = blindness(this.#inspection, kind, layer, places[head]!);
      for (let row = 0; row < rows; row++) {
        const scores = products(query.subarray(row * size, (row + 1) * size), key).map((score, column) => {
          const [from, to] = [queries.start + row, keys.start + column];
          return masked(from, to) && !out(from, to) ? score : -Infinity;
        });
        if (scores.every((score) => score === -Infinity)) {
          scores[Math.min(row, columns - 1)] = 0; // who would see nothing sees itself
        }
        weights.set(softmax(scores), (head * rows + row) * columns);
      }
    }
    return weights;
  }
}

/** What a head's tokens don't see of each other because it was taken out. */
function blindness(
  inspection: Inspection,
  kind: AttentionKind,
  layer: number,
  head: number,
): (from: number, to: number) => boolean {
  const parts = partsOf(inspection);
  const hidden = new Set(parts.flatMap((part) => (part.what === 'hidden' ? part.tokens : [])));
  const cut = parts.filter(
    (part) => part.what === 'edges' && part.kind === kind && part.layer === layer && part.head === head,
  );
  return (from, to) =>
    hidden.has(to) || cut.some((part) => part.what === 'edges' && part.from === from && part.to === to);
}

/** q · k / √d for each key. */
function products(query: Float32Array, keys: Float32Array): Float64Array {
  const size = query.length;
  const scores = new Float64Array(keys.length / size);
  for (let token = 0; token < scores.length; token++) {
    let sum = 0;
    for (let i = 0; i < size; i++) {
      sum += query[i]! * keys[token * size + i]!;
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
