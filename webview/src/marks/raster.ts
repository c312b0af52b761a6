import type { Surface } from './surface.ts';

/** The part of a surface that lines are drawn with. */
export type Strokes = Pick<
  Surface,
  'beginPath' | 'moveTo' | 'lineTo' | 'bezierCurveTo' | 'stroke' | 'globalAlpha' | 'strokeStyle' | 'lineWidth'
>;

/** A curve becomes a chain of at most so many straight pieces. */
const MOST_PIECES = 40;

/** Memory that is used again, as one raster is drawn after the other. */
class Spare {
  #array = new Float32Array(0);

  filled(length: number, value: number): Float32Array {
    if (this.#array.length < length || this.#array.length > 16 * length) {
      this.#array = new Float32Array(length);
    }
    return this.#array.subarray(0, length).fill(value);
  }
}

const [forPixels, forVeils] = [new Spare(), new Spare()];

/**
 * Strokes thin lines into pixels, many times as fast as a canvas does without a graphics card: tens of thousands of
 * lines are a frame's work. Only what is inside a window is drawn, and only on the raster that was made last. A line has
 * no ends and no joints, and is as smooth as the part of each pixel that it covers.
 *
 * Lines of one colour, stroked one after the other, are one veil: what shows through it is a product of one number for
 * each line, and the colour is laid over the others when the next one begins.
 */
export class Raster implements Strokes {
  globalAlpha = 1;
  strokeStyle: string | CanvasGradient | CanvasPattern = '#000000';
  lineWidth = 1;
  readonly width: number;
  readonly height: number;
  readonly #ratio: number;
  readonly #left: number;
  readonly #top: number;
  /** How much shows through what is stroked in the current colour, 0 to 1. */
  readonly #veil: Float32Array;
  #color = '';
  /** The colours before: red, green and blue, 0 to 255 and times opacity, and opacity, 0 to 1. */
  #pixels: Float32Array | undefined;
  /** Pieces of the path: from x, y to x, y. */
  #path = new Float32Array(1024);
  #pieces = 0;
  #x = 0;
  #y = 0;

  /**
   * @param width of the window, in the units of the lines
   * @param ratio pixels for each unit
   * @param left where the window begins
   */
  constructor(width: number, height: number, ratio = 1, left = 0, top = 0) {
    this.width = Math.max(1, Math.round(width * ratio));
    this.height = Math.max(1, Math.round(height * ratio));
    this.#ratio = ratio;
    this.#left = left;
    this.#top = top;
    this.#veil = forVeils.filled(this.width * this.height, 1);
  }

  beginPath(): void {
    this.#pieces = 0;
  }

  moveTo(x: number, y: number): void {
    this.#x = (x - this.#left) * this.#ratio;
    this.#y = (y - this.#top) * this.#ratio;
  }

