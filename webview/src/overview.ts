import {
  arrayName,
  headsOf,
  layersIn,
  lengthOf,
  type AttentionKind,
  type Inspection,
  type TokenRange,
} from './inspection.ts';
import type { Matrix } from './marks/cells.ts';
import type { LineChoice } from './marks/lines.ts';
import type { SafeTensors } from './safetensors.ts';
import { gathered, unitWith, type Shown, type Unit } from './shown.ts';
import type { Difference, Overview, Pattern } from './source.ts';
import type { Change, Focus } from './state.ts';

/**
 * An overview as the server writes it.
 *
 * @param kind of arrays that are named by their kind, as in files
 */
export function overviewIn(arrays: SafeTensors, kind: AttentionKind = 'self'): Overview {
  const { shape, values } = arrays.bytes(arrayName(kind, 'thumbnails'));
  const names = arrays.metadata('patterns') as string[];
  const thresholds = arrays.metadata('thresholds') as number[];
  return {
    rows: shape[2]!,
    columns: shape[3]!,
    thumbnails: values,
    patterns: names.map((name, i) => ({ name, threshold: thresholds[i]! })),
    measures: arrays.floats(arrayName(kind, 'patterns')).values,
  };
}

/** Where a head stands in arrays over all layers and heads of an attention that are there. */
export const placeOf = (inspection: Inspection, kind: AttentionKind, layer: number, head: number) =>
  layersIn(inspection, kind).indexOf(layer) * headsOf(inspection).length + headsOf(inspection).indexOf(head);

/** How much a head shows a pattern. */
export interface Measured extends Pattern {
  /** A share of attention, 0 to 1; of a diffuse head its mean entropy in nats. NaN if no token can show it. */
  readonly measure: number;
}

/** All patterns of a head, in the server's order. */
export const measuresOf = (overview: Overview, place: number): Measured[] =>
  overview.patterns.map((pattern, i) => ({
    ...pattern,
    measure: overview.measures[place * overview.patterns.length + i]!,
  }));

/** How clearly a head shows a pattern; above 1 if it does. */
export const clarityOf = ({ measure, threshold }: Measured) => measure / threshold;

/** The pattern of a head that weighs all that it sees nearly alike. */
export const ALIKE = 'everything alike';

/** Uniform attention says more than what else is shown; that a single token attracts it, less. */
export const rankOf = ({ name }: Pick<Pattern, 'name'>) =>
  name === ALIKE ? 0 : name === 'one token' ? 2 : 1;

/** The pattern that a head shows most clearly, if any. */
export function patternOf(overview: Overview, place: number): Measured | undefined {
  return measuresOf(overview, place)
    .filter((one) => one.measure > one.threshold)
    .sort((a, b) => rankOf(a) - rankOf(b) || clarityOf(b) - clarityOf(a))[0];
}

/** Whether a head weighs all that it sees nearly alike. */
export const isEven = (overview: Overview, place: number) => patternOf(overview, place)?.name === ALIKE;

/** The patterns that users recognize at a glance. */
const SEEN_AT_ONCE = ['previous token', 'next token', 'same token'];

/**
 * Where a page begins: the head of an attention that attends to the previous, the next or the same token most clearly, by
 * itself. Returns no change if no head does.
 */
export function beginning(overview: Overview, inspection: Inspection, kind: AttentionKind): Change {
  const [best] = layersIn(inspection, kind)
    .flatMap((layer) => headsOf(inspection).map((head) => ({ layer, head })))
    .flatMap(({ layer, head }) =>
      measuresOf(overview, placeOf(inspection, kind, layer, head))
        .filter(({ name, measure, threshold }) => SEEN_AT_ONCE.includes(name) && measure > threshold)
        .map((one) => ({ layer, head, clarity: clarityOf(one) })),
    )
    .sort((a, b) => b.clarity - a.clarity);
  return best ? { layer: best.layer, head: best.head, heads: new Set([best.head]) } : {};
}

/** Mean entropy of a head's rows in nats: high for diffuse heads. */
export const entropyOf = (overview: Overview, place: number) =>
  measuresOf(overview, place).find(({ name }) => name === 'broad')?.measure ?? NaN;

