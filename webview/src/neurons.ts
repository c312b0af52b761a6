import { attentionOf, type Inspection } from './inspection.ts';
import type { SafeTensors } from './safetensors.ts';
import type { Vectors } from './source.ts';
import type { PairFilter } from './state.ts';

/** What a head computes for one query token: its attention, step by step. T tokens, d neurons. */
export interface Neurons {
  readonly token: number;
  readonly size: number;
  /** q, [d]. */
  readonly query: Float32Array;
  /** k, [T][d]. */
  readonly key: Float32Array;
  /** q × k, neuron by neuron, [T][d]. */
  readonly product: Float32Array;
  /** q · k / √d, [T]. */
  readonly score: Float32Array;
  /** softmax of the scores over what the token may see, [T]; 0 for what it may not. */
  readonly softmax: Float32Array;
  /** Whether the token may see another, [T]. */
  readonly sees: readonly boolean[];
}

/** Queries and keys of a head as the server writes them. */
export function vectorsIn(arrays: SafeTensors): Vectors {
  const values = (name: string) => arrays.floats(name).values;
  return {
    query: values('query'),
    key: values('key'),
    ...(arrays.has('crossQuery') && { crossQuery: values('crossQuery'), crossKey: values('crossKey') }),
  };
}

/** Queries and keys, [T][d] each, of the attention that is shown: of what looks, and of what is looked at. */
export function vectorsOf(vectors: Vectors, inspection: Inspection, filter: PairFilter): Vectors {
  const { sequences, headSize } = inspection;
  if (!sequences || attentionOf(filter) !== 'ba') {
    return vectors;
  }
  const query = new Float32Array(vectors.query.length);
  const key = new Float32Array(vectors.key.length);
  query.set(vectors.crossQuery!, sequences.source * headSize);
  key.set(vectors.crossKey!);
  return { query, key };
}

/**
 * The arithmetic of scaled dot-product attention (Vaswani et al. 2017, "Attention Is All You Need", equation 1) for one
 * token.
 *
 * @param weights the head's exact weights of this token, [T]
 * @param sight what the tokens of the layer see of each other; none where each sees all
 */
export function neuronsOf(
  vectors: Vectors,
  token: number,
  weights: Float32Array,
  sight?: (query: number, key: number) => boolean,
): Neurons {
  const tokens = weights.length;
  const size = vectors.key.length / tokens;
  const query = vectors.query.subarray(token * size, (token + 1) * size);
  const product = vectors.key.map((value, i) => value * query[i % size]!);
  const score = new Float32Array(tokens);
  for (let key = 0; key < tokens; key++) {
    let sum = 0;
    for (let i = 0; i < size; i++) {
      sum += query[i]! * vectors.key[key * size + i]!;
    }
    score[key] = sum / Math.sqrt(size);
  }
  const sees = Array.from(weights, (_, key) => sight?.(token, key) ?? true);
  return { token, size, query, key: vectors.key, product, score, softmax: weights, sees };
}

/** Part of a row of the neuron view. */
export type Step = 'query' | 'key' | 'product' | 'score' | 'softmax';

/** Where the steps stand, from the left, in pixels. */
export interface NeuronSpace {
  readonly steps: Readonly<Record<Step, { readonly x: number; readonly width: number }>>;
  readonly width: number;
  /** How many neurons there are. */
  readonly size: number;
  /** Width of a neuron. */
  readonly neuron: number;
}

/** Lays the steps out; strips of many neurons are made of narrower cells. */
export function neuronSpace(size: number): NeuronSpace {
  const neuron = Math.max(1, Math.min(5, Math.floor(144 / size)));
  const strip = size * neuron;
  let x = 0;
  const place = (width: number, gap: number) => {
    const at = { x, width };
    x += width + gap;
    return at;
  };
  const steps = {
    query: place(strip, 64),
    key: place(strip, 16),
    product: place(strip, 16),
    score: place(64, 16),
    softmax: place(104, 0),
  };
  return { steps, width: x, size, neuron };
}
