import { html, type TemplateResult } from 'lit';
import { headRgb, hex, type Rgb } from '../../colors.ts';
import { attentionOf, headsOf, layersIn } from '../../inspection.ts';
import { tinted } from '../../marks/cells.ts';
import { drawThumbnailLines, type LineChoice, type Weights } from '../../marks/lines.ts';
import { Raster } from '../../marks/raster.ts';
import { signedPixels } from '../../marks/strips.ts';
import {
  choiceIn,
  clarityOf,
  entropyOf,
  isEven,
  measureText,
  patternOf,
  placeOf,
  thumbnailOf,
  type Measured,
} from '../../overview.ts';
import { signedRamp } from '../../ramps.ts';
import type { Shown } from '../../shown.ts';
import type { Difference, Overview } from '../../source.ts';
import type { State } from '../../state.ts';
import type { Surface } from '../../marks/surface.ts';
import { imageOf } from '../shared/canvas.ts';
import { columnsOf, headGrid, shortName } from '../shared/headGrid.ts';
import { enlarged } from '../shared/sheet.ts';

/** The parts of the state that change the thumbnails. */
export const REDRAWING = [
  'layers',
  'columns',
  'pattern',
  'order',
  'thumbnails',
  'words',
  'special',
  'filter',
  'threshold',
  'theme',
] as const;

/** A head of the model view. */
export interface HeadCell {
  readonly layer: number;
  readonly head: number;
  /** Its index in arrays of all heads. */
  readonly place: number;
  readonly pattern: Measured | undefined;
  /** Mean entropy of its rows, in nats. */
  readonly entropy: number;
  /** How much it looks from one pinned word at another, if that is asked. */
  readonly weight?: number;
}

/**
 * The selected heads, in the selected order.
 *
 * @param weights of a pair of words by the heads' places, if that is the order
 */
export function cellsOf(state: State, overview: Overview, weights?: Float32Array): HeadCell[] {
  const inspection = state.inspection!;
  const cells = layersIn(inspection, state.attention)
    .filter((layer) => state.layers.has(layer))
    .flatMap((layer) =>
      headsOf(inspection)
        .filter((head) => state.columns.has(head))
        .map((head) => cellOf(state, overview, layer, head)),
    )
    .filter(({ pattern }) => state.pattern === undefined || pattern?.name === state.pattern);
  const clarity = ({ pattern }: HeadCell) => (pattern ? clarityOf(pattern) : 0);
  const names = overview.patterns.map(({ name }) => name);
  const rank = ({ pattern }: HeadCell) => (pattern ? names.indexOf(pattern.name) : names.length);
  switch (state.order) {
    case 'layers':
      return cells;
    case 'pattern':
      return cells.sort((a, b) => rank(a) - rank(b) || clarity(b) - clarity(a));
    case 'narrow':
      return cells.sort((a, b) => a.entropy - b.entropy);
    case 'broad':
      return cells.sort((a, b) => b.entropy - a.entropy);
    case 'pair':
      return weights
        ? cells.map((cell) => ({ ...cell, weight: weights[cell.place]! })).sort((a, b) => b.weight - a.weight)
        : cells;
  }
}

/** The layers and heads that some cells are of: rows and columns of a grid. */
export const axesOf = (cells: readonly HeadCell[]) => ({
  layers: [...new Set(cells.map(({ layer }) => layer))],
  heads: columnsOf(cells),
});

/** The patterns that at least one head shows, in order. */
export function patternsShown(state: State, overview: Overview): string[] {
  const everything = {
    layers: new Set(layersIn(state.inspection!, state.attention)),
    columns: new Set(headsOf(state.inspection!)),
  };
  const cells = cellsOf({ ...state, ...everything, pattern: undefined, order: 'layers' }, overview);
  const shown = new Set(cells.map(({ pattern }) => pattern?.name));
  return overview.patterns.map(({ name }) => name).filter((name) => shown.has(name));
}

/** A head with what it shows. */
export function cellOf(
  { inspection, attention }: State,
  overview: Overview,
  layer: number,
  head: number,
): HeadCell {
  const place = placeOf(inspection!, attention, layer, head);
  return { layer, head, place, pattern: patternOf(overview, place), entropy: entropyOf(overview, place) };
}

/** A head's thumbnail, and the colour that it is drawn in. */
function coloured(
  overview: Overview,
  { head, place }: Pick<HeadCell, 'head' | 'place'>,
  shown: Shown,
  state: State,
): { weights: Weights; color: Rgb; pinned: LineChoice | undefined } {
  const { values, queries, keys } = thumbnailOf(overview, place, shown);
  const color = headRgb(head, state.inspection!.heads, state.dark);
  const { causal } = attentionOf(state.inspection!, state.attention);
  const sees = causal ? (query: number, key: number) => key * queries <= query * keys : undefined;
  const even = isEven(overview, place) ? new Set([0]) : undefined;
  const pinned = state.focus?.pinned ? choiceIn(overview, shown, state.focus) : undefined;
  return { weights: { bytes: values, queries, keys, sees, ...(even && { even }) }, color, pinned };
}

/** The least that a cell of a head is seen as that weighs everything alike, in 255ths. */
const PALE = 24;

