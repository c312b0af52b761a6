import { html, nothing, render } from 'lit';
import type { Picture, Theme } from '../../marks/surface.ts';
import { alignedShown, measuresOf, measureText, placeOf } from '../../overview.ts';
import { shownOf, type Shown } from '../../shown.ts';
import type { Difference, Overview } from '../../source.ts';
import type { Focus, State } from '../../state.ts';
import { imageOf, whenResized } from '../shared/canvas.ts';
import { alignmentNote, alignmentOf, isComparable } from './alignmentNote.ts';
import { DifferencePanel } from './differencePanel.ts';
import { LinesPanel, oneHead } from '../shared/linesPanel.ts';
import {
  axesOf,
  cellsOf,
  patternsShown,
  cellOf,
  differencePixels,
  drawThumbnail,
  paintThumbnail,
  grid,
  patternCaption,
  labelOf,
  type HeadCell,
} from './modelCells.ts';
import { fit } from './fit.ts';
import { modelPicture, type Block } from './modelPicture.ts';
import { PairHeads, pairQuestion } from './pair.ts';
import { Roving } from '../shared/roving.ts';
import { drawSheet, enlarged } from '../shared/sheet.ts';
import { anyOf, Latest, settled, type View, type ViewContext, type ViewKind } from '../shared/view.ts';

/** The parts of the state that change the thumbnails. */
const REDRAWING = [
  'layers',
  'columns',
  'pattern',
  'order',
  'thumbnails',
  'words',
  'special',
  'filter',
  'threshold',
  'theme',
] as const;

/** What the thumbnails are drawn from. */
interface Loaded {
  readonly overview: Overview;
  /** Of the inspection that this one is compared with. */
  readonly other?: { readonly overview: Overview; readonly difference: Difference };
}

/**
 * The model view (after Vig 2019): every head of every layer as a thumbnail with the pattern that it shows, and one of
 * them large. Where two inspections are compared, both and their difference stand side by side.
 */
class ModelView implements View {
  readonly element = document.createElement('section');
  readonly #context: ViewContext;
  readonly #latest: Latest;
  readonly #grids = document.createElement('div');
  readonly #detail = document.createElement('aside');
  readonly #heading = document.createElement('div');
  readonly #roving: Roving;
  readonly #readout = document.createElement('output');
  readonly #question = document.createElement('div');
  readonly #lines: LinesPanel;
  readonly #difference: DifferencePanel;
  #state!: State;
  #loaded: Loaded | undefined;
  readonly #pair: PairHeads;
  #pinned: Focus | undefined;

  constructor(context: ViewContext) {
    this.#context = context;
    this.#latest = new Latest(context.store);
    this.#pair = new PairHeads(context, () => this.#draw());
    this.#lines = new LinesPanel(context, oneHead(context));
    this.#difference = new DifferencePanel(context);
    this.element.className = 'model-view';
    this.#grids.className = 'grids';
    this.#detail.className = 'detail';
    this.#readout.className = 'readout';
    this.#roving = new Roving(this.#grids, '.cell');
    this.#grids.addEventListener('pointerleave', () => this.#tell(undefined));
    this.element.append(this.#question, this.#grids, this.#detail, this.#readout);
    whenResized(this.#grids, () => this.#draw());
    let height = window.innerHeight;
    window.addEventListener('resize', () => {
      if (height !== window.innerHeight) {
        height = window.innerHeight; // the grids see a change of the width themselves
        this.#draw();
      }
    });
  }

  show(state: State, changed: ReadonlySet<keyof State>): void {
    this.#state = state;
    const pinned = state.focus?.pinned ? state.focus : undefined;
    const repinned = pinned !== this.#pinned;
    this.#pinned = pinned;
    this.#pair.ask(state);
    if (anyOf(changed, 'inspection', 'attention', 'measure', 'other', 'view')) {
      this.#load();
    } else if (repinned || anyOf(changed, ...REDRAWING)) {
      this.#draw();
    } else if (this.#loaded && anyOf(changed, 'layer', 'head', 'detail')) {
      this.#drawGrids(this.#loaded); // the thumbnails stay as they are
    }
    this.#showDetail(changed);
  }

  /** Publishes the available patterns. */
  #tellPatterns(): void {
    if (this.#loaded) {
      this.#context.store.update({ patterns: patternsShown(this.#state, this.#loaded.overview) });
    }
  }

  #load(): void {
    const source = this.#context.source();
    const compared = this.#state.other && this.#context.other;
    this.#loaded = undefined;
    this.#tell(undefined);
    this.#grids.inert = true;
    delete this.element.dataset['drawn'];
    const loading = this.#latest.run(
      async () => {
        const [overview, other, difference] = await Promise.all([
          source?.overview(),
          compared?.source()?.overview(),
          compared?.difference(),
        ]);
        return (
          overview && { overview, ...(other && difference && { other: { overview: other, difference } }) }
        );
      },
      (loaded) => {
        this.#grids.inert = false;
        this.#loaded = loaded;
        this.#tellPatterns();
        this.#draw();
      },
    );
    void loading.then((how) => {
      if (how === 'failed') {
        render(nothing, this.#grids);
      }
    });
  }