/** A formatted measure, such as `.82`, or `3.91` nats. */
export const measureText = (measure: number) => measure.toFixed(2).replace(/^0(?=\.)/, '');

/**
 * A head's thumbnail, of what is shown: its units where a cell is a token, else the cells that hold shown tokens.
 *
 * @param thumbnails [layer][head][row][column]
 */
export function thumbnailOf(
  { thumbnails, rows, columns }: Pick<Overview, 'thumbnails' | 'rows' | 'columns'>,
  place: number,
  shown: Shown,
): Matrix & { readonly values: Uint8Array } {
  const all = thumbnails.subarray(place * rows * columns, (place + 1) * rows * columns);
  const whole = rows === lengthOf(shown.of.queries) && columns === lengthOf(shown.of.keys);
  const cells = whole ? shown : pooled(shown, rows, columns);
  return { values: gathered(all, cells), queries: cells.queries.length, keys: cells.keys.length };
}

/** The row or column of a thumbnail that holds a token; undefined if the token is not shown. */
export function choiceIn(
  { rows, columns }: Pick<Overview, 'rows' | 'columns'>,
  shown: Shown,
  { side, token }: Pick<Focus, 'side' | 'token'>,
): LineChoice | undefined {
  const units = side === 'query' ? shown.queries : shown.keys;
  const unit = units[unitWith(units, token)];
  const whole = rows === lengthOf(shown.of.queries) && columns === lengthOf(shown.of.keys);
  if (!unit || whole) {
    return unit && { side, index: units.indexOf(unit) };
  }
  const range = side === 'query' ? shown.of.queries : shown.of.keys;
  const count = side === 'query' ? rows : columns;
  const cells = pooled(shown, rows, columns)[side === 'query' ? 'queries' : 'keys'];
  const cell = Math.floor(((unit.tokens[0]! - range.start) * count) / lengthOf(range));
  return { side, index: unitWith(cells, cell) };
}

/** Units of which each is a row or column of a smaller matrix. */
function placed(queries: readonly number[], keys: readonly number[], rows: number, columns: number): Shown {
  const units = (places: readonly number[]): Unit[] =>
    places.map((place) => ({ name: '', quoted: '', tokens: [place], segment: 0, special: false }));
  return {
    queries: units(queries),
    keys: units(keys),
    of: { queries: { start: 0, end: rows }, keys: { start: 0, end: columns } },
    plain: queries.length === rows && keys.length === columns,
  };
}

/** What was pooled last of what is shown: all thumbnails have as many cells. */
const pools = new WeakMap<
  Shown,
  { readonly rows: number; readonly columns: number; readonly cells: Shown }
>();

/** Cells that hold at least a token of what is shown, as units of a matrix of so many cells. */
function pooled(shown: Shown, rows: number, columns: number): Shown {
  const known = pools.get(shown);
  if (known?.rows === rows && known.columns === columns) {
    return known.cells;
  }
  const cells = pool(shown, rows, columns);
  pools.set(shown, { rows, columns, cells });
  return cells;
}

function pool({ queries, keys, of }: Shown, rows: number, columns: number): Shown {
  const cells = (units: readonly Unit[], range: TokenRange, side: number) => {
    const tokens = units.flatMap((unit) => unit.tokens);
    const held = tokens.map((token) => Math.floor(((token - range.start) * side) / lengthOf(range)));
    return [...new Set(held)];
  };
  return placed(cells(queries, of.queries, rows), cells(keys, of.keys, columns), rows, columns);
}

/** The tokens of two inspections that correspond, of a range of the first one's tokens. */
export const alignedIn = ({ aligned }: Difference, { start, end }: TokenRange) =>
  aligned.filter(([token]) => token >= start && token < end);

/** Tokens of two inspections that correspond, those of them that are shown: units among all that do. */
export function alignedShown(difference: Difference, { queries, keys, of }: Shown): Shown {
  const places = (units: readonly Unit[], range: TokenRange) => {
    const tokens = new Set(units.flatMap((unit) => unit.tokens));
    return alignedIn(difference, range).flatMap(([token], place) => (tokens.has(token) ? [place] : []));
  };
  return placed(
    places(queries, of.queries),
    places(keys, of.keys),
    alignedIn(difference, of.queries).length,
    alignedIn(difference, of.keys).length,
  );
}
