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
} from './inspection.ts';
import { overviewIn } from './overview.ts';
import type { SafeTensors } from './safetensors.ts';
import { partsOf } from './without.ts';
import { hasParts, scoreParts } from './scores.ts';
import { Refused, Remembered, type Overview, type Source, type Vectors } from './source.ts';

/** What 1 stands for in what is added to weights. */
const UNIT = 1 / 10_000;

/**
 * The numbers of an attention of an exported page, as the server's PageArrays writes them: rounded queries and keys, from
 * which attention is computed as the model does, softmax(Q Kᵀ / √d) over what a token sees, by scores as the model has them, and what is to be added to it;
 * to nothing where queries and keys are not known.
 */
export class FileSource implements Source {
  readonly #inspection: Inspection;
  readonly #attention: Attention;
  /** What is added, [layer][head][byte][query][key]. */
  readonly #added: Uint8Array;
  /** Queries, keys, and those for distances, [layer][head][byte][token][d]. */
  readonly #vectors: Uint8Array | undefined;
  /** What 1 stands for in each of these, [layer][head][2], of disentangled attention one more for each of its terms. */
  readonly #steps: Float32Array | undefined;
  readonly #overview: () => Overview;
  readonly #computed = new Remembered<Float32Array>(4);

  constructor(inspection: Inspection, arrays: SafeTensors, kind: AttentionKind) {
    this.#inspection = inspection;
    this.#attention = attentionOf(inspection, kind);
    this.#added = arrays.bytes(arrayName(kind, 'attention')).values;
    if (hasVectors(inspection)) {
      this.#vectors = arrays.bytes(arrayName(kind, 'vectors')).values;
      this.#steps = arrays.floats(arrayName(kind, 'steps')).values;
    }
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
    return this.#vectorsAt(layer, headsOf(this.#inspection).indexOf(head));
  }

  /** Where a head stands in the page's arrays. */
  #place(layer: number, head: number): number {
    const { kind } = this.#attention;
    return layersIn(this.#inspection, kind).indexOf(layer) * headsOf(this.#inspection).length + head;
  }

  #vectorsAt(layer: number, head: number): Vectors {
    if (!this.#vectors) {
      throw new Refused('This page holds no queries and keys.');
    }
    const { queries, keys } = this.#attention;
    const { headSize } = this.#inspection;
    const terms = this.#attention.disentangled ?? [];
    const counts = [
      lengthOf(queries) * headSize,
      lengthOf(keys) * headSize,
      ...terms.map(() => (2 * lengthOf(keys) - 1) * headSize),
    ];
    const place = this.#place(layer, head);
    const whole = counts.reduce((sum, count) => sum + count, 0);
    const all = numbersIn(this.#vectors, place, whole);
    const steps = this.#steps!.subarray(counts.length * place, counts.length * (place + 1));
    let from = 0;
    const [query, key, ...distances] = counts.map((count, part) => {
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++) {
        values[i] = all[from + i]! * steps[part]!;
      }
      from += count;
      return values;
    });
    return {
      query: query!,
      key: key!,
      ...Object.fromEntries(
        terms.map((term, i) => [term === 'c2p' ? 'positionKey' : 'positionQuery', distances[i]!]),
      ),
    };
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
    const { queries, keys } = this.#attention;
    const count = lengthOf(queries) * lengthOf(keys);
    const heads = headsOf(this.#inspection);
    const weights = new Float32Array(heads.length * count);
    heads.forEach((head, at) => {
      const ofHead = weights.subarray(at * count, (at + 1) * count);
      if (this.#vectors) {
        this.#attend(layer, head, this.#vectorsAt(layer, at), ofHead);
      }
      const added = numbersIn(this.#added, this.#place(layer, at), count);
      for (let i = 0; i < count; i++) {
        ofHead[i] = Math.max(0, ofHead[i]! + added[i]! * UNIT);
      }
    });
    return weights;
  }

  /** Writes the attention of queries and keys, [query][key]. */
  #attend(layer: number, head: number, vectors: Vectors, into: Float32Array): void {
    const { kind, queries, keys } = this.#attention;
    const [rows, columns, size] = [lengthOf(queries), lengthOf(keys), this.#inspection.headSize];
    const sees = sightOf(this.#attention, layer) ?? (() => true);
    const out = blindness(this.#inspection, kind, layer, head);
    const plain = !hasParts(this.#attention);
    for (let row = 0; row < rows; row++) {
      const scores = plain
        ? products(vectors.query.subarray(row * size, (row + 1) * size), vectors.key)
        : new Float64Array(columns);
      for (let column = 0; column < columns; column++) {
        const [from, to] = [queries.start + row, keys.start + column];
        if (!sees(row, column) || out(from, to)) {
          scores[column] = -Infinity;
        } else if (!plain) {
          scores[column] = scoreParts(this.#attention, head, vectors, row, column, size).score;
        }
      }
      if (scores.every((score) => score === -Infinity)) {
        scores[Math.min(row, columns - 1)] = 0; // who would see nothing sees itself
      }
      into.set(softmax(scores), row * columns);
    }
  }
}

/** The numbers of a head, whose low bytes come first; a number n is 2n there, a negative one -2n - 1. */
function numbersIn(planes: Uint8Array, place: number, count: number): Int32Array {
  const low = planes.subarray(2 * place * count, (2 * place + 1) * count);
  const high = planes.subarray((2 * place + 1) * count, (2 * place + 2) * count);
  const numbers = new Int32Array(count); // loops, since callbacks take several times as long
  for (let i = 0; i < count; i++) {
    const unsigned = (high[i]! << 8) | low[i]!;
    numbers[i] = (unsigned >>> 1) ^ -(unsigned & 1);
  }
  return numbers;
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

/** The softmax of scores, in their place. */
function softmax(scores: Float64Array): Float64Array {
  let largest = -Infinity;
  for (const score of scores) {
    largest = Math.max(largest, score);
  }
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    scores[i] = Math.exp(scores[i]! - largest);
    sum += scores[i]!;
  }
  for (let i = 0; i < scores.length; i++) {
    scores[i]! /= sum;
  }
  return scores;
}
