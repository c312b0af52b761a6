import { lineStyle, strokeLines, type LineChoice, type Weights } from './lines.ts';
import type { Strokes } from './raster.ts';

/** Where arcs run: over a sentence in one line. */
export interface ArcSpace {
  /** Middles of the queries, and of the keys, from the left, in pixels. */
  readonly queries: readonly number[];
  readonly keys: readonly number[];
  /** How far above the words the largest arc may reach. */
  readonly height: number;
}

/**
 * Draws attention as arcs over the sentence, one colour a head, the weight as opacity. Attention to what stands before
 * rises steeply at the query; attention to what follows, at the key: so direction shows.
 *
 * @param threshold weights below this are not drawn, 0 to 1
 */
export function drawArcs(
  surface: Strokes,
  space: ArcSpace,
  colors: readonly string[],
  weights: Weights,
  heads: readonly number[],
  choice?: LineChoice,
  threshold = 0,
): void {
  const all = [...space.queries, ...space.keys];
  const farthest = Math.max(1, Math.max(...all) - Math.min(...all));
  const style = lineStyle(colors, weights, heads, choice, threshold);
  strokeLines(surface, weights, heads, choice, style, (shown, query, key) => {
    const apart = (shown - (heads.length - 1) / 2) * Math.min(2, 14 / heads.length);
    const from = space.queries[query]! + apart;
    const to = space.keys[key]! + apart;
    const rise = Math.max(16, Math.sqrt(Math.abs(to - from) / farthest) * space.height * 1.3);
    const top = Math.max(space.height - rise, -space.height * 0.3);
    const loop = query === key || from === to ? 9 : 0;
    surface.moveTo(from, space.height);
    surface.bezierCurveTo(from - loop, top, to + (from - to) * 0.25 + loop, top, to, space.height);
  });
}
