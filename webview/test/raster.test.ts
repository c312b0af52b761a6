import { describe, expect, test } from 'vitest';
import { Raster } from '../src/marks/raster.ts';

/** Opacities of a raster's pixels, row by row. */
function opacities(raster: Raster): number[][] {
  const image = raster.image();
  return Array.from({ length: raster.height }, (_, y) =>
    Array.from({ length: raster.width }, (_, x) => image[(y * raster.width + x) * 4 + 3]!),
  );
}

function line(raster: Raster, ...[x0, y0, x1, y1]: [number, number, number, number]): Raster {
  raster.beginPath();
  raster.moveTo(x0, y0);
  raster.lineTo(x1, y1);
  raster.stroke();
  return raster;
}

describe('a line in pixels', () => {
  test('covers the pixels that it crosses, in proportion to the covered area', () => {
    expect(opacities(line(new Raster(3, 3), 0, 1.5, 3, 1.5))).toEqual([
      [0, 0, 0],
      [255, 255, 255],
      [0, 0, 0],
    ]);
    expect(opacities(line(new Raster(2, 3), 0, 1, 2, 1))).toEqual([
      [128, 128],
      [128, 128],
      [0, 0],
    ]);
  });

  test('is the same in both directions', () => {
    for (const [x0, y0, x1, y1] of [
      [0, 0, 9, 4],
      [1, 9, 3, 0],
      [0, 5, 9, 5],
      [4, 0, 4, 9],
    ] as const) {
      const there = line(new Raster(10, 10), x0, y0, x1, y1).image();
      const back = line(new Raster(10, 10), x1, y1, x0, y0).image();
      there.forEach((value, i) => expect(Math.abs(value - back[i]!)).toBeLessThanOrEqual(1));
    }
  });

  test('has its colour, and its opacity', () => {
    const raster = new Raster(1, 1);
    raster.strokeStyle = '#336699';
    raster.globalAlpha = 0.5;
    expect([...line(raster, 0, 0.5, 1, 0.5).image()]).toEqual([0x33, 0x66, 0x99, 128]);
  });

  test('is drawn over earlier marks', () => {
    const raster = new Raster(1, 1);
    raster.strokeStyle = '#ff0000';
    line(raster, 0, 0.5, 1, 0.5);
    raster.strokeStyle = '#0000ff';
    raster.globalAlpha = 0.5;
    expect([...line(raster, 0, 0.5, 1, 0.5).image()]).toEqual([128, 0, 128, 255]);
  });

  test('has the given width, and twice as many pixels on a high-density screen', () => {
    const raster = new Raster(2, 4, 2);
    raster.lineWidth = 2;
    const covered = opacities(line(raster, 0, 2, 2, 2)).map((row) => row[0]);
    expect(covered).toEqual([0, 0, 255, 255, 255, 255, 0, 0]);
  });

  test('that has no length, or is outside, draws nothing', () => {
    const raster = new Raster(3, 3);
    line(raster, 1, 1, 1, 1);
    line(raster, -50, -50, -10, -20);
    line(raster, 100, 1, 200, 2);
    expect(raster.image().every((value) => value === 0)).toBe(true);
  });
});

describe('a window', () => {
  test('shows the same as that part of the whole', () => {
    const draw = (raster: Raster) => {
      raster.beginPath();
      raster.moveTo(0, 3);
      raster.bezierCurveTo(40, 3, 60, 97, 100, 97);
      raster.moveTo(0, 50);
      raster.bezierCurveTo(40, 50, 60, 5, 100, 5);
      raster.stroke();
      return raster;
    };
    const whole = opacities(draw(new Raster(100, 100)));
    const part = opacities(draw(new Raster(50, 40, 1, 30, 20)));
    part.forEach((row, y) =>
      row.forEach((value, x) => expect(Math.abs(value - whole[y + 20]![x + 30]!)).toBeLessThanOrEqual(1)),
    );
    expect(part.flat().some((value) => value > 100)).toBe(true);
  });
});
