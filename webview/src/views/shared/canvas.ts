import { Raster, type Strokes } from '../../marks/raster.ts';

/** The longest canvas that browsers accept. */
export const LONGEST = 16_000;

/** Sizes a canvas in CSS pixels, as sharp as the screen where that is possible, and returns a clean context for it. */
export function sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = Math.min(window.devicePixelRatio || 1, LONGEST / Math.max(width, height, 1));
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.imageSmoothingEnabled = false;
  return context;
}

/** Pixels as an image, as large as they are: a pixel for each. */
export function imageOf(
  pixels: Uint8ClampedArray<ArrayBuffer>,
  width: number,
  height: number,
  into = document.createElement('canvas'),
): HTMLCanvasElement {
  if (into.width !== width || into.height !== height) {
    into.width = Math.max(1, width);
    into.height = Math.max(1, height);
  }
  if (width > 0 && height > 0) {
    into.getContext('2d')!.putImageData(new ImageData(pixels, width, height), 0, 0);
  }
  return into;
}

/** Acts when an element's width, or any side of it, changes after it was first shown. */
export function whenResized(element: Element, act: () => void, sides: 'width' | 'both' = 'width'): void {
  let last = '';
  new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect;
    const now = sides === 'both' ? `${width} ${height}` : `${width}`;
    const changed = last !== '' && width > 0 && now !== last;
    last = width > 0 ? now : last;
    if (changed) {
      act();
    }
  }).observe(element);
}

/** A higher resolution is not visible, and each doubling takes four times as long to draw. */
const SHARPEST = 2;

/** Pixels of the screen for each of the page, as many as are worth drawing. */
export const sharpness = () => Math.min(window.devicePixelRatio || 1, SHARPEST);

/** Part of something large, in its own pixels. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Strokes lines that are inside a window into a canvas that stands there. */
export function strokeInto(canvas: HTMLCanvasElement, part: Part, draw: (strokes: Strokes) => void): void {
  const { left, top, width, height } = part;
  const raster = new Raster(width, height, sharpness(), left, top);
  draw(raster);
  imageOf(raster.image(), raster.width, raster.height, canvas);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  canvas.style.transform = `translate(${left}px, ${top}px)`;
}

/** The margin drawn outside the visible part, so that small scrolls show no gap. */
const OVERSCAN = 160;
/** Elements up to this length are drawn completely. */
const WHOLE = 1_400;

/** The part of an element to draw: the visible part and a margin. */
export function windowOn(element: HTMLElement, width: number, height: number): Part {
  const bounds = element.getBoundingClientRect();
  const along = (start: number, length: number, seen: number) => {
    if (length <= WHOLE) {
      return { from: 0, to: length };
    }
    const from = Math.max(0, Math.min(length, -start - OVERSCAN));
    return { from, to: Math.max(from, Math.min(length, seen - start + OVERSCAN)) };
  };
  const across = along(bounds.left, width, document.documentElement.clientWidth);
  const down = along(bounds.top, height, document.documentElement.clientHeight);
  return { left: across.from, top: down.from, width: across.to - across.from, height: down.to - down.from };
}

/** Whether all that is in view of an element is inside a window. */
export function covers(part: Part, element: HTMLElement, width: number, height: number): boolean {
  const needed = windowOn(element, width, height);
  const slack = OVERSCAN - 40;
  const inside = (from: number, to: number, haveFrom: number, haveTo: number, end: number) =>
    haveFrom <= Math.min(end, from === 0 ? 0 : from + slack) &&
    haveTo >= Math.max(0, to === end ? end : to - slack);
  return (
    inside(needed.left, needed.left + needed.width, part.left, part.left + part.width, width) &&
    inside(needed.top, needed.top + needed.height, part.top, part.top + part.height, height)
  );
}

/** The page's current colours and fonts. */
export function themeOf(element: Element, dark: boolean) {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(name).trim();
  return {
    background: color('--background'),
    text: color('--text'),
    muted: color('--muted'),
    border: color('--border'),
    font: style.fontFamily,
    dark,
  };
}
