import { lengthOf, type Attention } from './inspection.ts';
import type { Vectors } from './source.ts';

/**
 * What a score may be made of: q · k / √d, that capped, and what is added for the distance from query to key: a number, or
 * in disentangled attention what the query and what the key have to do with it.
 */
export type PartId = 'dot' | 'capped' | 'bias' | 'c2p' | 'p2c';

/** A part of an attention's scores. */
export interface ScorePart {
  readonly id: PartId;
  /** The heading of its column; what is added begins with a plus. */
  readonly name: string;
  /** What it is called among its numbers. */
  readonly short: string;
  readonly title: string;
}

/** What a score is made of, and the score, which goes into the softmax; 0 for parts that there are not. */
export type ScoreParts = Readonly<Record<PartId | 'score', number>>;

/** Whether a score is more than q · k / √d. */
export const hasParts = (attention: Attention) => attention.cap !== undefined || hasTerms(attention);

/** Whether something is added to q · k / √d. */
const hasTerms = ({ bias, disentangled }: Attention) => bias !== undefined || disentangled !== undefined;

/**
 * The parts of a score.
 *
 * @param row the query, by its place in the attention
 * @param column the key, likewise
 * @param size d
 */
export function scoreParts(
  attention: Attention,
  head: number,
  vectors: Vectors,
  row: number,
  column: number,
  size: number,
): ScoreParts {
  const { cap, queries, keys } = attention;
  const at = keys.start + column - queries.start - row + lengthOf(keys) - 1;
  const dot = scaled(vectors.query, row, vectors.key, column, size);
  const capped = cap === undefined ? dot : cap * Math.tanh(dot / cap);
  const bias = attention.bias?.[head]?.[at] ?? 0;
  const c2p = vectors.positionKey ? scaled(vectors.query, row, vectors.positionKey, at, size) : 0;
  const p2c = vectors.positionQuery ? scaled(vectors.key, column, vectors.positionQuery, at, size) : 0;
  return { dot, capped, bias, c2p, p2c, score: capped + bias + c2p + p2c };
}

/** x · y / √d of a row of each. */
function scaled(some: Float32Array, row: number, others: Float32Array, other: number, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) {
    sum += some[row * size + i]! * others[other * size + i]!;
  }
  return sum / Math.sqrt(size);
}

/** The parts of an attention's scores that are shown beside them, in their order; none if a score is q · k / √d. */
export function partsOf(attention: Attention, head: number): readonly ScorePart[] {
  const { cap, bias, disentangled } = attention;
  return [
    ...(hasParts(attention) ? [DOT] : []),
    // a cap alone is the score
    ...(cap !== undefined && hasTerms(attention) ? [{ ...CAPPED, title: capTitle(cap) }] : []),
    ...(bias === undefined ? [] : [biasPart(slopeOf(attention, head))]),
    ...(disentangled ?? []).map((term) => (term === 'c2p' ? C2P : P2C)),
  ];
}

const DOT: ScorePart = {
  id: 'dot',
  name: 'q·k/√d',
  short: 'q · k / √d',
  title: 'The scaled dot product, q · k / √d',
};
const CAPPED = { id: 'capped', name: 'capped', short: 'capped' } as const;
const C2P: ScorePart = {
  id: 'c2p',
  name: '+ c2p',
  short: 'c2p',
  title:
    'Content to position: how well the query fits the distance to the key, q · r / √d, where r is a key that the layer has for each distance',
};
const P2C: ScorePart = {
  id: 'p2c',
  name: '+ p2c',
  short: 'p2c',
  title:
    'Position to content: how well the key fits the distance to the query, k · s / √d, where s is a query that the layer has for each distance',
};

const biasPart = (slope: number | undefined): ScorePart =>
  slope === undefined
    ? {
        id: 'bias',
        name: '+ bias',
        short: 'bias',
        title: 'Position bias: what this head adds for how far the key is from the query',
      }
    : {
        id: 'bias',
        name: '+ ALiBi',
        short: 'ALiBi',
        title: `ALiBi: this head adds ${signed(slope)} × (place of the key − place of the query)`,
      };

/** The heading of an attention's scores, and what it means. */
export function scoreHeading(attention: Attention): readonly [string, string] {
  if (hasTerms(attention)) {
    return ['= score', 'The score: the sum of its parts, which goes into the softmax'];
  }
  return attention.cap === undefined
    ? ['q · k / √d', 'The scaled dot product']
    : ['capped', `The score, which goes into the softmax: ${capTitle(attention.cap)}`];
}

/** Whether the score is what a cap leaves, and nothing is added. */
export const isCappedOnly = (attention: Attention) => attention.cap !== undefined && !hasTerms(attention);

const capTitle = (cap: number) => `q · k / √d, capped at ${cap}: ${cap} · tanh(q · k / √d / ${cap})`;

/** What ALiBi adds for each token (Press et al. 2022), if a head's bias is proportional to the distance. */
function slopeOf({ bias, keys }: Attention, head: number): number | undefined {
  const ofHead = bias?.[head] ?? [];
  const here = lengthOf(keys) - 1;
  const slope = ofHead[here + 1] ?? 0;
  const proportional = ofHead.every(
    (value, i) => Math.abs(value - slope * (i - here)) <= 1e-5 * (1 + Math.abs(value)),
  );
  return slope !== 0 && proportional ? slope : undefined;
}

const signed = (value: number) => String(Number(value.toPrecision(4))).replace('-', '−');

/** What is done to scores, as a sentence; none if nothing is. */
export function partsSentence(attention: Attention): string | undefined {
  const { cap, bias, disentangled } = attention;
  const what = [
    ...(cap === undefined ? [] : [`capped: ${cap} · tanh(q · k / √d / ${cap})`]),
    ...(bias === undefined
      ? []
      : [
          slopeOf(attention, 0) === undefined
            ? 'plus a bias, a number for how far the key is from the query'
            : 'plus ALiBi, the head’s slope times how far the key is from the query',
        ]),
    ...(disentangled ?? []).map((term) =>
      term === 'c2p'
        ? 'plus c2p, how well the query fits the distance'
        : 'plus p2c, how well the key fits the distance',
    ),
  ];
  return what.length === 0
    ? undefined
    : `This model’s scores are q · k / √d, ${what.join(', ')}; parts and score share one scale of colour.`;
}
