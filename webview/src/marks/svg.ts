import { hex } from '../colors.ts';
import type { Picture, Surface } from './surface.ts';

const ANCHORS: Readonly<Record<CanvasTextAlign, string>> = {
  left: 'start',
  start: 'start',
  center: 'middle',
  right: 'end',
  end: 'end',
};

const short = (number: number) => String(Math.round(number * 100) / 100);
const escaped = (text: string) =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd') // not allowed in XML
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** The width of a text in a font; without a canvas, letters count six tenths of their height. */
export type Measure = (text: string, font: string) => number;
const guess: Measure = (text, font) =>
  [...text].length * 0.6 * (parseFloat(/[\d.]+px/.exec(font)?.[0] ?? '') || 10);

interface Style {
  globalAlpha: number;
  strokeStyle: string;
  fillStyle: string;
  lineWidth: number;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
}

/** More rectangles than this make a file that editors open slowly; then cells are an image. */
const MOST_RECTANGLES = 200_000;

/** Pixels of one colour, side by side. */
interface Run {
  readonly at: number;
  readonly row: number;
  readonly length: number;
  readonly fill: string;
  readonly opacity: number;
}

function runsOf(image: HTMLCanvasElement): Run[] {
  const { width, height } = image;
  const { data } = image.getContext('2d')!.getImageData(0, 0, width, height);
  const words = new Uint32Array(data.buffer);
  const runs: Run[] = [];
  for (let row = 0; row < height; row++) {
    for (let at = 0; at < width;) {
      const word = words[row * width + at]!;
      let end = at + 1;
      while (end < width && words[row * width + end] === word) {
        end++;
      }
      const [red, green, blue, opacity] = data.subarray((row * width + at) * 4);
      if (opacity! > 0) {
        const fill = hex([red!, green!, blue!]);
        runs.push({ at, row, length: end - at, fill, opacity: opacity! / 255 });
      }
      at = end;
    }
  }
  return runs;
}

