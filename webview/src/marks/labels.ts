import { fitted, type Surface } from './surface.ts';

/** Labels closer than this would touch. */
const LABEL_HEIGHT = 11;

export interface LabelStyle {
  readonly color: string;
  readonly font: string;
}

/** Every how many rows one has room for its label. */
const labelStep = (rowHeight: number) => Math.max(1, Math.ceil(LABEL_HEIGHT / rowHeight));

const sizeFor = (rowHeight: number) => Math.min(13, Math.max(9, rowHeight * 0.72));

/** Writes names next to rows, as many as have room. */
export function drawRowLabels(
  surface: Surface,
  names: readonly string[],
  rowHeight: number,
  x: number,
  width: number,
  align: 'left' | 'right',
  style: LabelStyle,
): void {
  surface.fillStyle = style.color;
  surface.font = `${sizeFor(rowHeight)}px ${style.font}`;
  surface.textAlign = align;
  surface.textBaseline = 'middle';
  const step = labelStep(rowHeight);
  for (let i = 0; i < names.length; i += step) {
    surface.fillText(fitted(surface, names[i]!, width), x, (i + 0.5) * rowHeight);
  }
}

/** Writes names above columns, turned to read upwards from their column. */
export function drawColumnLabels(
  surface: Surface,
  names: readonly string[],
  columnWidth: number,
  height: number,
  style: LabelStyle,
): void {
  surface.save();
  surface.translate(0, height);
  surface.rotate(-Math.PI / 2);
  drawRowLabels(surface, names, columnWidth, 6, height - 8, 'left', style);
  surface.restore();
}
