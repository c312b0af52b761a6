import { nothing, render } from 'lit';
import type { Inspection } from '../../inspection.ts';
import type { Picture, Theme } from '../../marks/surface.ts';
import { hasDifference, hasTwoModels } from '../../models.ts';
import { placeOf } from '../../overview.ts';
import { modelName } from '../../parts/status.ts';
import type { Overview } from '../../source.ts';
import { pinnedIn, type Focus, type State } from '../../state.ts';
import { whenResized } from '../shared/canvas.ts';
import { fit } from '../shared/fit.ts';
import { Roving } from '../shared/roving.ts';
import { drawSheet, enlarged } from '../shared/sheet.ts';
import { anyOf, Latest, settled, type View, type ViewContext, type ViewKind } from '../shared/view.ts';
import { shownTokens, thereOf, type Loaded, type ShownTokens, type There } from './compared.ts';
import { HeadDetail } from './headDetail.ts';
import {
  axesOf,
  cellsOf,
  differencePixels,
  labelOf,
  paintThumbnail,
  patternsShown,
  REDRAWING,
  type HeadCell,
} from './modelCells.ts';
import { modelGrids } from './modelGrids.ts';
import { blocksOf, modelPicture } from './modelPicture.ts';
import { PairHeads, pairQuestion } from './pair.ts';

/**
 * The model view (after Vig 2019): every head of every layer as a thumbnail with the pattern that it shows, and one of
 * them large. Where two inspections are compared, both and their difference stand side by side.
 */
class ModelView implements View {
  readonly element = document.createElement('section');
  readonly #context: ViewContext;
  readonly #latest: Latest;
  readonly #grids = document.createElement('div');
  readonly #detail: HeadDetail;
  readonly #roving: Roving;
  readonly #readout = document.createElement('output');
  readonly #question = document.createElement('div');
  /** The head of another model that was opened. */
  #beside: { readonly of: Inspection; readonly layer: number; readonly head: number } | undefined;
  #state!: State;
  #loaded: Loaded | undefined;
  readonly #pair: PairHeads;
  #pinned: Focus | undefined;

  constructor(context: ViewContext) {
    this.#context = context;
    this.#latest = new Latest(context.store);
    this.#pair = new PairHeads(context, () => this.#draw());
    this.#detail = new HeadDetail(context);
    this.element.className = 'model-view';
    this.#question.className = 'question';
    this.#grids.className = 'grids';
    this.#readout.className = 'readout';
    this.#roving = new Roving(this.#grids, '.cell');
    this.#grids.addEventListener('pointerleave', () => this.#tell(undefined));
    this.element.append(this.#question, this.#grids, this.#detail.element, this.#readout);
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
    const pinned = pinnedIn(state);
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
          hasDifference(this.#state) ? compared?.difference() : undefined,
        ]);
        return (
          overview && {
            overview,
            ...(other && { other: { overview: other, ...(difference && { difference }) } }),
          }
        );
      },
      (loaded) => {
        this.#grids.inert = false;
        this.#loaded = loaded;
        this.#tellPatterns();
        this.#draw();
        if (loaded.other && !loaded.other.difference) {
          this.#detail.showTwo(this.#state, this.#there());
        }
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
    const there = this.#there();
    if (!this.#grids.querySelector('.cells')) {
      this.#fit(this.#cells(loaded.overview), there?.cells ?? []); // about, so that browsers lay them out but once
    }
    const cells = this.#drawGrids(loaded);
    this.#fit(cells, there?.cells ?? []);
    const sheet = (
      name: string,
      paint: (cell: HeadCell, side: number, index: number) => Uint8ClampedArray,
    ) => {
      const container = this.#grids.querySelector<HTMLElement>(`.${name} .cells`)!;
      drawSheet(container, (index, side) => paint(cells[index]!, side, index));
    };
    const { own, others, aligned } = this.#shown(loaded);
    sheet('this', (cell, side) => paintThumbnail(loaded.overview, cell, own, state, side));
    const { other } = loaded;
    const difference = other?.difference;
    if (other && others) {
      const beside = there ?? { state, cells };
      sheet('other', (_, side, index) =>
        paintThumbnail(other.overview, beside.cells[index]!, others, beside.state, side),
      );
    }
    if (difference && aligned) {
      sheet('difference', ({ place }, side) => {
        const { pixels, width, height } = differencePixels(difference, place, aligned, state);
        return enlarged(pixels, width, height, side);
      });
    }
    settled(this.element, difference ? 'difference' : state.other ? 'two-models' : 'model');
  }

