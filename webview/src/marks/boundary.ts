import type { Surface } from './surface.ts';

/** Where the second text of a pair begins, among rows and columns; undefined at a side that has one text only. */
export interface Boundary {
  readonly row: number | undefined;
  readonly column: number | undefined;
}

/** A matrix whose cells begin at a place, with room for its names before. */
export interface Framed {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Side of a cell. */
  readonly side: number;
}

/** Room that the letters take beside the names. */
export const BOUNDARY_ROOM = 14;

/** Draws the lines between the texts of a pair, A | B, through a matrix and the names around it. */
export function drawBoundary(
  surface: Surface,
  { row, column }: Boundary,
  { left, top, width, height, side }: Framed,
  { color, font }: { readonly color: string; readonly font: string },
  [first, second]: readonly [string, string] = ['A', 'B'],
): void {
  surface.strokeStyle = color;
  surface.fillStyle = color;
  surface.lineWidth = 1;
  surface.font = `600 11px ${font}`;
  surface.textBaseline = 'middle';
  surface.textAlign = 'center';
  const line = (fromX: number, fromY: number, toX: number, toY: number) => {
    surface.beginPath();
    surface.moveTo(fromX, fromY);
    surface.lineTo(toX, toY);
    surface.stroke();
  };
  if (column !== undefined) {
    const x = Math.round(left + column * side) - 0.5;
    line(x, 0, x, top + height);
    surface.fillText(first, x - 8, 7);
    surface.fillText(second, x + 8, 7);
  }
  if (row !== undefined) {
    const y = Math.round(top + row * side) - 0.5;
    line(0, y, left + width, y);
    surface.fillText(first, 7, y - 8);
    surface.fillText(second, 7, y + 8);
  }
}
