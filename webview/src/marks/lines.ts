/** A line from a query to a key, by one of the heads shown; its weight in 255ths. */
export type LineVisitor = (shown: number, query: number, key: number, weight: number) => void;

/** Which lines: all of them, or those of one token. */
export interface LineChoice {
  readonly side: 'query' | 'key';
  readonly token: number;
}

/** More lines than this blur into each other, and take longer than a frame. */
export const MOST_LINES = 24_000;

/** Visits the lines of at least some weight. */
export function eachLine(
  weights: Uint8Array,
  tokens: number,
  heads: readonly number[],
  choice: LineChoice | undefined,
  least: number,
  visit: LineVisitor,
): void {
  const queries = choice?.side === 'query' ? [choice.token, choice.token + 1] : [0, tokens];
  const keys = choice?.side === 'key' ? [choice.token, choice.token + 1] : [0, tokens];
  heads.forEach((head, shown) => {
    for (let query = queries[0]!; query < queries[1]!; query++) {
      const row = (head * tokens + query) * tokens;
      for (let key = keys[0]!; key < keys[1]!; key++) {
        const weight = weights[row + key]!;
        if (weight >= least) {
          visit(shown, query, key, weight);
        }
      }
    }
  });
}

/** The least weight, in 255ths, that leaves no more than a number of lines. */
export function leastFor(
  weights: Uint8Array,
  tokens: number,
  heads: readonly number[],
  most: number = MOST_LINES,
): number {
  const counts = new Uint32Array(256);
  for (const head of heads) {
    for (let i = head * tokens * tokens; i < (head + 1) * tokens * tokens; i++) {
      counts[weights[i]!]!++;
    }
  }
  let lines = 0;
  for (let weight = 255; weight > 0; weight--) {
    lines += counts[weight]!;
    if (lines > most) {
      return weight + 1;
    }
  }
  return 1;
}

/** Where lines run: between two columns of rows. */
export interface LineSpace {
  readonly width: number;
  readonly rowHeight: number;
}

/** The part of a canvas context that lines are drawn with. */
export type LineContext = Pick<
  CanvasRenderingContext2D,
  'beginPath' | 'moveTo' | 'bezierCurveTo' | 'stroke' | 'globalAlpha' | 'strokeStyle' | 'lineWidth'
>;

/** Strokes are grouped by opacity, so that thousands of lines take some hundreds of strokes. */
const STEPS = 64;

/**
 * Draws the lines of the head view: one colour a head, the weight as opacity. The heads' lines between the same two
 * tokens run side by side, so that none hides another. Where all lines are shown, faint ones are fainter still: there
 * are so many of them that they would drown the others.
 */
export function drawLines(
  context: LineContext,
  space: LineSpace,
  colors: readonly string[],
  weights: Uint8Array,
  tokens: number,
  heads: readonly number[],
  choice?: LineChoice,
): void {
  const groups = new Map<number, number[]>();
  const least = choice ? 1 : leastFor(weights, tokens, heads);
  const opacity = choice ? (weight: number) => weight : (weight: number) => weight ** 1.5;
  eachLine(weights, tokens, heads, choice, least, (shown, query, key, weight) => {
    const step = Math.round(opacity(weight / 255) * STEPS);
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
  const bend = space.width * 0.42;
  const apart = Math.min(2, (space.rowHeight * 0.6) / heads.length);
  context.lineWidth = choice ? 2 : 1.4;
  for (const [group, lines] of groups) {
    const shown = Math.floor(group / (STEPS + 1));
    const middle = space.rowHeight / 2 + (shown - (heads.length - 1) / 2) * apart;
    context.strokeStyle = colors[shown]!;
    context.globalAlpha = (group % (STEPS + 1)) / STEPS;
    context.beginPath();
    for (let i = 0; i < lines.length; i += 2) {
      const from = lines[i]! * space.rowHeight + middle;
      const to = lines[i + 1]! * space.rowHeight + middle;
      context.moveTo(0, from);
      context.bezierCurveTo(bend, from, space.width - bend, to, space.width, to);
    }
    context.stroke();
  }
}
