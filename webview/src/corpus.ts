import { rankOf } from './overview.ts';
import type { Mean } from './pairs.ts';
import type { HeadPlace } from './state.ts';

/** Distances of a profile: a key so many tokens after its query, before it if negative. */
export const FARTHEST = 16;
export const DISTANCES: readonly number[] = Array.from({ length: 2 * FARTHEST + 1 }, (_, i) => i - FARTHEST);

/** What is measured of each head. */
export interface Quantity {
  /** In the address: lower case, with hyphens. */
  readonly id: string;
  readonly name: string;
  readonly what: 'pattern' | 'relation' | 'number';
  /** A head shows the pattern if its mean is larger. */
  readonly threshold?: number;
  readonly unit?: 'nats';
}

/** A quantity of a head over the texts. */
export interface Measured extends Mean {
  /** How many texts it was measured on: those that could show it. */
  readonly texts: number;
  /** The share of these texts that show it, 0 to 1. */
  readonly share?: number;
  /** Of a relation: the same of other pairs of tokens that are as far apart, and how much more it is than that. */
  readonly baseline?: Mean;
  readonly difference?: Mean;
}

/** A text in which a head shows something most. */
export interface CorpusText {
  readonly text: string;
  readonly value: number;
  /** Where it is from: a document, the line and the column where it begins. */
  readonly from: string;
}

/** A head over the texts. */
export interface CorpusHead extends HeadPlace {
  /** Mean weight at each of the {@link DISTANCES}, over the tokens that have one there: so they don't sum to 1. */
  readonly profile: readonly Mean[];
  /** Farther away than these: before, and after. */
  readonly beyond: readonly [before: Mean, after: Mean];
  /** By the quantities' ids; one that no text could show is missing. */
  readonly measured: ReadonlyMap<string, Measured>;
  readonly best: ReadonlyMap<string, readonly CorpusText[]>;
}

/** What the heads of a model do over many texts, as `headlight corpus` wrote it. */
export interface Corpus {
  readonly name: string;
  readonly model: string;
  readonly revision?: string;
  readonly sha256: Readonly<Record<string, string>>;
  readonly texts: number;
  readonly tokens: number;
  readonly layers: number;
  readonly heads: number;
  readonly quantities: readonly Quantity[];
  /** In the order of layers and heads. */
  readonly all: readonly CorpusHead[];
}

/** A quantity of a head, with its name. */
export interface Shown {
  readonly quantity: Quantity;
  readonly measured: Measured;
}

/** How clearly a head shows a quantity; above 1 if it does. */
function clarityOf({ quantity, measured }: Shown): number {
  const { mean, baseline, difference } = measured;
  if (quantity.threshold !== undefined) {
    return mean / quantity.threshold;
  }
  if (baseline === undefined || difference === undefined || measured.texts < 2) {
    return 0; // of one text there is no error
  }
  const sure = difference.mean > SURE * difference.error;
  return sure && mean >= RELATED ? mean / Math.max(RELATED, LIFT * baseline.mean) : 0;
}

/** A head finds a relation if it gives it so much of its attention, so many times what other pairs get, and so surely. */
const [RELATED, LIFT, SURE] = [0.2, 3, 3];

/** A quantity of a head; undefined if it was not measured. */
export function shownBy(corpus: Corpus, head: CorpusHead, id: string): Shown | undefined {
  const quantity = corpus.quantities.find((one) => one.id === id);
  const measured = head.measured.get(id);
  return quantity && measured && { quantity, measured };
}

/** What a head shows most clearly, if anything. */
export function clearestOf(corpus: Corpus, head: CorpusHead): Shown | undefined {
  const rank = ({ quantity }: Shown) => rankOf(quantity);
  return corpus.quantities
    .flatMap(({ id }) => shownBy(corpus, head, id) ?? [])
    .filter((shown) => clarityOf(shown) > 1)
    .sort((a, b) => rank(a) - rank(b) || clarityOf(b) - clarityOf(a))[0];
}

/** What the grid says of a head: the quantity that is asked for, else what it shows most clearly. */
export const saidOf = (corpus: Corpus, head: CorpusHead, by: string | undefined) =>
  by === undefined ? clearestOf(corpus, head) : shownBy(corpus, head, by);

/** What heads are chosen and ordered by. */
export interface Choice {
  readonly by: string | undefined;
  readonly largest: boolean;
  /** In percent of the texts. */
  readonly share: number;
}

