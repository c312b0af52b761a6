import type { Ramp } from '../ramps.ts';
import { pixels, type Matrix } from './cells.ts';

/**
 * Signed numbers as pixels: orange below zero, blue above, as strong as tanh(|x| / spread), so that one large number
 * does not make all others pale.
 *
 * @param spread the number that gets three quarters of the full colour
 */
export function signedPixels(matrix: Matrix, spread: number, ramp: Ramp): Uint8ClampedArray<ArrayBuffer> {
  const squashed = Float32Array.from(matrix.values, (x) => (Math.tanh(x / (spread || 1)) + 1) / 2);
  return pixels({ ...matrix, values: squashed }, { ramp, largest: 1, threshold: 0, empty: [0, 0, 0] });
}

/** Root of the mean square: a spread that fits most numbers. */
export function rootMeanSquare(values: Float32Array): number {
  let sum = 0;
  for (const value of values) {
    sum += value * value;
  }
  return Math.sqrt(sum / Math.max(1, values.length));
}
