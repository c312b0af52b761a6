import { sightOf, type Attention } from './inspection.ts';
import { partsOf, scoreParts, type PartId } from './scores.ts';
import type { Vectors } from './source.ts';

/** What a head computes for one query token: its attention, step by step. K keys, d neurons. */
export interface Neurons {
  /** The query, by its place in the inspection. */
  readonly token: number;
  readonly size: number;
  /** q, [d]. */
  readonly query: Float32Array;
  /** k, [K][d]. */
  readonly key: Float32Array;
  /** q × k, neuron by neuron, [K][d]. */
  readonly product: Float32Array;
  /** What the scores are made of, [K] each; none if they are q · k / √d. */
  readonly parts: ReadonlyMap<PartId, Float32Array>;
  /** What goes into the softmax, [K]: q · k / √d, unless the model does more to it. */
  readonly score: Float32Array;
  /** softmax of the scores over what the token may see, [K]; 0 for what it may not. */
  readonly softmax: Float32Array;
  /** Whether the token may see a key, [K]. */
  readonly sees: readonly boolean[];
}

/**
 * The arithmetic of scaled dot-product attention (Vaswani et al. 2017, "Attention Is All You Need", equation 1) for one
 * token.
 *
 * @param head the head, as the model counts them
 * @param token the query, by its place in the inspection
 * @param weights the head's exact weights of this token, [K]
 */
export function neuronsOf(
  vectors: Vectors,
  attention: Attention,
  layer: number,
  head: number,
  token: number,
  weights: Float32Array,
): Neurons {
  const keys = weights.length;
  const size = vectors.key.length / keys;
  const row = token - attention.queries.start;
  const query = vectors.query.subarray(row * size, (row + 1) * size);
  const product = vectors.key.map((value, i) => value * query[i % size]!);
  const parts = new Map(partsOf(attention, head).map(({ id }) => [id, new Float32Array(keys)]));
  const score = new Float32Array(keys);
  for (let key = 0; key < keys; key++) {
    const made = scoreParts(attention, head, vectors, row, key, size);
    parts.forEach((values, part) => (values[key] = made[part]));
    score[key] = made.score;
  }
  const sight = sightOf(attention, layer);
  const sees = Array.from(weights, (_, key) => sight?.(token, attention.keys.start + key) ?? true);
  return { token, size, query, key: vectors.key, product, parts, score, softmax: weights, sees };
}

/** Part of a row of the neuron view. */
export type Step = 'query' | 'key' | 'product' | 'score' | 'softmax';

/** A column, in pixels from the left. */
export interface Column {
  readonly x: number;
  readonly width: number;
}

/** Where the steps stand, and the parts of scores before the scores. */
export interface NeuronSpace {
  readonly steps: Readonly<Record<Step, Column>>;
  readonly parts: ReadonlyMap<PartId, Column>;
  readonly width: number;
  /** How many neurons there are. */
  readonly size: number;
  /** Width of a neuron. */
  readonly neuron: number;
}

/** Space between the steps and for their numbers, wide and in a side panel. */
const WIDE = { links: 64, gap: 16, score: 64, softmax: 104 };
const CLOSE = { links: 28, gap: 6, score: 44, softmax: 60 };

/** Width of a strip that has room for its heading, in pixels. */
const LEAST_STRIP = 34;

/**
 * Lays the steps out; strips of many neurons are made of narrower cells, and so are all where there is little room.
 *
 * @param parts of scores
 * @param room for all steps, in pixels
 */
export function neuronSpace(size: number, parts: readonly PartId[], room = Infinity): NeuronSpace {
  const least = LEAST_STRIP / size;
  const whole = Math.max(1, least, Math.min(5, Math.floor(144 / size)));
  const taken = ({ links, gap, score, softmax }: typeof WIDE) =>
    links + 3 * gap + parts.length * (score + gap) + score + softmax;
  const fits = taken(WIDE) + 3 * size * whole <= room;
  const { links, gap, score, softmax } = fits ? WIDE : CLOSE;
  const neuron = fits ? whole : Math.max(0.5, least, Math.min(whole, (room - taken(CLOSE)) / (3 * size)));
  const strip = size * neuron;
  let x = 0;
  const place = (width: number, gap: number) => {
    const at = { x, width };
    x += width + gap;
    return at;
  };
  const strips = { query: place(strip, links), key: place(strip, gap), product: place(strip, gap) };
  const columns = new Map(parts.map((part) => [part, place(score, gap)]));
  const steps = { ...strips, score: place(score, gap), softmax: place(softmax, 0) };
  return { steps, parts: columns, width: x, size, neuron };
}
