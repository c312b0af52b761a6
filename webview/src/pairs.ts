import type { AttentionKind } from './inspection.ts';

/** A sentence with a blank, the word that is right, and one that is wrong. */
export interface Pair {
  readonly text: string;
  readonly right: string;
  readonly wrong: string;
}

/** What was measured of one: log p(right) − log p(wrong), and each head's effect on it, in nats. */
export interface Measured extends Pair {
  readonly quantity: number;
  /** The word that speaks most for the right one. */
  readonly strongest?: string;
  readonly heads: readonly number[];
  /** Effects of its words, by their place: how many words after the blank, negative before it. */
  readonly words: readonly (readonly [place: number, effect: number])[];
  /** Effects of the attention and of the feed-forward part of each layer. */
  readonly layers: readonly (readonly [attention: number, feedForward: number])[];
}

type HeadPlace = readonly [kind: AttentionKind, layer: number, head: number];

/** A set of sentences that is included. */
export interface ExampleSet {
  readonly name: string;
  readonly title: string;
  readonly pairs: string;
}

/** A set as far as it is measured. */
export interface MeasuredSet {
  readonly model: string;
  readonly count: number;
  readonly places: readonly HeadPlace[];
  readonly layerPlaces: readonly (readonly [kind: AttentionKind, layer: number])[];
  readonly sentences: readonly Measured[];
}

/** A line of the server's answer. */
export type SetPart = Partial<MeasuredSet> & { readonly done?: boolean; readonly error?: string };

export function joinedSet(before: MeasuredSet | undefined, part: SetPart): MeasuredSet {
  const known = before ?? { model: '', count: 0, places: [], layerPlaces: [], sentences: [] };
  return {
    model: part.model ?? known.model,
    count: part.count ?? known.count,
    places: part.places ?? known.places,
    layerPlaces: part.layerPlaces ?? known.layerPlaces,
    sentences: [...known.sentences, ...(part.sentences ?? [])],
  };
}

/** A mean and its standard error: the sample's standard deviation by √n; 0 for one number. */
export interface Mean {
  readonly mean: number;
  readonly error: number;
}

export function meanOf(values: readonly number[]): Mean {
  const n = values.length;
  if (n === 0) {
    return { mean: 0, error: 0 };
  }
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: n < 2 ? 0 : Math.sqrt(squares / (n - 1) / n) };
}

export interface HeadMean extends Mean {
  readonly kind: AttentionKind;
  readonly layer: number;
  readonly head: number;
  /** Its number among the heads of a sentence. */
  readonly index: number;
}

/** The mean effect of each head over what is measured, in the order of layers and heads. */
export const headMeans = ({ places, sentences }: MeasuredSet): HeadMean[] =>
  places.map(([kind, layer, head], index) => ({
    kind,
    layer,
    head,
    index,
    ...meanOf(sentences.map(({ heads }) => heads[index]!)),
  }));

/** Sentences, those first in which a head speaks most for the right word. */
export const byHead = (sentences: readonly Measured[], index: number): Measured[] =>
  [...sentences].sort((a, b) => b.heads[index]! - a.heads[index]!);

/** How many are right so far. */
export const rightOf = (sentences: readonly Measured[]) =>
  sentences.filter(({ quantity }) => quantity > 0).length;

/** The mean effects of the two parts of a layer. */
export function layerMean(
  { layerPlaces, sentences }: MeasuredSet,
  kind: AttentionKind,
  layer: number,
  part: 0 | 1,
) {
  const at = layerPlaces.findIndex(([of, number]) => of === kind && number === layer);
  return at < 0 ? undefined : meanOf(sentences.map(({ layers }) => layers[at]![part]));
}

/** The mean effects of words by their place relative to the blank, those in at least a third of the sentences. */
export function placeMeans(sentences: readonly Measured[]): (Mean & { readonly place: number })[] {
  const found = new Map<number, number[]>();
  for (const [place, effect] of sentences.flatMap(({ words }) => words)) {
    const known = found.get(place);
    if (known) {
      known.push(effect);
    } else {
      found.set(place, [effect]);
    }
  }
  return [...found]
    .filter(([, effects]) => effects.length >= sentences.length / 3)
    .sort(([a], [b]) => a - b)
    .map(([place, effects]) => ({ place, ...meanOf(effects) }));
}

/** What a set says as a whole. */
export interface Summary {
  readonly heads: readonly HeadMean[];
  /** The two parts of each layer that is measured. */
  readonly layer: (kind: AttentionKind, layer: number, part: 0 | 1) => Mean | undefined;
  readonly places: ReturnType<typeof placeMeans>;
  /** log p(right) − log p(wrong). */
  readonly quantity: Mean;
  readonly right: number;
}

/** Computed once for what is measured, as it is drawn far more often. */
export function summaryOf(set: MeasuredSet): Summary {
  const layers = new Map(
    set.layerPlaces.flatMap(([kind, layer]) =>
      ([0, 1] as const).map((part) => [`${kind} ${layer} ${part}`, layerMean(set, kind, layer, part)]),
    ),
  );
  return {
    heads: headMeans(set),
    layer: (kind, layer, part) => layers.get(`${kind} ${layer} ${part}`),
    places: placeMeans(set.sentences),
    quantity: meanOf(set.sentences.map(({ quantity }) => quantity)),
    right: rightOf(set.sentences),
  };
}
