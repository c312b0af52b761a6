import { describe, expect, test } from 'vitest';
import { withDensity, withDescription } from '../src/density.ts';
import {
  converted,
  figure,
  figureTheme,
  lengths,
  pixelsWide,
  wrapped,
  type FigureChoice,
} from '../src/figure.ts';
import { onGround } from '../src/marks/surface.ts';
import { svg } from '../src/marks/svg.ts';
import { belowFigure } from '../src/parts/figureBelow.ts';
import { PAIR, stateOf } from './inspections.ts';

const CHOICE: FigureChoice = {
  ground: 'light',
  width: 160,
  unit: 'mm',
  dpi: 300,
  caption: true,
  legend: true,
};
const LIGHT = figureTheme('light', 'sans');
const picture = (theme = LIGHT) => onGround('Layer 1', 400, 200, theme, () => {});
const wide = (text: string) => text.length * 6;

describe('the size of a figure', () => {
  test('follows from millimetres and dots per inch, or is its pixels', () => {
    expect(pixelsWide(CHOICE)).toBe(1890); // 160 / 25.4 · 300
    expect(pixelsWide({ ...CHOICE, width: 800, unit: 'px' })).toBe(800);
    expect(lengths(CHOICE, picture())).toEqual({ width: '160mm', height: '80mm' });
  });

  test('stays when its unit changes', () => {
    expect(converted(CHOICE)).toEqual({ unit: 'px', width: 605 });
    expect(converted({ ...CHOICE, width: 605, unit: 'px' })).toEqual({ unit: 'mm', width: 160 });
  });

  test('is written in SVG', () => {
    expect(svg(picture(), wide, lengths(CHOICE, picture()))).toContain(
      'width="160mm" height="80mm" viewBox="0 0 400 200"',
    );
  });
});

describe('below a picture', () => {
  const below = belowFigure(stateOf(PAIR, { view: 'head', layer: 1, heads: new Set([1]) }), false);

  test('stand the text, the model, layer and heads, and the colours of heads', () => {
    expect(below.caption).toEqual(['“unseen cats” · “Sat”', 'm, layer 2, head 2.']);
    expect(below.legend.map(({ name }) => name)).toEqual(['Head 2']);
    const drawn = svg(figure(picture(), below, LIGHT, wide), wide);
    expect(drawn).toContain('>“unseen cats” · “Sat”</text>');
    expect(drawn).toContain(`fill="${below.legend[0]!.color}"`);
  });

  test('is as much room as it takes, and none if nothing is asked for', () => {
    expect(figure(picture(), { caption: [], legend: [] }, LIGHT, wide).height).toBe(200);
    const one = figure(picture(), { caption: ['a'], legend: [] }, LIGHT, wide).height;
    const long = figure(picture(), { caption: ['word '.repeat(40).trim()], legend: [] }, LIGHT, wide).height;
    expect(one).toBeGreaterThan(200);
    expect(long - one).toBe(3 * 18); // 40 words of 5 letters in lines of 352 pixels
  });

  test('words are broken into lines', () => {
    expect(wrapped('one two three', 42, wide)).toEqual(['one two', 'three']);
  });
});

test('a transparent figure has no ground', () => {
  const rects = (theme = LIGHT) => svg(picture(theme)).match(/<rect/g)?.length ?? 0;
  expect([rects(), rects(figureTheme('transparent', 'sans'))]).toEqual([1, 0]);
});

test('a PNG says its density, in a chunk whose checksum holds', () => {
  const png = new Uint8Array(40).fill(7);
  const whole = withDensity(png, 300);
  expect(whole.length).toBe(61);
  const view = new DataView(whole.buffer, 33);
  expect(view.getUint32(8)).toBe(11811);
  expect(view.getUint32(17)).toBe(0x78a53f76); // as every PNG of 300 dpi has it
  expect([...whole.subarray(54)]).toEqual([...png.subarray(33)]);
});

test('a PNG and an SVG say what they show, as text', () => {
  const png = withDescription(new Uint8Array(40).fill(7), '“née” <b>');
  const length = new DataView(png.buffer).getUint32(33);
  const text = new TextDecoder().decode(png.subarray(37, 37 + 4 + length));
  expect(text).toBe('iTXtDescription\0\0\0\0\0“née” <b>');
  expect(png.length).toBe(40 + 12 + length);
  expect(svg({ ...picture(LIGHT), about: '“née” <b>' })).toContain('<desc>“née” &lt;b&gt;</desc>');
});
