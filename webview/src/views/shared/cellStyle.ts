import type { Rgb } from '../../colors.ts';
import type { CellStyle } from '../../marks/cells.ts';
import { SEQUENTIAL } from '../../ramps.ts';
import type { State } from '../../state.ts';

function largestOf(values: Float32Array | Uint8Array): number {
  let largest = 0;
  for (const value of values) {
    largest = Math.max(largest, value);
  }
  return largest;
}

/** The colour of empty cells. */
export const emptyCell = (dark: boolean): Rgb => (dark ? [22, 24, 29] : [255, 255, 255]);

/** Maps weights to colours by the user's choices: exact weights, or 255ths. */
export function cellStyle(state: State, values: Float32Array | Uint8Array): CellStyle {
  const whole = values instanceof Uint8Array ? 255 : 1;
  const largest = (state.stretched ? largestOf(values) : 0) || whole;
  return {
    ramp: SEQUENTIAL[state.ramp],
    largest,
    threshold: state.threshold * whole,
    empty: emptyCell(state.dark),
  };
}
