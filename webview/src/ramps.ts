import type { Rgb } from './colors.ts';
import type { RampId } from './state.ts';

/** Colours from 0 to 1. */
export type Ramp = (value: number) => Rgb;

/** Through colours given as #rrggbb, evenly apart, straight lines in sRGB between them. */
export function ramp(...stops: readonly string[]): Ramp {
  const colors = stops.map((stop) => [1, 3, 5].map((at) => parseInt(stop.slice(at, at + 2), 16)));
  return (value) => {
    const at = Math.min(1, Math.max(0, value)) * (colors.length - 1);
    const low = Math.min(Math.floor(at), colors.length - 2);
    const part = (i: number) =>
      Math.round(colors[low]![i]! + (at - low) * (colors[low + 1]![i]! - colors[low]![i]!));
    return [part(0), part(1), part(2)];
  };
}

// ColorBrewer's YlGnBu (Harrower and Brewer 2003), as seaborn draws it, and matplotlib's viridis, in nine stops each
const YLGNBU = [
  '#ffffd9',
  '#edf8b1',
  '#c7e9b4',
  '#7fcdbb',
  '#41b6c4',
  '#1d91c0',
  '#225ea8',
  '#253494',
  '#081d58',
];
const VIRIDIS = [
  '#440154',
  '#472d7b',
  '#3b528b',
  '#2c728e',
  '#21918c',
  '#28ae80',
  '#5ec962',
  '#addc30',
  '#fde725',
];

/** Colour maps for weights; grey is that of CS50's diagrams. */
export const SEQUENTIAL: Readonly<Record<RampId, Ramp>> = {
  ylgnbu: ramp(...YLGNBU),
  viridis: ramp(...VIRIDIS),
  grey: ramp('#000000', '#ffffff'),
};

export const RAMP_NAMES: Readonly<Record<RampId, string>> = {
  ylgnbu: 'Yellow to blue',
  viridis: 'Viridis',
  grey: 'Grey',
};

/** Signed numbers, −1 to 1 mapped to 0 to 1: orange below, blue above, as in BertViz's neuron view. */
export const signedRamp = (dark: boolean): Ramp =>
  dark
    ? ramp('#ff9d3c', '#8a5a2b', '#1b1e24', '#2a5f9e', '#5cabff')
    : ramp('#c65a00', '#f2b27a', '#ffffff', '#8db9ee', '#1257b8');

/** Whether dark text is read better than light text on a colour, by WCAG's relative luminance. */
export function takesDarkText([red, green, blue]: Rgb): boolean {
  const linear = (part: number) => ((part / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue) > 0.18;
}
