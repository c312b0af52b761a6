import { BOUNDARY_ROOM, drawBoundary, type Boundary } from '../../marks/boundary.ts';
import { drawCells, pixels, type CellStyle, type Matrix, type Range } from '../../marks/cells.ts';
import { drawColumnLabels, drawRowLabels } from '../../marks/labels.ts';
import type { Surface, Theme } from '../../marks/surface.ts';
import { imageOf, sized, themeOf, whenResized } from './canvas.ts';

/** The content of a plot. */
export interface Plotted {
  readonly matrix: Matrix;
  readonly style: CellStyle;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Names that have room, so that plots side by side line up; by default its own. */
  readonly room?: { readonly rows: readonly string[]; readonly columns: readonly string[] };
  /** Between the texts of a pair. */
  readonly boundary?: Boundary | undefined;
  /** Side of a cell in pixels; 0 where the matrix fits the width. */
  readonly zoom: number;
  readonly dark: boolean;
  /** Whether large cells hold their numbers; they do by default. */
  readonly numbers?: boolean;
}

export interface Cell {
  readonly query: number;
  readonly key: number;
}

/** A cell, or a whole row or column. */
export type Place = Partial<Cell>;

export interface PlotActions {
  readonly enter: (cell: Cell) => void;
  readonly pin: (place: Place) => void;
  readonly leave: () => void;
}

/** Cells are squares of at most this side where the matrix fits the page. */
const LARGEST_FIT = 44;
/** Smaller cells are drawn as an image. */
const DRAWN_CELL = 8;
const LONGEST_LABEL = 120;

/** Room for labels, by the longest name. */
export function labelRoom(names: readonly string[], measure: (name: string) => number): number {
  const longest = names.reduce((most, name) => Math.max(most, measure(name)), 0);
  return Math.min(LONGEST_LABEL, Math.ceil(longest) + 14);
}

/** Draws cells: each where they are large, else as an image. */
export function drawMatrix(
  surface: Surface,
  { matrix, style, numbers }: Pick<Plotted, 'matrix' | 'style' | 'numbers'>,
  side: number,
  font: string,
  image: () => HTMLCanvasElement = () => imageOf(pixels(matrix, style), matrix.keys, matrix.queries),
  range?: Range,
): void {
  if (side >= DRAWN_CELL) {
    drawCells(surface, matrix, side, style, numbers === false ? undefined : font, range);
  } else {
    surface.drawImage(image(), 0, 0, matrix.keys * side, matrix.queries * side);
  }
}

/**
 * A matrix as a heatmap with its labels. Only what is in view is drawn, so that it may be larger than any canvas; the
 * labels stay in view. Cells can be pointed at, clicked, and walked by the arrow keys.
 */
export class MatrixPlot {
  readonly element = document.createElement('div');
  readonly #actions: PlotActions;
  readonly #canvas = document.createElement('canvas');
  readonly #room = document.createElement('div');
  readonly #row = document.createElement('div');
  readonly #column = document.createElement('div');
  #plotted: Plotted | undefined;
  #image: HTMLCanvasElement | undefined;
  #theme!: Theme;
  #side = 1;
  #left = 0;
  #top = 0;
  #at: Place | undefined;

