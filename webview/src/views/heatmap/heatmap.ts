import { attentionOf, readsPair, sightOf } from '../../inspection.ts';
import { BOUNDARY_ROOM, drawBoundary, type Boundary } from '../../marks/boundary.ts';
import { drawLegend, type CellStyle, type Matrix } from '../../marks/cells.ts';
import { drawColumnLabels, drawRowLabels } from '../../marks/labels.ts';
import { type Picture, type Theme, onGround } from '../../marks/surface.ts';
import { gathered, secondFrom, sightBetween, unitWith } from '../../shown.ts';
import { shownPhrase, titlePrefix, tokenAt, type Focus, type State } from '../../state.ts';
import { sized, themeOf } from '../shared/canvas.ts';
import { cellStyle } from '../shared/cellStyle.ts';
import { Gallery } from './gallery.ts';
import { drawMatrix, labelRoom, MatrixPlot, type Cell, type Place } from '../shared/matrixPlot.ts';
import { anyOf, Latest, settled, type View, type ViewContext, type ViewKind } from '../shared/view.ts';

/** One head's matrix with its tokens, or all heads as small diagrams. */
class HeatmapView implements View {
  readonly element = document.createElement('section');
  readonly #context: ViewContext;
  readonly #latest: Latest;
  readonly #plot: MatrixPlot;
  readonly #legend = document.createElement('canvas');
  readonly #readout = document.createElement('output');
  readonly #gallery: Gallery;
  #state!: State;
  #exact: Float32Array | undefined;
  #matrix: (Matrix & { readonly values: Float32Array }) | undefined;