  /** Makes the thumbnails so small that all can be seen at once. */
  #fit(cells: readonly HeadCell[], others: readonly HeadCell[]): void {
    const axes = [axesOf(cells), axesOf(others)]; // of two models, the larger one
    const [rows, columns] = (['layers', 'heads'] as const).map((axis) =>
      Math.max(...axes.map((one) => one[axis].length)),
    );
    const compared = hasDifference(this.#state);
    const two = this.#state.other !== undefined;
    const grid = this.#grids.querySelector<HTMLElement>('.cells') ?? this.#grids;
    const top = grid.getBoundingClientRect().top + window.scrollY;
    const width = (this.#grids.querySelector<HTMLElement>('.this') ?? this.#grids).clientWidth;
    const rowName = two || window.innerWidth <= 480 ? 22 : 60;
    const { side, captions } = fit(rows!, columns!, width, window.innerHeight - top, rowName);
    this.#grids.style.setProperty('--side', `${side}px`);
    this.#grids.classList.toggle('bare', !captions && !compared);
  }

  /** What is shown of a model that has no difference to this one. */
  #there(): There | undefined {
    const { other } = this.#state;
    const opened = other && this.#beside?.of === other ? this.#beside : this.#state;
    return this.#loaded && thereOf(this.#state, this.#loaded, opened);
  }

  #shown(loaded: Loaded): ShownTokens {
    return shownTokens(this.#state, loaded, this.#there(), this.#context.shown(this.#state));
  }

  /** Draws all but the thumbnails; returns the heads that are shown. */
  #drawGrids(loaded: Loaded): readonly HeadCell[] {
    const cells = this.#cells(loaded.overview);
    this.#renderQuestion(cells[0]);
    const there = this.#there();
    render(
      modelGrids(this.#state, loaded, cells, there, {
        open: (cell) => this.#open(cell),
        openBeside: (of, cell) => this.#openBeside(of, cell),
        enter: (cell, of) => this.#tell(cell, of),
      }),
      this.#grids,
    );
    const place = placeIn(this.#state);
    const besides = there && placeIn(there.state);
    for (const group of this.#grids.querySelectorAll<HTMLElement>('.cells')) {
      const own = besides !== undefined && group.closest('.other') ? besides : place;
      this.#roving.settle(group, (cell) => cell.dataset['place'] === String(own));
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

  #openBeside(of: Inspection, { layer, head }: HeadCell): void {
    this.#beside = { of, layer, head };
    this.#context.store.update({ detail: true });
    this.#draw();
    this.#detail.showTwo(this.#state, this.#there());
  }

  #open({ layer, head }: HeadCell): void {
    const { state } = this.#context.store;
    const again = state.detail && state.layer === layer && state.head === head;
    this.#context.store.update({ layer, head, detail: !again });
  }

  /** @param of the state that the head is of; that of this inspection by default */
  #tell(cell: HeadCell | undefined, of: State = this.#state): void {
    const difference = this.#loaded?.other?.difference;
    const distance = cell && difference ? `; differs by ${difference.distances[cell.place]!.toFixed(3)}` : '';
    const model =
      cell && hasTwoModels(this.#state) && !difference ? `${modelName(of.inspection!.model)}: ` : '';
    this.#readout.textContent = cell ? model + labelOf(cell) + distance : '';
  }

  #showDetail(changed: ReadonlySet<keyof State>): void {
    const state = this.#state;
    const { detail, other } = state;
    const { element } = this.#detail;
    this.element.classList.toggle('with-detail', detail);
    this.element.classList.toggle('compared', other !== undefined);
    this.element.classList.toggle('apart', other !== undefined && !hasDifference(state));
    const left = !detail && element.contains(document.activeElement);
    element.hidden = !detail;
    if (detail) {
      this.#detail.show(state, changed, this.#loaded, this.#there());
    } else if (left) {
      this.#grids.querySelector<HTMLElement>('.cell[tabindex="0"]')?.focus();
    }
  }

  picture(theme: Theme): Picture | undefined {
    const loaded = this.#loaded;
    if (!loaded) {
      return undefined;
    }
    const state = { ...this.#state, dark: theme.dark };
    const cells = this.#cells(loaded.overview, state);
    return modelPicture(state, blocksOf(state, loaded, cells, this.#there(), this.#shown(loaded)), theme);
  }
}

/** The place of the head that is selected. */
const placeIn = ({ inspection, attention, layer, head }: State) =>
  placeOf(inspection!, attention, layer, head);

export const model: ViewKind = { id: 'model', title: 'Model', create: (context) => new ModelView(context) };
