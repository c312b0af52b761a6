import type { Surface } from './surface.ts';

/** Width of a head's cells. */
export const TINT_WIDTH = 7;

/**
 * Tints a cell for each token and head by how strongly the head weighs the token: a small heatmap beside the tokens, a
 * column a head.
 *
 * @param weights exact weights, [head][token], over the available heads
 * @param heads the heads shown, as places in `weights`
 * @param rows the tokens to draw, the last not among them
 */
export function drawTints(
  surface: Surface,
  rowHeight: number,
  colors: readonly string[],
  weights: Float32Array,
  tokens: number,
  heads: readonly number[],
  rows: readonly [from: number, to: number] = [0, tokens],
): void {
  heads.forEach((head, shown) => {
    surface.fillStyle = colors[shown]!;
    for (let token = rows[0]; token < rows[1]; token++) {
      const weight = weights[head * tokens + token]!;
      if (weight > 0.5 / 255) {
        surface.globalAlpha = Math.min(1, weight);
        surface.fillRect(shown * TINT_WIDTH, token * rowHeight + 1, TINT_WIDTH - 1, rowHeight - 2);
      }
    }
  });
  surface.globalAlpha = 1;
}
