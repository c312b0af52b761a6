/** The part of a canvas context that tints are drawn with. */
export type TintContext = Pick<CanvasRenderingContext2D, 'fillRect' | 'globalAlpha' | 'fillStyle'>;

/** Width of a head's cells. */
export const TINT_WIDTH = 7;

/**
 * Tints a cell for each token and head by how strongly the head weighs the token: a small heatmap beside the tokens, a
 * column a head.
 *
 * @param weights exact weights, [head][token], over the heads that are there
 * @param heads the heads shown, as places in `weights`
 */
export function drawTints(
  context: TintContext,
  rowHeight: number,
  colors: readonly string[],
  weights: Float32Array,
  tokens: number,
  heads: readonly number[],
): void {
  heads.forEach((head, shown) => {
    context.fillStyle = colors[shown]!;
    for (let token = 0; token < tokens; token++) {
      const weight = weights[head * tokens + token]!;
      if (weight > 0.5 / 255) {
        context.globalAlpha = Math.min(1, weight);
        context.fillRect(shown * TINT_WIDTH, token * rowHeight + 1, TINT_WIDTH - 1, rowHeight - 2);
      }
    }
  });
}
