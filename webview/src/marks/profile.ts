import { packed, type Rgb } from '../colors.ts';
import type { Surface, Theme } from './surface.ts';

/** A number and its standard error. */
interface Mean {
  readonly mean: number;
  readonly error: number;
}

/** One of the profiles of a diagram. */
export interface Bars {
  readonly means: readonly Mean[];
  readonly color: string;
}

/** The least that a diagram's axis ends at, so that a head that looks everywhere alike stays low. */
const LOWEST = 0.1;
/** Room for the numbers of the axis, for half of the last one below, for what stands below, and for the axis's name. */
const [LEFT, RIGHT, BELOW, ABOVE] = [44, 8, 36, 16];

/** Where the axis of some shares ends: a round number above all of them. */
export function topOf(profiles: readonly (readonly Mean[])[]): number {
  const most = Math.max(LOWEST, ...profiles.flat().map(({ mean, error }) => mean + error));
  const step = most <= 0.25 ? 0.05 : 0.1;
  return Math.min(1, Math.ceil(most / step - 1e-9) * step);
}

/** Which bar of a diagram so wide a place is over; undefined beside all of them. */
export function barAt(x: number, width: number, bars: number): number | undefined {
  const bar = Math.floor(((x - LEFT) * bars) / (width - LEFT - RIGHT));
  return bar >= 0 && bar < bars ? bar : undefined;
}

/**
 * Draws mean weights by distance as bars with their standard errors, and a dashed line to compare them with; a second profile
 * stands beside the first.
 *
 * @param farthest the distance of the last bar; the first one's is as far in the other direction
 */
export function drawProfile(
  surface: Surface,
  width: number,
  height: number,
  profiles: readonly Bars[],
  baseline: readonly number[],
  farthest: number,
  theme: Theme,
): void {
  const top = topOf([...profiles.map(({ means }) => means), baseline.map((mean) => ({ mean, error: 0 }))]);
  const bars = baseline.length;
  const step = (width - LEFT - RIGHT) / bars;
  const floor = height - BELOW;
  const y = (share: number) => floor - (share / top) * (floor - ABOVE);
  axes();
  const each = (step * 0.8) / profiles.length;
  profiles.forEach(({ means, color }, which) =>
    means.forEach(({ mean, error }, i) => {
      const x = LEFT + i * step + step * 0.1 + which * each;
      surface.fillStyle = color;
      surface.fillRect(x, y(mean), Math.max(1, each - (which > 0 ? 0 : 0.5)), floor - y(mean));
      if (error > 0) {
        surface.strokeStyle = theme.text;
        surface.lineWidth = 1;
        line(x + each / 2, y(mean - error), x + each / 2, y(mean + error));
      }
    }),
  );
  surface.strokeStyle = theme.text;
  surface.lineWidth = 1.25;
  baseline.forEach((share, i) => line(LEFT + (i + 0.1) * step, y(share), LEFT + (i + 0.9) * step, y(share)));

  function axes(): void {
    surface.font = `11px ${theme.font}`;
    surface.textBaseline = 'middle';
    surface.lineWidth = 1;
    const ticks = top <= 0.25 ? 0.05 : top <= 0.5 ? 0.1 : 0.2;
    for (let share = 0; share <= top + 1e-9; share += ticks) {
      surface.strokeStyle = theme.border;
      line(LEFT, y(share), width - RIGHT, y(share));
      surface.fillStyle = theme.muted;
      surface.textAlign = 'right';
      surface.fillText(
        share
          .toFixed(2)
          .replace(/^0(?=\.)/, '')
          .replace('.00', '0'),
        LEFT - 5,
        y(share),
      );
    }
    surface.textAlign = 'center';
    for (let distance = -farthest; distance <= farthest; distance += farthest / 4) {
      const sign = distance < 0 ? '−' : distance > 0 ? '+' : '';
      const x = LEFT + (distance + farthest + 0.5) * step;
      surface.fillText(`${sign}${Math.abs(distance)}`, x, floor + 10);
    }
    surface.fillText('← before     tokens away     after →', LEFT + (width - LEFT - RIGHT) / 2, height - 8);
    surface.textAlign = 'left';
    surface.fillText('mean weight', 0, 6);
  }

  function line(x: number, from: number, toX: number, to: number): void {
    surface.beginPath();
    surface.moveTo(x, from);
    surface.lineTo(toX, to);
    surface.stroke();
  }
}

/** The least that a thumbnail's bars run to. */
const LEAST = 0.2;

/** A profile as a small picture: bars to its largest share, and a line where the token itself is. */
export function profilePixels(
  shares: readonly number[],
  color: Rgb,
  side: number,
): Uint8ClampedArray<ArrayBuffer> {
  const most = Math.max(LEAST, ...shares);
  return bars(
    shares.map((share) => share / most),
    () => color,
    side,
    0,
  );
}

/** A difference of profiles: orange above the middle where the first has more, blue below where the other has. */
export function differencePixels(
  shares: readonly number[],
  most: number,
  [more, less]: readonly [Rgb, Rgb],
  side: number,
): Uint8ClampedArray<ArrayBuffer> {
  return bars(
    shares.map((share) => share / (2 * most)),
    (share) => (share > 0 ? more : less),
    side,
    0.5,
  );
}

/** Bars from a height on, up or down, in so many parts of the side. */
function bars(
  shares: readonly number[],
  colorOf: (share: number) => Rgb,
  side: number,
  ground: number,
): Uint8ClampedArray<ArrayBuffer> {
  const words = new Uint32Array(side * side);
  const floor = Math.round((1 - ground) * side);
  const [itself, axis] = [packed([128, 128, 128], 90), packed([128, 128, 128], 150)];
  const middle = Math.floor(((shares.length >> 1) * side) / shares.length);
  for (let y = 0; y < side; y++) {
    words[y * side + middle] = itself;
  }
  if (ground > 0) {
    words.fill(axis, floor * side, (floor + 1) * side);
  }
  shares.forEach((share, i) => {
    const [from, to] = [i, i + 1].map((at) => Math.round((at * side) / shares.length));
    const end = floor - Math.round(Math.max(-1, Math.min(1, share)) * side);
    const color = packed(colorOf(share));
    for (let y = Math.max(0, Math.min(floor, end)); y < Math.min(side, Math.max(floor, end)); y++) {
      words.fill(color, y * side + from!, y * side + to!);
    }
  });
  return new Uint8ClampedArray(words.buffer);
}