/** A head's weights as cells; one that weighs everything alike as a pale, even plane. */
function cellPixels(
  { bytes, queries, keys, even, sees }: Weights,
  color: Rgb,
  { threshold }: State,
  pinned: LineChoice | undefined,
): Uint8ClampedArray<ArrayBuffer> {
  const seen = (i: number) => sees?.(Math.floor(i / keys), i % keys) ?? true;
  const plane = even && threshold === 0 && queries > 0;
  const shown = plane ? bytes.map((byte, i) => (seen(i) ? Math.max(byte, PALE) : byte)) : bytes;
  const pixels = tinted(shown, color, threshold);
  if (pinned) {
    for (let i = 0; i < shown.length; i++) {
      const own = pinned.side === 'query' ? Math.floor(i / keys) : i % keys;
      if (own !== pinned.index) {
        pixels[4 * i + 3]! *= OTHERS;
      } else if (pixels[4 * i + 3]! < MARKED) {
        pixels.set([128, 128, 128, MARKED], 4 * i);
      }
    }
  }
  return pixels;
}

/** How much of the opacity is left of the cells beside a pinned row or column. */
const OTHERS = 0.5;
/** The opacity of grey where a pinned row or column has next to no weight, so that it is seen. */
const MARKED = 40;

/** Paints a head's thumbnail, in its colour. */
export function paintThumbnail(
  overview: Overview,
  cell: Pick<HeadCell, 'head' | 'place'>,
  shown: Shown,
  state: State,
  side: number,
): Uint8ClampedArray {
  const { weights, color, pinned } = coloured(overview, cell, shown, state);
  if (state.thumbnails === 'cells') {
    return enlarged(cellPixels(weights, color, state, pinned), weights.keys, weights.queries, side);
  }
  const raster = new Raster(side, side);
  drawThumbnailLines(raster, side, hex(color), weights, state.threshold, pinned);
  return raster.image();
}

/** Draws a head's thumbnail, for export. */
export function drawThumbnail(
  surface: Surface,
  overview: Overview,
  cell: Pick<HeadCell, 'head' | 'place'>,
  shown: Shown,
  state: State,
  side: number,
): void {
  const { weights, color, pinned } = coloured(overview, cell, shown, state);
  if (state.thumbnails === 'cells') {
    const image = imageOf(cellPixels(weights, color, state, pinned), weights.keys, weights.queries);
    surface.drawImage(image, 0, 0, side, side);
  } else {
    drawThumbnailLines(surface, side, hex(color), weights, state.threshold, pinned);
  }
}

/**
 * How a head differs, as pixels: orange where this inspection weighs more, blue where the other does.
 *
 * @param shown the aligned tokens that are shown
 */
export function differencePixels(
  difference: Difference,
  place: number,
  shown: Shown,
  { threshold, dark }: State,
): { pixels: Uint8ClampedArray<ArrayBuffer>; width: number; height: number } {
  const { values: bytes, queries, keys } = thumbnailOf(difference, place, shown);
  const values = Float32Array.from(bytes, (byte) => {
    const change = (byte - 128) / 127;
    return Math.abs(change) < threshold ? 0 : change;
  });
  const pixels = signedPixels({ values, queries, keys }, 0.4, signedRamp(dark));
  return { pixels, width: keys, height: queries };
}

/** The caption of a thumbnail. */
export interface Caption {
  readonly text: string;
  readonly number: string;
  /** The accessible label. */
  readonly label: string;
}

export function patternCaption(cell: HeadCell, order: State['order']): Caption {
  const { pattern, entropy } = cell;
  const label = labelOf(cell);
  if (order === 'narrow' || order === 'broad') {
    return { text: '', number: entropy.toFixed(2), label };
  }
  if (order === 'pair') {
    const number = cell.weight === undefined ? '' : cell.weight.toFixed(3);
    return { text: '', number, label: number ? `${label}, weight ${number}` : label };
  }
  const text = pattern ? shortName(pattern.name) : '';
  return { text, number: pattern ? measureText(pattern.measure) : '', label };
}

/** A description of a head. */
export function labelOf({ layer, head, pattern, entropy }: HeadCell): string {
  const shows = pattern ? `${pattern.name} ${pattern.measure.toFixed(2)}` : 'no pattern';
  return `Layer ${layer + 1} · Head ${head + 1}: ${shows}, entropy ${entropy.toFixed(2)} nats`;
}

export interface CellActions {
  readonly open: (cell: HeadCell) => void;
  readonly enter: (cell: HeadCell) => void;
}

/** The heads as buttons: a row for each layer, or one after another if they are sorted. */
export const grid = (
  name: string,
  heads: readonly HeadCell[],
  state: State,
  caption: (cell: HeadCell) => Caption,
  actions: CellActions,
): TemplateResult =>
  headGrid({
    name,
    heads,
    rows: state.order === 'layers' ? LAYERS : undefined,
    button: (cell) => ({
      place: cell.place,
      isOpen: state.detail && cell.layer === state.layer && cell.head === state.head,
      ...caption(cell),
    }),
    ...actions,
  });

const LAYERS = {
  of: ({ layer }: HeadCell) => layer,
  name: (layer: number) => html`<span class="word">Layer </span>${layer + 1}`,
};