  lineTo(x: number, y: number): void {
    const toX = (x - this.#left) * this.#ratio;
    const toY = (y - this.#top) * this.#ratio;
    this.#add(this.#x, this.#y, toX, toY);
    this.#x = toX;
    this.#y = toY;
  }

  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void {
    const [ratio, left, top] = [this.#ratio, this.#left, this.#top];
    const [ax, ay] = [this.#x, this.#y];
    const [bx, by, cx, cy] = [
      (x1 - left) * ratio,
      (y1 - top) * ratio,
      (x2 - left) * ratio,
      (y2 - top) * ratio,
    ];
    const [dx, dy] = [(x - left) * ratio, (y - top) * ratio];
    this.#x = dx;
    this.#y = dy;
    const inside =
      Math.max(ay, by, cy, dy) >= -2 &&
      Math.min(ay, by, cy, dy) <= this.height + 2 &&
      Math.max(ax, bx, cx, dx) >= -2 &&
      Math.min(ax, bx, cx, dx) <= this.width + 2;
    if (!inside) {
      return;
    }
    const length = Math.abs(dx - ax) + Math.abs(dy - ay) + Math.abs(by - ay) + Math.abs(dy - cy);
    const pieces = Math.max(6, Math.min(MOST_PIECES, Math.ceil(length / 14)));
    let [fromX, fromY] = [ax, ay];
    for (let i = 1; i <= pieces; i++) {
      const t = i / pieces;
      const u = 1 - t;
      const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
      const toX = a * ax + b * bx + c * cx + d * dx;
      const toY = a * ay + b * by + c * cy + d * dy;
      this.#add(fromX, fromY, toX, toY);
      fromX = toX;
      fromY = toY;
    }
  }

  /** Adds a piece, unless it is outside the window. */
  #add(x0: number, y0: number, x1: number, y1: number): void {
    const outside =
      (y0 < -2 && y1 < -2) ||
      (y0 > this.height + 2 && y1 > this.height + 2) ||
      (x0 < -2 && x1 < -2) ||
      (x0 > this.width + 2 && x1 > this.width + 2);
    if (outside) {
      return;
    }
    const at = this.#pieces * 4;
    if (at === this.#path.length) {
      const longer = new Float32Array(at * 2);
      longer.set(this.#path);
      this.#path = longer;
    }
    this.#path[at] = x0;
    this.#path[at + 1] = y0;
    this.#path[at + 2] = x1;
    this.#path[at + 3] = y1;
    this.#pieces++;
  }

  stroke(): void {
    const color = String(this.strokeStyle);
    if (color !== this.#color) {
      if (this.#color !== '') {
        this.#lay();
      }
      this.#color = color;
    }
    const path = this.#path;
    for (let i = 0; i < this.#pieces * 4; i += 4) {
      this.#piece(path[i]!, path[i + 1]!, path[i + 2]!, path[i + 3]!);
    }
  }

  /** Lays the veil of the current colour over the colours before. */
  #lay(): void {
    const veil = this.#veil;
    const pixels = (this.#pixels ??= forPixels.filled(veil.length * 4, 0));
    const [red, green, blue] = channels(this.#color);
    for (let i = 0; i < veil.length; i++) {
      const rest = veil[i]!;
      if (rest < 1) {
        const opacity = 1 - rest;
        const at = i * 4;
        pixels[at] = red * opacity + pixels[at]! * rest;
        pixels[at + 1] = green * opacity + pixels[at + 1]! * rest;
        pixels[at + 2] = blue * opacity + pixels[at + 2]! * rest;
        pixels[at + 3] = opacity + pixels[at + 3]! * rest;
      }
    }
    veil.fill(1);
  }

  /** Walks along the longer way, and covers what lies across. */
  #piece(x0: number, y0: number, x1: number, y1: number): void {
    const flat = Math.abs(x1 - x0) >= Math.abs(y1 - y0);
    // a: along, c: across
    let [a0, c0, a1, c1] = flat ? [x0, y0, x1, y1] : [y0, x0, y1, x1];
    if (a0 > a1) {
      [a0, c0, a1, c1] = [a1, c1, a0, c0];
    }
    const [long, wide] = flat ? [this.width, this.height] : [this.height, this.width];
    const [alongStep, acrossStep] = flat ? [1, this.width] : [this.width, 1];
    const slope = a1 > a0 ? (c1 - c0) / (a1 - a0) : 0;
    const half = (this.lineWidth * this.#ratio * Math.sqrt(1 + slope * slope)) / 2;
    const veil = this.#veil;
    const alpha = this.globalAlpha;
    const first = Math.max(0, Math.ceil(a0 - 0.5));
    const last = Math.min(long, Math.ceil(a1 - 0.5));
    for (let along = first; along < last; along++) {
      const middle = c0 + (along + 0.5 - a0) * slope;
      const low = middle - half;
      const high = middle + half;
      const end = Math.min(wide - 1, Math.floor(high));
      for (let across = Math.max(0, Math.floor(low)); across <= end; across++) {
        const covered = Math.min(high, across + 1) - Math.max(low, across);
        veil[along * alongStep + across * acrossStep]! *= 1 - alpha * covered;
      }
    }
  }

  /** Red, green, blue and opacity, 0 to 255, as ImageData takes them. */
  image(): Uint8ClampedArray<ArrayBuffer> {
    const veil = this.#veil;
    const image = new Uint8ClampedArray(veil.length * 4);
    if (this.#pixels) {
      this.#lay();
      const pixels = this.#pixels;
      for (let at = 0; at < image.length; at += 4) {
        const opacity = pixels[at + 3]!;
        if (opacity > 0) {
          const scale = 1 / opacity;
          image[at] = pixels[at]! * scale;
          image[at + 1] = pixels[at + 1]! * scale;
          image[at + 2] = pixels[at + 2]! * scale;
          image[at + 3] = opacity * 255;
        }
      }
    } else if (this.#color !== '') {
      const [red, green, blue] = channels(this.#color);
      for (let i = 0; i < veil.length; i++) {
        const rest = veil[i]!;
        if (rest < 1) {
          const at = i * 4;
          image[at] = red;
          image[at + 1] = green;
          image[at + 2] = blue;
          image[at + 3] = (1 - rest) * 255;
        }
      }
    }
    return image;
  }
}

/** Red, green and blue of #rrggbb, 0 to 255. */
const channels = (color: string) =>
  [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)) as [number, number, number];