/** The heads that are chosen, in the chosen order. */
export function chosenOf(corpus: Corpus, { by, largest, share }: Choice): readonly CorpusHead[] {
  const said = corpus.all
    .map((head) => ({ head, said: saidOf(corpus, head, by) }))
    .filter(({ said }) => share === 0 || 100 * (said?.measured.share ?? 0) >= share);
  if (largest) {
    const size = (one: Shown | undefined) =>
      one === undefined ? -Infinity : by === undefined ? clarityOf(one) : one.measured.mean;
    said.sort((a, b) => size(b.said) - size(a.said));
  }
  return said.map(({ head }) => head);
}

/** Whether two corpora are of the same heads, so that each can be compared with one of the other. */
export const isSameShape = (one: Corpus, other: Corpus) =>
  one.all.length === other.all.length &&
  one.all.every(({ kind, layer, head }, i) => {
    const there = other.all[i]!;
    return kind === there.kind && layer === there.layer && head === there.head;
  });

/** Means of independent texts: their difference, and its standard error. */
export const differenceOf = (one: Mean, other: Mean): Mean => ({
  mean: one.mean - other.mean,
  error: Math.hypot(one.error, other.error),
});

export const isAt = ({ kind, layer, head }: HeadPlace, place: HeadPlace | undefined) =>
  place?.kind === kind && place.layer === layer && place.head === head;

/** A head of two corpora. */
export interface Both {
  readonly here: CorpusHead;
  readonly there: CorpusHead;
}

/**
 * How differently a head attends in two corpora, 0 to 1: the part of its profiles that does not overlap, each as shares of
 * its sum (total variation distance).
 */
export function profileDistance({ here, there }: Both): number {
  const shares = ({ profile }: CorpusHead) => {
    const sum = profile.reduce((all, { mean }) => all + mean, 0) || 1;
    return profile.map(({ mean }) => mean / sum);
  };
  const others = shares(there);
  return shares(here).reduce((sum, share, i) => sum + Math.abs(share - others[i]!), 0) / 2;
}

/** How a quantity of a head differs in two corpora; undefined if it was not measured in both. */
export function quantityDifference({ here, there }: Both, by: string): Mean | undefined {
  const [one, other] = [here.measured.get(by), there.measured.get(by)];
  return one && other && differenceOf(one, other);
}

/** The same heads of two corpora of one shape: those that are chosen in either, in order; or by their difference. */
export function bothOf(corpus: Corpus, other: Corpus, choice: Choice): readonly Both[] {
  const [one, two] = [corpus, other].map((of) => new Set(chosenOf(of, { ...choice, largest: false })));
  const both = corpus.all
    .map((here, i) => ({ here, there: other.all[i]! }))
    .filter(({ here, there }) => one!.has(here) || two!.has(there));
  const { by, largest } = choice;
  if (largest) {
    const size = (pair: Both) => {
      const difference = by === undefined ? profileDistance(pair) : quantityDifference(pair, by)?.mean;
      return difference === undefined ? -1 : Math.abs(difference);
    };
    both.sort((a, b) => size(b) - size(a));
  }
  return both;
}

/** The mean profile of all heads. */
export function meanProfile({ all }: Corpus): readonly number[] {
  return DISTANCES.map((_, i) => all.reduce((sum, { profile }) => sum + profile[i]!.mean, 0) / all.length);
}

/** A number with as many decimals as its error says something about, two to four. */
export function meanText({ mean, error }: Mean): string {
  const digits = error > 0 ? Math.min(4, Math.max(2, Math.ceil(-Math.log10(error)))) : 2;
  return `${numberText(mean, digits)} ± ${numberText(error, digits)}`;
}

/** A difference, with its sign. */
export const differenceText = ({ mean, error }: Mean) =>
  `${mean < 0 ? '−' : '+'}${meanText({ mean: Math.abs(mean), error })}`;

/** A number with its sign. */
export const signedText = (value: number) => `${value < 0 ? '−' : '+'}${numberText(Math.abs(value))}`;

/** A number without its leading zero. */
export const numberText = (value: number, digits = 2) =>
  value
    .toFixed(digits)
    .replace('-', '−')
    .replace(/^(−?)0(?=\.)/, '$1');

export const percent = (share: number) => `${Math.round(100 * share)} %`;

/** Whether a model has several attentions. */
export const hasKinds = ({ all }: Corpus) => all.some(({ kind }) => kind !== all[0]!.kind);

type Numbers = readonly (number | null)[];

