import { exportUrl, type ExportName } from './api.ts';
import {
  arrayName,
  ATTENTION_KINDS,
  ATTENTION_NAMES,
  headsOf,
  layersIn,
  type AttentionKind,
} from './inspection.ts';
import { withDescription } from './density.ts';
import type { Picture } from './marks/surface.ts';
import { svg, type Measure } from './marks/svg.ts';
import { choicesOf } from './address.ts';
import { isFramed, saveInEditor } from './framed.ts';
import { Refused } from './source.ts';
import type { State, ViewId } from './state.ts';
import { LONGEST } from './views/shared/canvas.ts';

/** Pixels of a PNG for each pixel of the page. */
const SHARPNESS = 2;
/** The largest canvas that browsers draw. */
const MOST_PIXELS = 120_000_000;

/**
 * Draws a picture as PNG.
 *
 * @param asked pixels for each of the picture's; by default as many as screens show
 */
export async function png(picture: Picture, asked?: number): Promise<Blob> {
  const { width, height } = picture;
  const fits = Math.min(LONGEST / Math.max(width, height), Math.sqrt(MOST_PIXELS / (width * height)));
  if (asked !== undefined && asked > fits) {
    throw new Refused('A browser can’t draw that many pixels: choose a smaller width or dpi, or SVG.');
  }
  const ratio = asked ?? Math.min(SHARPNESS, fits);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d')!;
  context.scale(ratio, ratio);
  context.imageSmoothingEnabled = false;
  picture.draw(context);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) {
    throw new Refused('The image is too large to draw: show less, or save it as SVG.');
  }
  if (picture.about !== undefined) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return new Blob([withDescription(bytes, picture.about)], { type: 'image/png' });
  }
  return blob;
}

let ruler: CanvasRenderingContext2D | undefined;

/** The width of a text on this page. */
export const textWidth: Measure = (text, font) => {
  ruler ??= document.createElement('canvas').getContext('2d')!;
  ruler.font = font;
  return ruler.measureText(text).width;
};

/** Draws a picture as SVG; its texts are as wide as the page's. */
export const svgFile = (picture: Picture, sides?: Parameters<typeof svg>[2]) =>
  new Blob([svg(picture, textWidth, sides)], { type: 'image/svg+xml' });

/** Has the browser save a file, or the editor that frames the page. */
export function download(file: Blob | string, name: string): void {
  if (isFramed()) {
    void saveInEditor(file, name);
    return;
  }
  const link = document.createElement('a');
  link.href = typeof file === 'string' ? file : URL.createObjectURL(file);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  if (typeof file !== 'string') {
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
}

/** The name of a head's diagram, as CS50 names them; the kind of attention comes first if there are several. */
export function diagramName<E extends string>(kind: AttentionKind, layer: number, head: number, ending: E) {
  const attention = arrayName(kind, 'attention');
  const start = attention.charAt(0).toUpperCase() + attention.slice(1);
  return `${start}_Layer${layer + 1}_Head${head + 1}.${ending}` as const;
}

/** A file's name for a picture of a view: heatmaps of one head are named as the gallery's diagrams are. */
export function fileName(picture: Picture, view: ViewId, ending: string): string {
  const [, name, layer, head] = /^(?:(\w+) · )?Layer (\d+) · Head (\d+)$/.exec(picture.name) ?? [];
  const plain = picture.name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');
  const kind = name === undefined ? 'self' : ATTENTION_KINDS.find((one) => ATTENTION_NAMES[one] === name);
  return view === 'heatmap' && kind && layer && head
    ? diagramName(kind, Number(layer) - 1, Number(head) - 1, ending)
    : `headlight-${plain.startsWith(view) ? '' : `${view}-`}${plain}.${ending}`;
}

/** The layers and heads that a view shows, from 1, joined by commas; undefined for all of them. */
function scopeOf(state: State): { readonly layers: string | undefined; readonly heads: string | undefined } {
  const { inspection, view, layer, head } = state;
  const counted = (numbers: Iterable<number>) =>
    [...numbers]
      .sort((a, b) => a - b)
      .map((one) => one + 1)
      .join(',');
  const some = (chosen: ReadonlySet<number>, all: readonly number[]) =>
    chosen.size < all.length && chosen.size > 0 ? counted(chosen) : undefined;
  if (view === 'why' || view === 'corpus' || (view === 'heatmap' && state.gallery)) {
    return { layers: undefined, heads: undefined };
  }
  if (view === 'model') {
    return {
      layers: some(state.layers, layersIn(inspection!, state.attention)),
      heads: some(state.columns, headsOf(inspection!)),
    };
  }
  const heads = view === 'head' ? some(state.heads, headsOf(inspection!)) : String(head + 1);
  return { layers: String(layer + 1), heads };
}

/** What the weights of a view are of, such as: layer 2, heads 1, 3; undefined if of all heads. */
export function scopeText(state: State): string | undefined {
  const { layers, heads } = scopeOf(state);
  const named = (what: string, numbers: string | undefined) =>
    numbers === undefined
      ? []
      : [`${what}${numbers.includes(',') ? 's' : ''} ${numbers.replaceAll(',', ', ')}`];
  return [...named('layer', layers), ...named('head', heads)].join(', ') || undefined;
}

/**
 * The address of the current view's export.
 *
 * @param all whether weights of all layers and heads are wanted, not only of those shown
 */
export function shownUrl(state: State, name: ExportName, all = false): string {
  const { layers, heads } = scopeOf(state);
  // a page keeps everything for further exploration, and diagrams are of all heads
  const whole = all || name === 'attention.html' || name === 'attention.zip';
  const choice = {
    ...(!whole && layers !== undefined && { layers }),
    ...(!whole && heads !== undefined && { heads }),
    ...(name === 'attention.html' && { shown: shownHash(state), ...asked(state) }),
  };
  return exportUrl(state.inspection!.id!, name, choice);
}

/** The question that a page saved from the Why view answers, too. */
const asked = ({ view, place, why, rather, sinks, hiding, averaged }: State) =>
  view === 'why'
    ? {
        why: [place, why ?? 'likeliest', rather ?? 'likeliest'].join(','),
        ...(sinks && { special: 'true' }),
        ...(hiding && { words: 'hide' }),
        ...(averaged && { average: 'true' }),
      }
    : {};

/** The initial view of a saved page, which has no inspection ids. */
function shownHash(state: State): string {
  return choicesOf({ ...state, measure: 'weight' }).toString();
}
