import { ATTENTIONS, attentionOf, headsOf, layersIn, layersOf, type Inspection } from './inspection.ts';
import type { Matrix } from './marks/cells.ts';
import type { SafeTensors } from './safetensors.ts';
import { gathered, type Shown, type Unit } from './shown.ts';
import type { Difference, Overview, Pattern } from './source.ts';
import { filterOf, type Change, type PairFilter } from './state.ts';

/** An overview as the server writes it. */
export function overviewIn(arrays: SafeTensors): Overview {
  const { shape, values } = arrays.bytes('thumbnails');
  const names = arrays.said('patterns') as string[];
  const thresholds = arrays.said('thresholds') as number[];
  return {
    side: shape[2]!,
    thumbnails: values,
    patterns: names.map((name, i) => ({ name, threshold: thresholds[i]! })),
    measures: arrays.floats('patterns').values,
  };
}

/** An overview whose measures are those of the attention that is shown. */
export function partOf(overview: Overview, inspection: Inspection, filter: PairFilter): Overview {
  if (!inspection.sequences) {
    return overview;
  }
  const size = overview.measures.length / ATTENTIONS.length;
  const at = ATTENTIONS.findIndex(([attention]) => attention === attentionOf(filter)) * size;
  return { ...overview, measures: overview.measures.subarray(at, at + size) };
}

/** How differently a head looks at two texts, in the attention that is shown. */
export function distanceOf(
  { distances }: Difference,
  place: number,
  inspection: Inspection,
  filter: PairFilter,
): number {
  const count = inspection.layers * inspection.heads;
  const at = ATTENTIONS.findIndex(([attention]) => attention === attentionOf(filter));
  return distances[(inspection.sequences ? at * count : 0) + place]!;
}

/** Where a head stands in arrays over all layers and heads that are there. */
export const placeOf = (inspection: Inspection, layer: number, head: number) =>
  layersOf(inspection).indexOf(layer) * headsOf(inspection).length + headsOf(inspection).indexOf(head);

/** How much a head shows a pattern. */
export interface Measured extends Pattern {
  /** A share of attention, 0 to 1; of a broad head its mean entropy in nats. NaN where no token could show it. */
  readonly measure: number;
}

/** All patterns of a head, in the server's order. */
export const measuresOf = (overview: Overview, place: number): Measured[] =>
  overview.patterns.map((pattern, i) => ({
    ...pattern,
    measure: overview.measures[place * overview.patterns.length + i]!,
  }));

/** How clearly a head shows a pattern; more than 1 where it does. */
export const clarityOf = ({ measure, threshold }: Measured) => measure / threshold;

/** The pattern that a head shows most clearly; none where it shows none. */
export function patternOf(overview: Overview, place: number): Measured | undefined {
  return measuresOf(overview, place)
    .filter((one) => one.measure > one.threshold)
    .sort((a, b) => clarityOf(b) - clarityOf(a))[0];
}

/** What a head does that a person sees at a glance. */
const SEEN_AT_ONCE = ['previous token', 'next token', 'same token'];

/**
 * Where a page begins: the head that looks at the previous, the next or the same token most clearly, by itself. As ever
 * where no head does.
 */
export function beginning(overview: Overview, inspection: Inspection, wanted: PairFilter): Change {
  const filter = filterOf(inspection, wanted);
  const part = partOf(overview, inspection, filter);
  const [best] = layersIn(inspection, filter)
    .flatMap((layer) => headsOf(inspection).map((head) => ({ layer, head })))
    .flatMap(({ layer, head }) =>
      measuresOf(part, placeOf(inspection, layer, head))
        .filter(({ name, measure, threshold }) => SEEN_AT_ONCE.includes(name) && measure > threshold)
        .map((one) => ({ layer, head, clarity: clarityOf(one) })),
    )
    .sort((a, b) => b.clarity - a.clarity);
  return best ? { layer: best.layer, head: best.head, heads: new Set([best.head]) } : {};
}

/** Mean entropy of a head's rows in nats: what makes a head broad. */
export const entropyOf = (overview: Overview, place: number) =>
  measuresOf(overview, place).find(({ name }) => name === 'broad')?.measure ?? NaN;

/** A measure as people read it, such as `.82`, or `3.91` nats. */
export const measureText = (measure: number) => measure.toFixed(2).replace(/^0(?=\.)/, '');

/**
 * A head's thumbnail, of what is shown: its units where a cell is a token, else the cells that hold shown tokens.
 *
 * @param thumbnails [layer][head][side][side]
 */
export function thumbnailOf(
  thumbnails: Uint8Array,
  side: number,
  place: number,
  shown: Shown,
): Matrix & { readonly values: Uint8Array } {
  const all = thumbnails.subarray(place * side * side, (place + 1) * side * side);
  const cells = side === shown.tokens ? shown : pooled(shown, side);
  return { values: gathered(all, cells), queries: cells.queries.length, keys: cells.keys.length };
}

/** Cells that hold at least a token of what is shown, as units of a matrix of `side` cells. */
function pooled(shown: Shown, side: number): Shown {
  const cells = (units: readonly Unit[]) => {
    const held = units.flatMap((unit) =>
      unit.tokens.map((token) => Math.floor((token * side) / shown.tokens)),
    );
    return [...new Set(held)].map((cell) => ({ name: '', tokens: [cell], segment: 0, special: false }));
  };
  const [queries, keys] = [cells(shown.queries), cells(shown.keys)];
  return { queries, keys, tokens: side, plain: queries.length === side && keys.length === side };
}

/** Tokens of two inspections that stand for each other, those of them that are shown: units among all that do. */
export function alignedShown({ aligned }: Difference, shown: Shown): Shown {
  const of = (units: readonly Unit[]) => {
    const tokens = new Set(units.flatMap((unit) => unit.tokens));
    return aligned.flatMap(([token], place) =>
      tokens.has(token) ? [{ name: '', tokens: [place], segment: 0, special: false }] : [],
    );
  };
  const [queries, keys] = [of(shown.queries), of(shown.keys)];
  const all = aligned.length;
  return { queries, keys, tokens: all, plain: queries.length === all && keys.length === all };
}
