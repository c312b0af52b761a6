import { sharpness } from './canvas.ts';

/** Paints one of many pictures: red, green, blue and opacity, side × side pixels. */
export type Paint = (index: number, side: number) => Uint8ClampedArray;

/**
 * Many small pictures on one canvas that lies under their places in a container: a canvas for each would take browsers
 * longer than all the drawing.
 *
 * @param container holds a canvas of class `sheet`, and an element of class `thumb` for each picture
 */
export function drawSheet(container: HTMLElement, paint: Paint): void {
  const canvas = container.querySelector<HTMLCanvasElement>('canvas.sheet')!;
  const ratio = sharpness();
  const bounds = container.getBoundingClientRect();
  const places = [...container.querySelectorAll('.thumb')].map((thumb) => thumb.getBoundingClientRect());
  const width = Math.round(container.scrollWidth * ratio);
  const height = Math.round(container.scrollHeight * ratio);
  if (width === 0 || height === 0) {
    return;
  }
  const sheet = new Uint32Array(width * height);
  places.forEach((place, index) => {
    const side = Math.round(place.width * ratio);
    const [x, y] = [
      Math.round((place.left - bounds.left) * ratio),
      Math.round((place.top - bounds.top) * ratio),
    ];
    const picture = new Uint32Array(paint(index, side).buffer);
    for (let row = 0; row < side && y + row < height; row++) {
      sheet.set(picture.subarray(row * side, row * side + Math.min(side, width - x)), (y + row) * width + x);
    }
  });
  canvas.width = width;
  canvas.height = height;
  canvas.style.width = `${width / ratio}px`;
  canvas.style.height = `${height / ratio}px`;
  const image = new ImageData(new Uint8ClampedArray(sheet.buffer), width, height);
  canvas.getContext('2d')!.putImageData(image, 0, 0);
}

/** A picture made larger or smaller to a square, each of its pixels staying sharp. */
export function enlarged(
  pixels: Uint8ClampedArray,
  width: number,
  height: number,
  side: number,
): Uint8ClampedArray {
  const from = new Uint32Array(pixels.buffer);
  const into = new Uint32Array(side * side);
  const columns = Array.from({ length: side }, (_, x) => Math.floor((x * width) / side));
  for (let y = 0; y < side; y++) {
    const row = Math.floor((y * height) / side) * width;
    for (let x = 0; x < side; x++) {
      into[y * side + x] = from[row + columns[x]!] ?? 0;
    }
  }
  return new Uint8ClampedArray(into.buffer);
}
