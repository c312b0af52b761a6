import { hex, packed, type Rgb } from '../colors.ts';
import { takesDarkText, type Ramp } from '../ramps.ts';
import type { Surface } from './surface.ts';

/** A matrix to draw: exact weights or 255ths, [query][key]. */
export interface Matrix {
  readonly values: Float32Array | Uint8Array;
  readonly queries: number;
  readonly keys: number;
  /** Whether a query sees a key; cells of what isn't seen stay empty. Undefined if each sees all. */
  readonly sees?: ((query: number, key: number) => boolean) | undefined;
}

/** How the numbers of a matrix become colours. */
export interface CellStyle {
  readonly ramp: Ramp;
  /** The number that gets the ramp's last colour. */
  readonly largest: number;
  /** Smaller numbers get `empty`. */
  readonly threshold: number;
  readonly empty: Rgb;
}

const STEPS = 256;

/** A pixel a cell, row by row, red, green, blue and opacity: what ImageData takes. */
export function pixels(matrix: Matrix, style: CellStyle): Uint8ClampedArray<ArrayBuffer> {
  const { values, keys, sees } = matrix;
  const colors = Array.from({ length: STEPS + 1 }, (_, step) => packed(style.ramp(step / STEPS)));
  const empty = packed(style.empty);
  const scale = STEPS / (style.largest || 1);
  const words = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const hidden = value < style.threshold || sees?.(Math.floor(i / keys), i % keys) === false;
    words[i] = hidden ? empty : colors[Math.min(STEPS, Math.round(value * scale))]!;
  }
  return new Uint8ClampedArray(words.buffer);
}

/** As pixels of one colour, the stronger the weight the less they let through; 255 · weight in `bytes`. */
export function tinted(bytes: Uint8Array, color: Rgb, threshold: number): Uint8ClampedArray<ArrayBuffer> {
  const words = new Uint32Array(bytes.length);
  const opacities = Array.from({ length: 256 }, (_, byte) =>
    byte / 255 < threshold ? 0 : Math.round(255 * (byte / 255) ** 0.7),
  );
  const opaque = packed(color) & 0xffffff;
  for (let i = 0; i < bytes.length; i++) {
    words[i] = ((opacities[bytes[i]!]! << 24) | opaque) >>> 0;
  }
  return new Uint8ClampedArray(words.buffer);
}

/** The smallest cells whose numbers are readable. */
const NUMBERED_CELL = 30;

/** Some rows and columns of a matrix; the ends are not among them. */
export interface Range {
  readonly queries: readonly [from: number, to: number];
  readonly keys: readonly [from: number, to: number];
}

/**
 * Draws cells as squares, with their numbers to two decimals if there is room.
 *
 * @param font of the numbers; undefined to draw none
 */
export function drawCells(
  surface: Surface,
  matrix: Matrix,
  side: number,
  style: CellStyle,
  font: string | undefined,
  range: Range = { queries: [0, matrix.queries], keys: [0, matrix.keys] },
): void {
  const gap = side >= 12 ? 1 : 0;
  const numbered = font !== undefined && side >= NUMBERED_CELL;
  surface.font = `${Math.min(12, side * 0.32)}px ${font ?? ''}`;
  surface.textAlign = 'center';
  surface.textBaseline = 'middle';
  for (let query = range.queries[0]; query < range.queries[1]; query++) {
    for (let key = range.keys[0]; key < range.keys[1]; key++) {
      const value = matrix.values[query * matrix.keys + key]!;
      const hidden = value < style.threshold || matrix.sees?.(query, key) === false;
      const color = hidden ? style.empty : style.ramp(value / (style.largest || 1));
      surface.fillStyle = hex(color);
      surface.fillRect(key * side, query * side, side - gap, side - gap);
      if (numbered && !hidden) {
        surface.fillStyle = takesDarkText(color) ? '#101418' : '#ffffff';
        surface.globalAlpha = value < 0.005 ? 0.45 : 1;
        const number = value.toFixed(2).replace(/^0/, '');
        surface.fillText(number, (key + 0.5) * side - gap / 2, (query + 0.5) * side);
        surface.globalAlpha = 1;
      }
    }
  }
}

/** Draws the colours from 0 to the largest number, with both ends written. */
export function drawLegend(
  surface: Surface,
  style: CellStyle,
  x: number,
  y: number,
  label: { color: string; font: string },
): void {
  const steps = 60;
  for (let step = 0; step < steps; step++) {
    surface.fillStyle = hex(style.ramp(step / (steps - 1)));
    surface.fillRect(x + step * 2, y, 2, 10);
  }
  surface.fillStyle = label.color;
  surface.font = `11px ${label.font}`;
  surface.textBaseline = 'middle';
  surface.textAlign = 'right';
  surface.fillText('0', x - 6, y + 5);
  surface.textAlign = 'left';
  surface.fillText(style.largest.toFixed(2), x + steps * 2 + 6, y + 5);
}
