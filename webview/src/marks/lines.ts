import type { Strokes } from './raster.ts';

/** Weights of some heads to draw: 255 · weight, rounded, [head][query][key]. */
export interface Weights {
  readonly bytes: Uint8Array;
  readonly queries: number;
  readonly keys: number;
  /** Heads that weigh all that they see nearly alike: their lines are too faint to see, and are drawn as a weave. */
  readonly even?: ReadonlySet<number>;
  /** What a query sees, for the weave; undefined if it sees all. */
  readonly sees?: ((query: number, key: number) => boolean) | undefined;
}

/** A line from a query to a key, by one of the heads shown; its weight in 255ths. */
export type LineVisitor = (shown: number, query: number, key: number, weight: number) => void;

/** Which lines: all of them, or those of one token. */
export interface LineChoice {
  readonly side: 'query' | 'key';
  readonly index: number;
}

/** More lines than this blur into each other, and take longer than a frame. */
const MOST_LINES = 24_000;

/** Visits the lines of at least some weight. */
export function eachLine(
  { bytes, queries, keys, even }: Weights,
  heads: readonly number[],
  choice: LineChoice | undefined,
  threshold: number,
  visit: LineVisitor,
): void {
  const [from, to] = choice?.side === 'query' ? [choice.index, choice.index + 1] : [0, queries];
  const [left, right] = choice?.side === 'key' ? [choice.index, choice.index + 1] : [0, keys];
  heads.forEach((head, shown) => {
    if (even?.has(head)) {
      return;
    }
    for (let query = from; query < to; query++) {
      const row = (head * queries + query) * keys;
      for (let key = left; key < right; key++) {
        const weight = bytes[row + key]!;
        if (weight >= threshold) {
          visit(shown, query, key, weight);
        }
      }
    }
  });
}

const thresholds = new WeakMap<Weights, Map<string, number>>();

/** The smallest weight, in 255ths, that leaves no more than a number of lines; counted once for the same weights. */
export function thresholdFor(weights: Weights, heads: readonly number[], most: number = MOST_LINES): number {
  let known = thresholds.get(weights);
  if (!known) {
    thresholds.set(weights, (known = new Map()));
  }
  const key = `${heads.join()} ${most}`;
  const threshold = known.get(key) ?? counted(weights, heads, most);
  known.set(key, threshold);
  return threshold;
}

function counted({ bytes, queries, keys, even }: Weights, heads: readonly number[], most: number): number {
  const counts = new Uint32Array(256);
  for (const head of heads.filter((one) => !even?.has(one))) {
    for (let i = head * queries * keys; i < (head + 1) * queries * keys; i++) {
      counts[bytes[i]!]!++;
    }
  }
  let lines = 0;
  for (let weight = 255; weight > 0; weight--) {
    lines += counts[weight]!;
    if (lines > most) {
      return Math.min(255, weight + 1);
    }
  }
  return 1;
}

/** Strokes are grouped by opacity, so that thousands of lines take some hundreds of strokes. */
const STEPS = 64;

/** How lines are drawn. */
export interface LineStyle {
  /** A colour for each of the heads shown. */
  readonly colors: readonly string[];
  readonly lineWidth: number;
  /** From a weight, 0 to 1, to an opacity. */
  readonly opacity: (weight: number) => number;
  /** Weights below this are not drawn, in 255ths. */
  readonly threshold: number;
}

/**
 * Strokes lines, those of equal colour and opacity at once.
 *
 * @param trace adds the path of one line, of a place among the heads shown
 */
export function strokeLines(
  surface: Strokes,
  weights: Weights,
  heads: readonly number[],
  choice: LineChoice | undefined,
  style: LineStyle,
  trace: (shown: number, query: number, key: number) => void,
): void {
  const groups = new Map<number, number[]>();
  eachLine(weights, heads, choice, style.threshold, (shown, query, key, weight) => {
    const step = Math.round(style.opacity(weight / 255) * STEPS);
    if (step === 0) {
      return;
    }
    const group = shown * (STEPS + 1) + step;
    let lines = groups.get(group);
    if (!lines) {
      groups.set(group, (lines = []));
    }
    lines.push(query, key);
  });
  surface.lineWidth = style.lineWidth;
  for (const [group, lines] of groups) {
    const shown = Math.floor(group / (STEPS + 1));
    surface.strokeStyle = style.colors[shown]!;
    surface.globalAlpha = (group % (STEPS + 1)) / STEPS;
    surface.beginPath();
    for (let i = 0; i < lines.length; i += 2) {
      trace(shown, lines[i]!, lines[i + 1]!);
    }
    surface.stroke();
  }
  strokeEven(surface, weights, heads, choice, style, trace);
  surface.globalAlpha = 1;
}