  constructor(context: ViewContext) {
    this.#context = context;
    this.#latest = new Latest(context.store);
    this.#plot = new MatrixPlot('', {
      enter: (cell) => this.#enter(cell),
      pin: (place) => this.#pin(place),
      leave: () => this.#leave(),
    });
    this.element.className = 'heatmap-view';
    this.#legend.className = 'legend';
    this.#legend.setAttribute('aria-hidden', 'true');
    this.#gallery = new Gallery(context);
    this.#readout.className = 'readout';
    this.#readout.setAttribute('aria-live', 'polite');
  }

  show(state: State, changed: ReadonlySet<keyof State>): void {
    this.#state = state;
    const opened = anyOf(changed, 'inspection', 'attention', 'measure', 'gallery', 'view');
    if (opened) {
      const parts = state.gallery
        ? [this.#gallery.element]
        : [this.#legend, this.#plot.element, this.#readout];
      this.element.replaceChildren(...parts);
    }
    const redrawn = anyOf(changed, 'words', 'special', 'filter', 'ramp', 'stretched', 'threshold', 'theme');
    if (state.gallery) {
      if (opened || redrawn) {
        this.#gallery.show(state, opened);
      }
    } else if (opened || anyOf(changed, 'layer', 'head')) {
      this.#load();
    } else if (redrawn || changed.has('zoom')) {
      this.#draw();
    } else if (changed.has('focus')) {
      this.#mark();
    }
  }

  #load(): void {
    const { layer, head } = this.#state;
    this.#exact = undefined;
    this.element.classList.add('loading');
    delete this.element.dataset['drawn'];
    this.#readout.textContent = '';
    void this.#latest.run(
      () => this.#context.source()?.head(layer, head),
      (exact) => {
        this.element.classList.remove('loading');
        this.#exact = exact;
        this.#draw();
      },
    );
  }

  #draw(): void {
    if (!this.#exact) {
      return;
    }
    const state = this.#state;
    const { queries, keys } = this.#context.shown(state);
    const values = gathered(this.#exact, this.#context.shown(state));
    const sees = sightBetween(
      sightOf(attentionOf(state.inspection!, state.attention), state.layer),
      queries,
      keys,
    );
    this.#matrix = { values, queries: queries.length, keys: keys.length, sees };
    this.#plot.name = `${shownPhrase(state)} of layer ${state.layer + 1}, head ${state.head + 1}: arrow keys move between cells`;
    this.#plot.show({
      matrix: this.#matrix,
      style: cellStyle(state, values),
      rows: queries.map((unit) => unit.name),
      columns: keys.map((unit) => unit.name),
      boundary: this.#boundary(),
      zoom: state.zoom,
      dark: state.dark,
    });
    this.#drawLegend(cellStyle(state, values));
    this.element.classList.toggle('zoomed', state.zoom > 0);
    this.#mark();
    settled(this.element, `layer-${state.layer + 1}-head-${state.head + 1}`);
  }

  /** Between two sentences that are read as one. */
  #boundary(): Boundary | undefined {
    const { queries, keys } = this.#context.shown(this.#state);
    return readsPair(this.#state.inspection!)
      ? { row: secondFrom(queries), column: secondFrom(keys) }
      : undefined;
  }

  #drawLegend(style: CellStyle): void {
    const theme = themeOf(this.element, this.#state.dark);
    const context = sized(this.#legend, 200, 20);
    drawLegend(context, style, 24, 5, { color: theme.muted, font: theme.font });
  }

  #mark(): void {
    const { focus, layer, head } = this.#state;
    const at = this.#at();
    this.#plot.mark(at, focus?.pinned);
    const text = at && this.#exact && this.#matrix ? this.#reads(at, this.#matrix) : undefined;
    this.#readout.textContent = text === undefined ? '' : `Layer ${layer + 1} · Head ${head + 1}: ${text}`;
  }

  /** The weight of a cell, or the strongest of a row or column. */
  #reads({ query, key }: Place, { values, keys: columns, sees }: Matrix & { values: Float32Array }): string {
    const { queries, keys } = this.#context.shown(this.#state);
    const weight = (from: number, to: number) => values[from * columns + to]!;
    if (query !== undefined && key !== undefined) {
      const [from, to] = [queries[query]!.quoted, keys[key]!.quoted];
      const seen = sees?.(query, key) ?? true;
      return seen ? `${from} looks at ${to} ${weight(query, key).toFixed(4)}` : `${from} does not see ${to}`;
    }
    const own = query === undefined ? keys[key!]! : queries[query]!;
    const strongest = (query === undefined ? queries : keys)
      .map(({ quoted }, other) => ({
        quoted,
        weight: query === undefined ? weight(other, key!) : weight(query, other),
      }))
      .sort((a, b) => b.weight - a.weight)
      .slice(0, 5)
      .map((one) => `${one.quoted} ${one.weight.toFixed(3)}`);
    return `${own.quoted} ${query === undefined ? 'is looked at by' : 'looks at'} ${strongest.join(', ')}`;
  }

  /** The cell, row or column that is focused, as far as it is shown. */
  #at(): Place | undefined {
    const { focus } = this.#state;
    const { queries, keys } = this.#context.shown(this.#state);
    const [from, to] = [tokenAt(focus, 'query'), tokenAt(focus, 'key')];
    const query = from === undefined ? -1 : unitWith(queries, from);
    const key = to === undefined ? -1 : unitWith(keys, to);
    const hidden = (from !== undefined && query < 0) || (to !== undefined && key < 0);
    return focus && !hidden ? { ...(query >= 0 && { query }), ...(key >= 0 && { key }) } : undefined;
  }

  #focus({ query, key }: Place, pinned: boolean): Focus {
    const { queries, keys } = this.#context.shown(this.#state);
    const other = key === undefined ? undefined : keys[key]!.tokens[0]!;
    if (query === undefined) {
      return { side: 'key', token: other!, pinned };
    }
    const from = { side: 'query', token: queries[query]!.tokens[0]!, pinned } as const;
    return other === undefined ? from : { ...from, other };
  }

  #enter(cell: Cell): void {
    const { focus } = this.#state;
    const next = this.#focus(cell, false);
    const pinned = focus?.pinned && this.#at(); // a hidden token cannot be pinned
    if (!pinned && !(focus?.token === next.token && focus.other === next.other)) {
      this.#context.store.update({ focus: next });
    }
  }

  #pin(place: Place): void {
    const { focus } = this.#state;
    const next = this.#focus(place, true);
    const again =
      focus?.pinned === true &&
      focus.side === next.side &&
      focus.token === next.token &&
      focus.other === next.other;
    this.#context.store.update({ focus: again ? undefined : next });
  }

  #leave(): void {
    const { focus } = this.#state;
    if (focus && !focus.pinned) {
      this.#context.store.update({ focus: undefined });
    }
  }

  picture(theme: Theme): Picture | undefined {
    return this.#state.gallery ? this.#gallery.picture(theme) : this.#matrixPicture(theme);
  }

  #matrixPicture(theme: Theme): Picture | undefined {
    const matrix = this.#matrix;
    if (!matrix || !this.#exact) {
      return undefined;
    }
    const { layer, head } = this.#state;
    const { queries, keys } = this.#context.shown(this.#state);
    const rows = queries.map((unit) => unit.name);
    const columns = keys.map((unit) => unit.name);
    const measure = document.createElement('canvas').getContext('2d')!;
    measure.font = `13px ${theme.font}`;
    const room = (names: readonly string[]) => labelRoom(names, (name) => measure.measureText(name).width);
    const boundary = this.#boundary();
    const more = boundary ? BOUNDARY_ROOM : 0;
    const [left, top, margin, legend] = [room(rows) + more, room(columns) + more, 24, 36];
    const side = Math.max(this.#plot.side, Math.min(44, 900 / Math.max(rows.length, columns.length, 1)));
    const style = cellStyle(this.#state, matrix.values);
    const width = margin * 2 + left + columns.length * side;
    const height = margin * 2 + legend + top + rows.length * side;
    const label = { color: theme.text, font: theme.font };
    const name = `${titlePrefix(this.#state)}Layer ${layer + 1} · Head ${head + 1}`;
    return onGround(name, Math.max(width, 320), height, theme, (surface) => {
      drawRowLabels(surface, [name], 26, margin, 150, 'left', { ...label, color: theme.muted });
      drawLegend(surface, style, Math.max(width, 320) - margin - 160, 9, { ...label, color: theme.muted });
      surface.save();
      surface.translate(margin, margin + legend);
      if (boundary) {
        const framed = { left, top, width: columns.length * side, height: rows.length * side, side };
        drawBoundary(surface, boundary, framed, label);
      }
      surface.save();
      surface.translate(left, 0);
      drawColumnLabels(surface, columns, side, top, label);
      surface.restore();
      surface.translate(0, top);
      drawRowLabels(surface, rows, side, left - 7, left - 10, 'right', label);
      surface.translate(left, 0);
      drawMatrix(surface, { matrix, style }, side, theme.font);
      surface.restore();
    });
  }
}

export const heatmap: ViewKind = {
  id: 'heatmap',
  title: 'Heatmap',
  create: (context) => new HeatmapView(context),
};
