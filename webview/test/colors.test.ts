import { describe, expect, test } from 'vitest';
import { headColor, hex, oklch } from '../src/colors.ts';
import { ramp, SEQUENTIAL, takesDarkText } from '../src/ramps.ts';

describe('colours', () => {
  test.each([8, 12, 16, 24])('of %i heads all differ', (heads) => {
    for (const dark of [true, false]) {
      const colors = Array.from({ length: heads }, (_, head) => headColor(head, heads, dark));
      expect(new Set(colors).size).toBe(heads);
    }
  });

  // values of CSS Color 4's sample code
  test.each([
    [[1, 0, 0], '#ffffff'],
    [[0.62796, 0.25768, 29.234], '#ff0000'],
    [[0.86644, 0.29483, 142.495], '#00ff00'],
    [[0.45201, 0.31321, 264.052], '#0000ff'],
  ] as const)('%j in OKLCH is %s', ([lightness, chroma, hue], color) => {
    expect(hex(oklch(lightness, chroma, hue))).toBe(color);
  });
});

describe('a ramp', () => {
  test('interpolates its colours, and clamps', () => {
    const run = ramp('#000000', '#640000', '#64c800');
    expect([-1, 0, 0.25, 0.5, 0.75, 1, 2].map((value) => hex(run(value)))).toEqual([
      '#000000',
      '#000000',
      '#320000',
      '#640000',
      '#646400',
      '#64c800',
      '#64c800',
    ]);
  });

  test('chooses a readable text colour', () => {
    expect(takesDarkText(SEQUENTIAL.ylgnbu(0))).toBe(true);
    expect(takesDarkText(SEQUENTIAL.ylgnbu(1))).toBe(false);
    expect(takesDarkText(SEQUENTIAL.viridis(1))).toBe(true);
  });
});