  constructor(name: string, actions: PlotActions) {
    this.#actions = actions;
    this.element.className = 'plot';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'application');
    this.element.setAttribute('aria-roledescription', 'heatmap');
    this.name = name;
    this.#room.className = 'room';
    this.#row.className = 'mark';
    this.#column.className = 'mark';
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#room.append(this.#canvas, this.#row, this.#column);
    this.element.append(this.#room);
    this.element.addEventListener('scroll', () => this.#draw());
    this.element.addEventListener('pointermove', (event) => this.#point(event));
    this.element.addEventListener('click', (event) => this.#click(event));
    this.element.addEventListener('pointerleave', actions.leave);
    this.element.addEventListener('keydown', (event) => this.#key(event));
    whenResized(this.element, () => this.#layOut(), 'both');
  }

  /** The accessible label. */
  set name(name: string) {
    this.element.setAttribute('aria-label', name);
  }

  show(plotted: Plotted): void {
    this.#plotted = plotted;
    this.#image = undefined;
    this.#layOut();
  }

  /** Marks the row and the column of a cell, or one of the two. */
  mark(at: Place | undefined, pinned = false): void {
    this.#at = at;
    this.element.classList.toggle('pinned', pinned);
    this.#row.hidden = at?.query === undefined;
    this.#column.hidden = at?.key === undefined;
    const place = (mark: HTMLElement, x: number, y: number, width: number, height: number) => {
      mark.style.transform = `translate(${x}px, ${y}px)`;
      mark.style.width = `${width}px`;
      mark.style.height = `${height}px`;
    };
    const { query = 0, key = 0 } = at ?? {};
    const side = Math.max(1, this.#side);
    const { queries = 0, keys = 0 } = this.#plotted?.matrix ?? {};
    place(this.#row, 0, this.#top + query * this.#side, this.#left + keys * this.#side, side);
    place(this.#column, this.#left + key * this.#side, 0, side, this.#top + queries * this.#side);
  }

  /** Side of a cell, in pixels. */
  get side(): number {
    return this.#side;
  }

  #layOut(): void {
    const plotted = this.#plotted;
    if (!plotted || !this.element.isConnected || this.element.clientWidth === 0) {
      return;
    }
    this.#theme = themeOf(this.element, plotted.dark);
    const context = this.#canvas.getContext('2d')!;
    context.font = `13px ${this.#theme.font}`;
    const measure = (name: string) => context.measureText(name).width;
    const most = this.element.clientWidth * 0.3;
    const { row, column } = plotted.boundary ?? {};
    const room = (at: number | undefined) => (at === undefined ? 0 : BOUNDARY_ROOM);
    const names = plotted.room ?? plotted;
    this.#left = Math.min(most, labelRoom(names.rows, measure) + room(row));
    this.#top = Math.min(most, labelRoom(names.columns, measure) + room(column));
    const { queries, keys } = plotted.matrix;
    const fit = (this.element.clientWidth - this.#left - 1) / Math.max(1, keys);
    this.#side = plotted.zoom || Math.max(Math.min(LARGEST_FIT, fit), 0.5);
    this.#room.style.width = `${this.#left + keys * this.#side}px`;
    this.#room.style.height = `${this.#top + queries * this.#side}px`;
    this.#draw();
    this.mark(this.#at, this.element.classList.contains('pinned'));
  }

  #draw(): void {
    const plotted = this.#plotted;
    if (!plotted) {
      return;
    }
    const { scrollLeft: x, scrollTop: y, clientWidth, clientHeight } = this.element;
    const { queries, keys } = plotted.matrix;
    const [left, top, side] = [this.#left, this.#top, this.#side];
    const width = Math.min(clientWidth, left + keys * side);
    const height = Math.min(clientHeight, top + queries * side);
    const context = sized(this.#canvas, width, height);
    const clipped = (cx: number, cy: number, cw: number, ch: number, draw: () => void) => {
      context.save();
      context.beginPath();
      context.rect(cx, cy, cw, ch);
      context.clip();
      draw();
      context.restore();
    };
    const style = { color: this.#theme.text, font: this.#theme.font };
    const range: Range = {
      queries: [Math.floor(y / side), Math.min(queries, Math.ceil((y + height) / side))],
      keys: [Math.floor(x / side), Math.min(keys, Math.ceil((x + width) / side))],
    };
    const image = () =>
      (this.#image ??= imageOf(
        pixels(plotted.matrix, plotted.style),
        plotted.matrix.keys,
        plotted.matrix.queries,
      ));
    clipped(left, top, width, height, () => {
      context.translate(left - x, top - y);
      drawMatrix(context, plotted, side, this.#theme.font, image, range);
    });
    clipped(0, top, left, height, () => {
      context.translate(0, top - y);
      drawRowLabels(context, plotted.rows, side, left - 7, left - 10, 'right', style);
    });
    clipped(left, 0, width, top, () => {
      context.translate(left - x, 0);
      drawColumnLabels(context, plotted.columns, side, top, style);
    });
    if (plotted.boundary) {
      this.#drawBoundary(context, plotted.boundary, plotted.matrix, [x, y]);
    }
  }

  /** As far as it is in view, and not over the names. */
  #drawBoundary(
    surface: Surface,
    { row, column }: Boundary,
    { queries, keys }: Matrix,
    [x, y]: [number, number],
  ) {
    const [left, top, side] = [this.#left, this.#top, this.#side];
    const within = (at: number | undefined, scrolled: number) =>
      at !== undefined && at * side > scrolled ? at - scrolled / side : undefined;
    const framed = { left, top, width: keys * side - x, height: queries * side - y, side };
    const style = { color: this.#theme.text, font: this.#theme.font };
    drawBoundary(surface, { row: within(row, y), column: within(column, x) }, framed, style);
  }

  #point(event: MouseEvent): void {
    const { query, key } = this.#under(event);
    if (query !== undefined && key !== undefined) {
      this.#actions.enter({ query, key });
    } else {
      this.#actions.leave();
    }
  }

  /** A click pins a cell, or the row or column of a label. */
  #click(event: MouseEvent): void {
    const place = this.#under(event);
    if (place.query !== undefined || place.key !== undefined) {
      this.#actions.pin(place);
    }
  }

  /** The cell under the pointer; over a label its row or column. */
  #under(event: MouseEvent): Place {
    const room = this.#room.getBoundingClientRect();
    const canvas = this.#canvas.getBoundingClientRect();
    const key = Math.floor((event.clientX - room.left - this.#left) / this.#side);
    const query = Math.floor((event.clientY - room.top - this.#top) / this.#side);
    const overNames = event.clientX - canvas.left < this.#left;
    const overHeads = event.clientY - canvas.top < this.#top;
    const { queries = 0, keys = 0 } = this.#plotted?.matrix ?? {};
    return {
      ...(!overHeads && query >= 0 && query < queries && { query }),
      ...(!overNames && key >= 0 && key < keys && { key }),
    };
  }

  #key(event: KeyboardEvent): void {
    const moves: Record<string, readonly [number, number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const { queries = 0, keys = 0 } = this.#plotted?.matrix ?? {};
    const move = moves[event.key];
    if (move && queries > 0 && keys > 0 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const at = this.#at;
      const within = (place: number, count: number) => Math.max(0, Math.min(count - 1, place));
      const query = at ? within((at.query ?? 0) + move[0], queries) : 0;
      const key = at ? within((at.key ?? 0) + move[1], keys) : 0;
      this.#actions.enter({ query, key });
      this.#reveal({ query, key });
    } else if (event.key === 'Enter' && this.#at) {
      const { query } = this.#at;
      this.#actions.pin(event.shiftKey && query !== undefined ? { query } : this.#at);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #reveal({ query, key }: Cell): void {
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.element;
    const inside = (at: number, from: number, room: number) =>
      at < from ? at : at + this.#side > from + room ? at + this.#side - room : from;
    this.element.scrollTo(
      inside(key * this.#side, scrollLeft, clientWidth - this.#left),
      inside(query * this.#side, scrollTop, clientHeight - this.#top),
    );
  }
}