/** An image at twice the size that it is shown at, each pixel sharp. */
function enlarged(image: HTMLCanvasElement, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(2 * width);
  canvas.height = Math.round(2 * height);
  const context = canvas.getContext('2d')!;
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** A surface that records drawing as SVG; text stays text. */
class SvgSurface implements Surface {
  readonly elements: string[] = [];
  globalAlpha = 1;
  strokeStyle: string | CanvasGradient | CanvasPattern = '#000000';
  fillStyle: string | CanvasGradient | CanvasPattern = '#000000';
  lineWidth = 1;
  font = '10px sans-serif';
  textAlign: CanvasTextAlign = 'start';
  textBaseline: CanvasTextBaseline = 'alphabetic';
  readonly #measure: Measure;
  readonly #saved: { style: Style; groups: number }[] = [];
  #groups = 0;
  #path: string[] = [];
  #rectangles = 0;

  constructor(measure: Measure) {
    this.#measure = measure;
  }

  beginPath(): void {
    this.#path = [];
  }

  moveTo(...at: number[]): void {
    this.#path.push(`M${at.map(short).join(' ')}`);
  }

  lineTo(...at: number[]): void {
    this.#path.push(`L${at.map(short).join(' ')}`);
  }

  bezierCurveTo(...at: number[]): void {
    this.#path.push(`C${at.map(short).join(' ')}`);
  }

  stroke(): void {
    this.#add('path', { d: this.#path.join(''), fill: 'none', ...this.#stroke() });
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.#add('rect', { ...place(x, y, width, height), ...this.#fill() });
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.#add('rect', { ...place(x, y, width, height), fill: 'none', ...this.#stroke() });
  }

  fillText(text: string, x: number, y: number): void {
    const size = parseFloat(/[\d.]+px/.exec(this.font)?.[0] ?? '') || 10;
    const [before, family] = this.font.split(/[\d.]+px(?:\/\S+)?\s*/);
    // dominant-baseline is not supported everywhere; a third of the height is "middle" in most fonts
    const middle = this.textBaseline === 'middle' ? size * 0.35 : 0;
    const attributes = {
      x: short(x),
      y: short(y + middle),
      'font-size': short(size),
      'font-family': family ?? '',
      ...(/bold|[6-9]00/.test(before ?? '') && { 'font-weight': '600' }),
      'text-anchor': ANCHORS[this.textAlign],
      'xml:space': 'preserve',
      ...this.#fill(),
    };
    this.elements.push(`<text${written(attributes)}>${escaped(text)}</text>`);
  }

  measureText(text: string): { width: number } {
    return { width: this.#measure(text, this.font) };
  }

  drawImage(image: HTMLCanvasElement, x: number, y: number, width: number, height: number): void {
    const runs = runsOf(image);
    this.#rectangles += runs.length;
    if (this.#rectangles <= MOST_RECTANGLES) {
      const [side, row] = [width / image.width, height / image.height];
      runs.forEach(({ at, row: y0, length, fill, opacity }) =>
        this.#add('rect', {
          ...place(x + at * side, y + y0 * row, length * side, row),
          fill,
          ...(opacity < 1 && { 'fill-opacity': short(opacity) }),
          'shape-rendering': 'crispEdges',
        }),
      );
      return;
    }
    const attributes = {
      ...place(x, y, width, height),
      preserveAspectRatio: 'none',
      style: 'image-rendering:pixelated',
    };
    this.#add('image', { ...attributes, href: enlarged(image, width, height).toDataURL('image/png') });
  }

  translate(x: number, y: number): void {
    this.#group(`translate(${short(x)} ${short(y)})`);
  }

  rotate(angle: number): void {
    this.#group(`rotate(${short((angle * 180) / Math.PI)})`);
  }

  save(): void {
    const { globalAlpha, lineWidth, font, textAlign, textBaseline } = this;
    const [strokeStyle, fillStyle] = [String(this.strokeStyle), String(this.fillStyle)];
    this.#saved.push({
      style: { globalAlpha, strokeStyle, fillStyle, lineWidth, font, textAlign, textBaseline },
      groups: this.#groups,
    });
  }

  restore(): void {
    const saved = this.#saved.pop();
    if (saved) {
      this.#close(saved.groups);
      Object.assign(this, saved.style);
    }
  }

  finish(): string {
    this.#close(0);
    return this.elements.join('\n');
  }

  #close(groups: number): void {
    while (this.#groups > groups) {
      this.elements.push('</g>');
      this.#groups--;
    }
  }

  #group(transform: string): void {
    this.elements.push(`<g transform="${transform}">`);
    this.#groups++;
  }

  #fill(): Record<string, string> {
    return {
      fill: String(this.fillStyle),
      ...(this.globalAlpha < 1 && { 'fill-opacity': short(this.globalAlpha) }),
    };
  }

  #stroke(): Record<string, string> {
    return {
      stroke: String(this.strokeStyle),
      'stroke-width': short(this.lineWidth),
      ...(this.globalAlpha < 1 && { 'stroke-opacity': short(this.globalAlpha) }),
    };
  }

  #add(name: string, attributes: Record<string, string>): void {
    this.elements.push(`<${name}${written(attributes)}/>`);
  }
}

const place = (x: number, y: number, width: number, height: number) => ({
  x: short(x),
  y: short(y),
  width: short(width),
  height: short(height),
});

const written = (attributes: Readonly<Record<string, string>>) =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escaped(value)}"`)
    .join('');

/**
 * A picture as an SVG document.
 *
 * @param sides its width and height as CSS lengths; pixels by default
 */
export function svg(
  picture: Picture,
  measure: Measure = guess,
  sides: { readonly width: string; readonly height: string } = {
    width: short(picture.width),
    height: short(picture.height),
  },
): string {
  const surface = new SvgSurface(measure);
  picture.draw(surface);
  const size = `width="${sides.width}" height="${sides.height}"`;
  const box = `viewBox="0 0 ${short(picture.width)} ${short(picture.height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${box}>`,
    `<title>${escaped(picture.name)}</title>`,
    ...(picture.about === undefined ? [] : [`<desc>${escaped(picture.about)}</desc>`]),
    surface.finish(),
    '</svg>',
    '',
  ].join('\n');
}
