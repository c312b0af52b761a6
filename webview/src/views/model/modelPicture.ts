import { fitted, onGround, type Picture, type Surface, type Theme } from '../../marks/surface.ts';
import { hasTwoModels } from '../../models.ts';
import { measureText } from '../../overview.ts';
import { modelName } from '../../parts/status.ts';
import { measurePrefix, type State } from '../../state.ts';
import { imageOf } from '../shared/canvas.ts';
import type { Loaded, ShownTokens, There } from './compared.ts';
import {
  axesOf,
  cellOf,
  differencePixels,
  drawThumbnail,
  patternCaption,
  type HeadCell,
} from './modelCells.ts';

const [MARGIN, SIDE, GAP, CAPTION, ROW_NAME, TITLE, APART] = [24, 92, 10, 18, 66, 26, 36];

/** One of the grids side by side. */
export interface Block {
  /** The heading; empty if it is the only one. */
  readonly title?: string;
  readonly cells: readonly HeadCell[];
  readonly caption: (cell: HeadCell) => string;
  readonly paint: (surface: Surface, cell: HeadCell, side: number) => void;
}

/** The grids that the view shows. */
export function blocksOf(
  state: State,
  { overview, other }: Loaded,
  cells: readonly HeadCell[],
  there: There | undefined,
  { own, others, aligned }: ShownTokens,
): Block[] {
  const caption = (cell: HeadCell) => {
    const { text, number } = patternCaption(cell, state.order);
    return `${text} ${number}`.trim();
  };
  const here: Block = {
    cells,
    caption,
    paint: (surface, cell, side) => drawThumbnail(surface, overview, cell, own, state, side),
  };
  if (!other || !others) {
    return [here];
  }
  const [title, otherTitle] = hasTwoModels(state)
    ? [state.inspection!, state.other!].map(({ model }) => modelName(model))
    : [state.inspection!.text, state.other!.text];
  const beside = there ? { ...there.state, dark: state.dark } : state;
  const two: Block[] = [
    { ...here, title: title! },
    {
      cells: there?.cells ?? cells,
      title: otherTitle!,
      caption: there ? caption : ({ layer, head }) => caption(cellOf(state, other.overview, layer, head)),
      paint: (surface, cell, side) => drawThumbnail(surface, other.overview, cell, others, beside, side),
    },
  ];
  const { difference } = other;
  if (!difference || !aligned) {
    return two;
  }
  return [
    ...two,
    {
      cells,
      title: 'Difference',
      caption: ({ place }) => measureText(difference.distances[place]!),
      paint: (surface, { place }, side) => {
        const { pixels, width, height } = differencePixels(difference, place, aligned, state);
        surface.drawImage(imageOf(pixels, width, height), 0, 0, side, side);
      },
    },
  ];
}

/** How a block is laid out: in rows and columns, or one head after another. */
function layout({ cells }: Block, inLayers: boolean) {
  const { layers, heads } = axesOf(cells);
  const columns = inLayers ? heads.length : Math.max(1, Math.min(cells.length, 12));
  const rows = inLayers ? layers.length : Math.ceil(cells.length / columns);
  const left = inLayers ? ROW_NAME : 0;
  return { layers, heads, columns, rows, left, width: Math.max(left + columns * (SIDE + GAP) - GAP, 160) };
}

/** The thumbnails of the model view, for export. */
export function modelPicture(state: State, blocks: readonly Block[], theme: Theme): Picture {
  const inLayers = state.order === 'layers';
  const layouts = blocks.map((block) => layout(block, inLayers));
  const [x, y] = [SIDE + GAP, SIDE + CAPTION + GAP];
  const top = (inLayers ? 20 : 0) + (blocks.length > 1 ? TITLE : 0);
  const rows = Math.max(...layouts.map((one) => one.rows));
  const width = MARGIN * 2 + layouts.reduce((sum, one) => sum + one.width + APART, -APART);
  const name =
    blocks.length > 2
      ? 'Difference'
      : blocks.length > 1
        ? 'Two models'
        : state.pattern === undefined
          ? 'All heads'
          : `Heads that show ${state.pattern}`;
  return onGround(measurePrefix(state) + name, width, MARGIN * 2 + top + rows * y, theme, (surface) => {
    surface.textBaseline = 'middle';
    let from = MARGIN;
    blocks.forEach(({ title, cells, caption, paint }, number) => {
      const { layers, heads, columns, left, width: own } = layouts[number]!;
      surface.save();
      surface.translate(from, MARGIN);
      from += own + APART;
      surface.fillStyle = theme.text;
      surface.font = `600 13px ${theme.font}`;
      surface.textAlign = 'left';
      surface.fillText(fitted(surface, title ?? '', own), 0, 6);
      surface.font = `11px ${theme.font}`;
      surface.fillStyle = theme.muted;
      if (inLayers) {
        layers.forEach((layer, row) => surface.fillText(`Layer ${layer + 1}`, 0, top + row * y + SIDE / 2));
        surface.textAlign = 'center';
        heads.forEach((head, column) =>
          surface.fillText(String(head + 1), left + column * x + SIDE / 2, top - 10),
        );
      }
      cells.forEach((cell, i) => {
        const column = inLayers ? heads.indexOf(cell.head) : i % columns;
        const row = inLayers ? layers.indexOf(cell.layer) : Math.floor(i / columns);
        surface.save();
        surface.translate(left + column * x, top + row * y);
        paint(surface, cell, SIDE);
        surface.lineWidth = 1;
        surface.strokeStyle = theme.border;
        surface.strokeRect(0, 0, SIDE, SIDE);
        const where = inLayers ? '' : `${cell.layer + 1}·${cell.head + 1} `;
        surface.fillStyle = theme.muted;
        surface.textAlign = 'left';
        surface.fillText(fitted(surface, where + caption(cell), SIDE), 0, SIDE + CAPTION / 2);
        surface.restore();
      });
      surface.restore();
    });
  });
}