/** How many tokens at each side the lines of an even head join. */
const WOVEN = 24;
const [WEAVE, WEAVE_OF_ONE] = [0.12, 0.35];

/** Draws heads that weigh everything alike as that: lines between some of the tokens, all equally faint. */
function strokeEven(
  surface: Strokes,
  { bytes, queries, keys, even, sees }: Weights,
  heads: readonly number[],
  choice: LineChoice | undefined,
  { colors, threshold }: LineStyle,
  trace: (shown: number, query: number, key: number) => void,
): void {
  const some = (side: LineChoice['side'], count: number) => {
    const step = Math.ceil(count / WOVEN);
    const all = Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
    return choice?.side === side ? [choice.index] : all;
  };
  heads.forEach((head, shown) => {
    if (!even?.has(head)) {
      return;
    }
    surface.strokeStyle = colors[shown]!;
    surface.globalAlpha = choice ? WEAVE_OF_ONE : WEAVE;
    surface.beginPath();
    for (const query of some('query', queries)) {
      for (const key of some('key', keys)) {
        const strong = threshold <= FAINTEST || bytes[(head * queries + query) * keys + key]! >= threshold;
        if (strong && (sees?.(query, key) ?? true)) {
          trace(shown, query, key);
        }
      }
    }
    surface.stroke();
  });
}

/** A threshold that nobody chose, in 255ths: that of thumbnails. */
const FAINTEST = 6;

/** The smallest weight that is drawn, 0 to 1: fainter lines would not be seen. */
export function drawnFrom({ threshold, opacity }: LineStyle): number {
  let weight = Math.max(1, threshold);
  while (weight < 255 && Math.round(opacity(weight / 255) * STEPS) === 0) {
    weight++;
  }
  return weight / 255;
}

/**
 * How the lines of some heads are drawn: those of one token, or of one head, as strong as their weight. Where all lines
 * of many heads are shown, faint ones are fainter still: there are so many of them that they would drown the others.
 *
 * @param threshold weights below this are not drawn, 0 to 1
 */
export function lineStyle(
  colors: readonly string[],
  weights: Weights,
  heads: readonly number[],
  choice: LineChoice | undefined,
  threshold: number,
): LineStyle {
  return {
    colors,
    lineWidth: choice ? 2 : 1.4,
    opacity: (weight) => (choice || heads.length === 1 ? weight : weight ** 1.5),
    threshold: Math.max(Math.ceil(threshold * 255), choice ? 1 : thresholdFor(weights, heads)),
  };
}

/** Where lines run: between two columns of rows. */
export interface LineSpace {
  readonly width: number;
  readonly rowHeight: number;
}

/**
 * Draws the lines of the head view: one colour a head, the weight as opacity. The heads' lines between the same two
 * tokens run side by side, so that none hides another.
 *
 * @param threshold weights below this are not drawn, 0 to 1
 */
export function drawLines(
  surface: Strokes,
  space: LineSpace,
  colors: readonly string[],
  weights: Weights,
  heads: readonly number[],
  choice?: LineChoice,
  threshold = 0,
): void {
  const bend = space.width * 0.42;
  const apart = Math.min(2, (space.rowHeight * 0.6) / heads.length);
  const style = lineStyle(colors, weights, heads, choice, threshold);
  strokeLines(surface, weights, heads, choice, style, (shown, query, key) => {
    const middle = space.rowHeight / 2 + (shown - (heads.length - 1) / 2) * apart;
    const from = query * space.rowHeight + middle;
    const to = key * space.rowHeight + middle;
    surface.moveTo(0, from);
    surface.bezierCurveTo(bend, from, space.width - bend, to, space.width, to);
  });
}

/** No thumbnail shows more lines than this. */
const MOST_IN_THUMBNAIL = 150;

/**
 * Draws one head small: straight lines from the left side to the right.
 *
 * @param choice only the lines of one row or column
 */
export function drawThumbnailLines(
  surface: Strokes,
  side: number,
  color: string,
  weights: Weights,
  threshold: number,
  choice?: LineChoice,
): void {
  const most = choice ? 0 : thresholdFor(weights, [0], MOST_IN_THUMBNAIL);
  const style = {
    colors: [color],
    lineWidth: 1.3,
    opacity: (weight: number) => weight,
    threshold: Math.max(Math.ceil(threshold * 255), most, FAINTEST),
  };
  strokeLines(surface, weights, [0], choice, style, (_, query, key) => {
    surface.moveTo(0, ((query + 0.5) / weights.queries) * side);
    surface.lineTo(side, ((key + 0.5) / weights.keys) * side);
  });
}
