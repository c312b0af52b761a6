import type { Column, Neurons, NeuronSpace } from '../neurons.ts';
import type { Ramp } from '../ramps.ts';
import { signedPixels, rootMeanSquare } from './strips.ts';
import type { Surface, Theme } from './surface.ts';

/** Makes an image of pixels, one for each neuron. */
export type ToImage = (
  pixels: Uint8ClampedArray<ArrayBuffer>,
  width: number,
  height: number,
) => HTMLCanvasElement;

/** How neurons are drawn. */
export interface NeuronStyle {
  readonly theme: Theme;
  readonly ramp: Ramp;
  /** The head's colour. */
  readonly color: string;
  readonly rowHeight: number;
  /** Weaker attention is not drawn. */
  readonly threshold: number;
  readonly toImage: ToImage;
}

/**
 * Draws what a head computes for one token: its query beside it, lines to the tokens as strong as the attention, and in
 * each token's row key, elementwise product, score and softmax; before the score the parts that it is made of, if it is
 * more than the scaled dot product. Signed numbers are blue above zero, orange below; parts and score share a scale.
 *
 * @param row the row of the query, among the queries shown; undefined if it is not shown
 * @param keys the tokens of the rows
 */
export function drawNeurons(
  surface: Surface,
  neurons: Neurons,
  space: NeuronSpace,
  row: number,
  keys: readonly number[],
  style: NeuronStyle,
): void {
  const { steps, parts } = space;
  const { rowHeight } = style;
  const middle = (at: number) => (at + 0.5) * rowHeight;
  if (row >= 0) {
    drawStrips(surface, neurons.query, [0], row * rowHeight, space, steps.query.x, style);
  }
  drawLinks(surface, neurons, keys, steps.query.x + steps.query.width, steps.key.x, middle(row), style);
  const tokens = keys.map((key) => (neurons.sees[key] ? key : undefined));
  drawStrips(surface, neurons.key, tokens, 0, space, steps.key.x, style);
  drawStrips(surface, neurons.product, tokens, 0, space, steps.product.x, style);
  const spread = 1.5 * rootMeanSquare(seen([neurons.score, ...neurons.parts.values()], neurons.sees));
  surface.font = `11px ${style.theme.font}`;
  surface.textBaseline = 'middle';
  tokens.forEach((key, at) => {
    if (key === undefined) {
      return;
    }
    parts.forEach((column, part) => {
      drawScore(surface, neurons.parts.get(part)![key]!, spread, column, at, style);
    });
    drawScore(surface, neurons.score[key]!, spread, steps.score, at, style);
    const { x, width } = steps.softmax;
    const weight = neurons.softmax[key]!;
    surface.fillStyle = style.color;
    surface.fillRect(
      x,
      at * rowHeight + 3,
      weight >= style.threshold ? (width - 44) * weight : 0,
      rowHeight - 6,
    );
    surface.fillStyle = style.theme.text;
    surface.textAlign = 'right';
    surface.fillText(neurons.softmax[key]!.toFixed(3), x + width, middle(at));
  });
}

/** The numbers of the keys that are seen. */
const seen = (columns: readonly Float32Array[], sees: readonly boolean[]) =>
  Float32Array.from(columns.flatMap((column) => [...column].filter((_, key) => sees[key])));

/** Lines from the query to the tokens, as strong as the attention. */
function drawLinks(
  surface: Surface,
  { softmax }: Neurons,
  keys: readonly number[],
  left: number,
  right: number,
  from: number,
  { rowHeight, color, threshold }: NeuronStyle,
): void {
  surface.strokeStyle = color;
  surface.lineWidth = 2;
  keys.forEach((key, at) => {
    const weight = softmax[key]!;
    if (weight >= Math.max(threshold, 1 / 255)) {
      const to = (at + 0.5) * rowHeight;
      surface.globalAlpha = Math.min(1, weight);
      surface.beginPath();
      surface.moveTo(left + 3, from);
      surface.bezierCurveTo(left + 30, from, right - 30, to, right - 3, to);
      surface.stroke();
    }
  });
  surface.globalAlpha = 1;
}

/** Signed numbers as strips, a row each; they are one image, with gaps between the rows painted over it. */
function drawStrips(
  surface: Surface,
  values: Float32Array,
  tokens: readonly (number | undefined)[],
  top: number,
  space: NeuronSpace,
  x: number,
  { rowHeight, ramp, toImage, theme }: NeuronStyle,
): void {
  const size = space.size;
  const rows = new Float32Array(tokens.length * size);
  tokens.forEach((token, row) => {
    rows.set(values.subarray((token ?? 0) * size, ((token ?? 0) + 1) * size), row * size);
  });
  const painted = signedPixels(
    { values: rows, queries: tokens.length, keys: size },
    1.5 * rootMeanSquare(values),
    ramp,
  );
  const width = size * space.neuron;
  surface.drawImage(toImage(painted, size, tokens.length), x, top, width, tokens.length * rowHeight);
  surface.fillStyle = theme.background;
  tokens.forEach((token, row) => {
    const y = top + row * rowHeight;
    if (token === undefined) {
      surface.fillRect(x, y, width, rowHeight);
    } else {
      surface.fillRect(x, y - 0.5, width, 2.5);
      surface.fillRect(x, y + rowHeight - 2, width, 2.5);
    }
  });
}

/** A score or a part of one, in its colour, with its number. */
function drawScore(
  surface: Surface,
  score: number,
  spread: number,
  { x, width }: Column,
  row: number,
  { rowHeight, theme, ramp }: NeuronStyle,
): void {
  const [red, green, blue] = ramp((Math.tanh(score / (spread || 1)) + 1) / 2);
  surface.fillStyle = `rgb(${red}, ${green}, ${blue})`;
  surface.fillRect(x, row * rowHeight + 3, width < 60 ? 5 : 12, rowHeight - 6);
  surface.fillStyle = theme.text;
  surface.textAlign = 'right';
  surface.fillText(score.toFixed(2).replace('-', '−'), x + width - 2, (row + 0.5) * rowHeight);
}