  #cells(overview: Overview, state = this.#state): HeadCell[] {
    return cellsOf(state, overview, this.#pair.weights);
  }

  #draw(): void {
    const loaded = this.#loaded;
    if (!loaded || !this.element.isConnected) {
      return;
    }
    const state = this.#state;
    const cells = this.#drawGrids(loaded);
    this.#fit(cells);
    const sheet = (name: string, paint: (cell: HeadCell, side: number) => Uint8ClampedArray) => {
      const container = this.#grids.querySelector<HTMLElement>(`.${name} .cells`)!;
      drawSheet(container, (index, side) => paint(cells[index]!, side));
    };
    const { own, others, aligned } = this.#shown(loaded);
    sheet('this', (cell, side) => paintThumbnail(loaded.overview, cell, own, state, side));
    const { other } = loaded;
    if (other && others && aligned) {
      sheet('other', (cell, side) => paintThumbnail(other.overview, cell, others, state, side));
      sheet('difference', ({ place }, side) => {
        const { pixels, width, height } = differencePixels(other.difference, place, aligned, state);
        return enlarged(pixels, width, height, side);
      });
    }
    settled(this.element, state.other ? 'difference' : 'model');
  }

  /** Makes the thumbnails so small that all can be seen at once. */
  #fit(cells: readonly HeadCell[]): void {
    const { layers, heads } = axesOf(cells);
    const compared = this.#state.other !== undefined;
    const grid = this.#grids.querySelector<HTMLElement>('.cells')!;
    const top = grid.getBoundingClientRect().top + window.scrollY;
    const width = this.#grids.querySelector<HTMLElement>('.this')!.clientWidth;
    const rowName = compared || window.innerWidth <= 480 ? 22 : 60;
    const { side, captions } = fit(layers.length, heads.length, width, window.innerHeight - top, rowName);
    this.#grids.style.setProperty('--side', `${side}px`);
    this.#grids.classList.toggle('bare', !captions && !compared);
  }

  /** What is shown of this inspection, of the other, and of the tokens that both have. */
  #shown({ other }: Loaded): { own: Shown; others?: Shown; aligned?: Shown } {
    const state = this.#state;
    if (!other || !state.other) {
      return { own: this.#context.shown(state) };
    }
    const pieces = { ...state, words: false }; // texts are compared piece by piece
    const own = shownOf(state.inspection!, pieces);
    return { own, others: shownOf(state.other, pieces), aligned: alignedShown(other.difference, own) };
  }

  /** Draws all but the thumbnails; returns the heads that are shown. */
  #drawGrids(loaded: Loaded): readonly HeadCell[] {
    const cells = this.#cells(loaded.overview);
    this.#renderQuestion(cells[0]);
    this.#renderGrids(loaded, cells);
    const { layer, head, inspection, attention } = this.#state;
    const place = String(placeOf(inspection!, attention, layer, head));
    for (const group of this.#grids.querySelectorAll<HTMLElement>('.cells')) {
      this.#roving.settle(group, (cell) => cell.dataset['place'] === place);
    }
    return cells;
  }

  #renderQuestion(best: HeadCell | undefined): void {
    const state = this.#state;
    const { store, shown } = this.#context;
    const asked = state.order === 'pair';
    render(
      asked ? pairQuestion(state, shown(state), best, (focus) => store.update({ focus })) : nothing,
      this.#question,
    );
  }

  #renderGrids(loaded: Loaded, cells: readonly HeadCell[]): void {
    const state = this.#state;
    const actions = {
      open: (cell: HeadCell) => this.#open(cell),
      enter: (cell: HeadCell) => this.#tell(cell),
    };
    const own = grid('Heads', cells, state, (cell) => patternCaption(cell, state.order), actions);
    const empty =
      cells.length === 0 ? html`<p class="hint">No selected head shows this pattern.</p>` : nothing;
    const { other } = loaded;
    if (!other) {
      render(
        html`<div class="this">${own}</div>
          ${empty}`,
        this.#grids,
      );
      return;
    }
    const otherCaption = ({ layer, head }: HeadCell) =>
      patternCaption(cellOf(state, other.overview, layer, head), state.order);
    const distance = (cell: HeadCell) => {
      const number = measureText(other.difference.distances[cell.place]!);
      return {
        text: '',
        number,
        label: `Layer ${cell.layer + 1} · Head ${cell.head + 1}: differs by ${number}`,
      };
    };
    const alignment = alignmentOf(state.inspection!, state.other!, other.difference);
    render(
      html`${alignmentNote(alignment)}
        <div class="this">
          <h2 title=${state.inspection!.text}>
            This text <span class="hint" dir="auto">${state.inspection!.text}</span>
          </h2>
          ${own}
        </div>
        <div class="other">
          <h2 title=${state.other!.text}>
            The other <span class="hint" dir="auto">${state.other!.text}</span>
          </h2>
          ${grid('Heads, the other text', cells, state, otherCaption, actions)}
        </div>
        <div class="difference ${isComparable(alignment) ? '' : 'void'}">
          <h2>Difference <span class="hint">orange: more here · blue: more there</span></h2>
          ${grid('Difference', cells, state, distance, actions)}
        </div>
        ${empty}`,
      this.#grids,
    );
  }

  #open({ layer, head }: HeadCell): void {
    const { state } = this.#context.store;
    const again = state.detail && state.layer === layer && state.head === head;
    this.#context.store.update({ layer, head, detail: !again });
  }

  #tell(cell: HeadCell | undefined): void {
    const { other } = this.#loaded ?? {};
    const distance =
      cell && other ? `; differs by ${other.difference.distances[cell.place]!.toFixed(3)}` : '';
    this.#readout.textContent = cell ? labelOf(cell) + distance : '';
  }

  #showDetail(changed: ReadonlySet<keyof State>): void {
    const { detail, attention, layer, head, inspection, other } = this.#state;
    this.element.classList.toggle('with-detail', detail);
    this.element.classList.toggle('compared', other !== undefined);
    const { overview } = this.#loaded ?? {};
    const left = !detail && this.#detail.contains(document.activeElement);
    this.#detail.hidden = !detail;
    if (!detail) {
      if (left) {
        this.#grids.querySelector<HTMLElement>('.cell[tabindex="0"]')?.focus();
      }
      return;
    }
    this.#detail.setAttribute('aria-label', `Layer ${layer + 1}, head ${head + 1}`);
    const place = placeOf(inspection!, attention, layer, head);
    const measures = overview ? measuresOf(overview, place) : [];
    render(
      html`<h2>Layer ${layer + 1} · Head ${head + 1}</h2>
        <button type="button" class="quiet" @click=${() => this.#context.store.update({ detail: false })}>
          Close
        </button>
        <dl class="measures" aria-label="Patterns">
          ${measures
            .filter(({ measure }) => !Number.isNaN(measure))
            .map(
              ({ name, measure, threshold }) =>
                html`<div class=${measure > threshold ? 'shows' : ''}>
                  <dt>${name}</dt>
                  <dd>${measureText(measure)}${name === 'broad' ? ' nats' : ''}</dd>
                </div>`,
            )}
        </dl>`,
      this.#heading,
    );
    const panel = other ? this.#difference : this.#lines;
    if (this.#detail.lastElementChild !== panel.element) {
      this.#detail.replaceChildren(this.#heading, panel.element);
    }
    if (other) {
      this.#difference.show(this.#state, this.#loaded?.other?.difference, changed);
    } else {
      this.#lines.show(this.#state, changed);
    }
  }

  picture(theme: Theme): Picture | undefined {
    const loaded = this.#loaded;
    if (!loaded) {
      return undefined;
    }
    const state = { ...this.#state, dark: theme.dark };
    const { own, others, aligned } = this.#shown(loaded);
    const { other, overview } = loaded;
    const caption = (cell: HeadCell) => {
      const { text, number } = patternCaption(cell, state.order);
      return `${text} ${number}`.trim();
    };
    const here: Block = {
      caption,
      paint: (surface, cell, side) => drawThumbnail(surface, overview, cell, own, state, side),
    };
    if (!other || !others || !aligned) {
      return modelPicture(state, this.#cells(overview, state), [here], theme);
    }
    const blocks: Block[] = [
      { ...here, title: state.inspection!.text },
      {
        title: state.other!.text,
        caption: ({ layer, head }) => caption(cellOf(state, other.overview, layer, head)),
        paint: (surface, cell, side) => drawThumbnail(surface, other.overview, cell, others, state, side),
      },
      {
        title: 'Difference',
        caption: ({ place }) => measureText(other.difference.distances[place]!),
        paint: (surface, { place }, side) => {
          const { pixels, width, height } = differencePixels(other.difference, place, aligned, state);
          surface.drawImage(imageOf(pixels, width, height), 0, 0, side, side);
        },
      },
    ];
    return modelPicture(state, this.#cells(overview, state), blocks, theme);
  }
}

export const model: ViewKind = { id: 'model', title: 'Model', create: (context) => new ModelView(context) };