/** What was measured of a pattern or a relation; null if no text could show it. */
interface EstimateJson {
  readonly mean: number | null;
  readonly error: number | null;
  readonly share: number | null;
  readonly texts: number;
  readonly most: readonly (readonly [text: number, value: number])[];
  readonly baseline?: number | null;
  readonly baselineError?: number | null;
  readonly difference?: number | null;
  readonly differenceError?: number | null;
}

/** A corpus.json, as docs/corpus.md describes it; the server has checked it. */
export interface CorpusFile {
  readonly model: {
    readonly name: string;
    readonly revision?: string;
    readonly sha256: Readonly<Record<string, string>>;
    readonly layers: number;
    readonly heads: number;
  };
  readonly corpus: { readonly source: string; readonly texts: number; readonly tokens: number };
  readonly patterns: readonly { readonly label: string; readonly threshold: number }[];
  readonly masses: readonly string[];
  readonly relations: readonly { readonly id: string; readonly label: string }[];
  readonly heads: readonly (HeadPlace & {
    readonly patterns: readonly (EstimateJson | null)[];
    readonly offsets: { readonly mean: Numbers; readonly error: Numbers };
    readonly masses: readonly { readonly mean: number | null; readonly error: number | null }[];
    readonly relations: readonly (EstimateJson | null)[];
  })[];
  readonly texts: readonly { readonly id: string; readonly text: string }[];
}

const MASS_NAMES: Readonly<Record<string, string>> = {
  special: 'attention on special tokens',
  punctuation: 'attention on punctuation',
};
/** Their measures are entropies: a mean in nats, and one that is a share of the largest possible. */
const IN_NATS = 'broad';

const meanOf = (mean: number | null | undefined, error: number | null | undefined): Mean => ({
  mean: mean ?? 0,
  error: error ?? 0,
});

/** What a file holds, as the page shows it. */
export function corpusOf(file: CorpusFile): Corpus {
  const { model, corpus, patterns, masses, relations, texts } = file;
  const patternIds = patterns.map(({ label }) => label.replaceAll(' ', '-'));
  const massIds = masses.map((id) => `on-${id}`);
  const quantities: readonly Quantity[] = [
    ...patterns.map(({ label, threshold }, i) => ({
      id: patternIds[i]!,
      name: label,
      what: 'pattern' as const,
      threshold,
      ...(label === IN_NATS && { unit: 'nats' as const }),
    })),
    ...relations.map(({ id, label }) => ({ id, name: label, what: 'relation' as const })),
    ...masses.map((id, i) => ({ id: massIds[i]!, name: MASS_NAMES[id] ?? id, what: 'number' as const })),
  ];
  const all = file.heads.map(({ kind, layer, head, ...of }): CorpusHead => {
    const estimates = [
      ...of.patterns.map((estimate, i) => [patternIds[i]!, estimate] as const),
      ...of.relations.map((estimate, i) => [relations[i]!.id, estimate] as const),
    ].filter((one): one is [string, EstimateJson] => one[1] !== null);
    const offsets = of.offsets.mean.map((mean, i) => meanOf(mean, of.offsets.error[i]));
    return {
      kind,
      layer,
      head,
      profile: offsets.slice(1, -1),
      beyond: [offsets[0]!, offsets.at(-1)!],
      measured: new Map([
        ...estimates.map(([id, estimate]) => [id, measuredOf(estimate)] as const),
        ...of.masses
          .map(({ mean, error }, i) => [massIds[i]!, meanOf(mean, error), mean] as const)
          .filter(([, , mean]) => mean !== null)
          .map(([id, mean]) => [id, { ...mean, texts: corpus.texts }] as const),
      ]),
      best: new Map(
        estimates.map(([id, { most }]) => [
          id,
          most.map(([text, value]) => ({ text: texts[text]!.text, from: texts[text]!.id, value })),
        ]),
      ),
    };
  });
  return {
    name: corpus.source.split(/[/\\]/).filter(Boolean).at(-1) ?? corpus.source,
    model: model.name,
    ...(model.revision !== undefined && { revision: model.revision }),
    sha256: model.sha256,
    texts: corpus.texts,
    tokens: corpus.tokens,
    layers: model.layers,
    heads: model.heads,
    quantities,
    all,
  };
}

const measuredOf = (of: EstimateJson): Measured => ({
  ...meanOf(of.mean, of.error),
  texts: of.texts,
  ...(of.share !== null && { share: of.share }),
  ...(of.baseline !== undefined && { baseline: meanOf(of.baseline, of.baselineError) }),
  ...(of.difference !== undefined && { difference: meanOf(of.difference, of.differenceError) }),
});
