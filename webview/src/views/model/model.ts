import { html, nothing, render } from 'lit';
import type { Picture, Theme } from '../../marks/surface.ts';
import { alignedShown, measuresOf, measureText, placeOf } from '../../overview.ts';
import { shownOf, type Shown } from '../../shown.ts';
import type { Difference, Overview } from '../../source.ts';
import { pinnedIn, type Focus, type State } from '../../state.ts';
import { attentionOf, headsOf, layersIn, type Inspection } from '../../inspection.ts';
import { hasDifference, hasTwoModels } from '../../models.ts';
import { modelName, sizeOf } from '../../parts/status.ts';
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
import { fit } from '../shared/fit.ts';
import { modelPicture, type Block } from './modelPicture.ts';
import { PairHeads, pairQuestion } from './pair.ts';
import { TwoHeads } from './twoHeads.ts';
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
  readonly other?: { readonly overview: Overview; readonly difference?: Difference };
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
  readonly #two: TwoHeads;
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
    this.#lines = new LinesPanel(context, oneHead(context));
    this.#difference = new DifferencePanel(context);
    this.#two = new TwoHeads(context);
    this.element.className = 'model-view';
    this.#question.className = 'question';
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
          this.#showTwoHeads();
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
    const cells = this.#drawGrids(loaded);
    const otherOverview = loaded.other && !loaded.other.difference ? loaded.other.overview : undefined;
    this.#fit(cells, otherOverview ? this.#there(otherOverview).cells : []);
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
      const there = difference ? { state, cells } : this.#there(other.overview);
      sheet('other', (_, side, index) =>
        paintThumbnail(other.overview, there.cells[index]!, others, there.state, side),
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
    const grid = this.#grids.querySelector<HTMLElement>('.cells')!;
    const top = grid.getBoundingClientRect().top + window.scrollY;
    const width = this.#grids.querySelector<HTMLElement>('.this')!.clientWidth;
    const rowName = two || window.innerWidth <= 480 ? 22 : 60;
    const { side, captions } = fit(rows!, columns!, width, window.innerHeight - top, rowName);
    this.#grids.style.setProperty('--side', `${side}px`);
    this.#grids.classList.toggle('bare', !captions && !compared);
  }

  /** What is shown of this inspection, of the other, and of the tokens that both have. */
  #shown({ other }: Loaded): { own: Shown; others?: Shown; aligned?: Shown } {
    const state = this.#state;
    if (!other || !state.other) {
      return { own: this.#context.shown(state) };
    }
    const { difference } = other;
    if (!difference) {
      const { state: there } = this.#there(other.overview);
      return { own: this.#context.shown(state), others: shownOf(state.other, there) };
    }
    const pieces = { ...state, words: false }; // texts are compared piece by piece
    const own = shownOf(state.inspection!, pieces);
    return { own, others: shownOf(state.other, pieces), aligned: alignedShown(difference, own) };
  }

  /** Of a model that has no difference to this one: all its heads, and the state as if it were shown alone. */
  #there(overview: Overview): { state: State; cells: readonly HeadCell[] } {
    const other = this.#state.other!;
    const attention = attentionOf(other, this.#state.attention).kind;
    const heads = headsOf(other);
    const layers = layersIn(other, attention);
    const place = this.#beside?.of === other ? this.#beside : this.#state;
    const state: State = {
      ...this.#state,
      inspection: other,
      other: undefined,
      attention,
      layers: new Set(layers),
      columns: new Set(heads),
      order: this.#state.order === 'pair' ? 'layers' : this.#state.order,
      focus: undefined,
      layer: layers.includes(place.layer) ? place.layer : (layers.at(-1) ?? 0),
      head: heads.includes(place.head) ? place.head : (heads.at(-1) ?? 0),
    };
    return { state, cells: cellsOf(state, overview) };
  }

  /** Draws all but the thumbnails; returns the heads that are shown. */
  #drawGrids(loaded: Loaded): readonly HeadCell[] {
    const cells = this.#cells(loaded.overview);
    this.#renderQuestion(cells[0]);
    this.#renderGrids(loaded, cells);
    const { layer, head, inspection, attention } = this.#state;
    const place = placeOf(inspection!, attention, layer, head);
    const { other } = loaded;
    const there = other && !other.difference ? this.#there(other.overview).state : undefined;
    const besides = there && placeOf(there.inspection!, there.attention, there.layer, there.head);
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
    const models = hasTwoModels(state);
    const { inspection, other: compared } = state as { inspection: Inspection; other: Inspection };
    const heading = (name: string, of: Inspection) =>
      models
        ? html`<h2 title=${of.model}>${modelName(of.model)}</h2>`
        : html`<h2 title=${of.text}>${name} <span class="hint" dir="auto">${of.text}</span></h2>`;
    const { difference } = other;
    if (!difference) {
      const there = this.#there(other.overview);
      const inOther = {
        open: (cell: HeadCell) => this.#openBeside(compared, cell),
        enter: (cell: HeadCell) => this.#tell(cell, there.state),
      };
      const caption = (cell: HeadCell) => patternCaption(cell, there.state.order);
      render(
        html`<p class="hint alignment">${whyNoDifference(inspection, compared)}</p>
          <div class="this">${heading('', inspection)} ${own}</div>
          <div class="other">
            ${heading('', compared)}
            ${grid('Heads, the other model', there.cells, there.state, caption, inOther)}
          </div>
          ${empty}`,
        this.#grids,
      );
      return;
    }
    const otherCaption = ({ layer, head }: HeadCell) =>
      patternCaption(cellOf({ ...state, inspection: compared }, other.overview, layer, head), state.order);
    const distance = (cell: HeadCell) => {
      const number = measureText(difference.distances[cell.place]!);
      return {
        text: '',
        number,
        label: `Layer ${cell.layer + 1} · Head ${cell.head + 1}: differs by ${number}`,
      };
    };
    const alignment = alignmentOf(inspection, compared, difference);
    const says = models || isComparable(alignment);
    render(
      html`${
          models
            ? html`<p class="hint alignment">
                Both models read the text as the same ${alignment.tokens} tokens. Heads of two models that
                have the same number need not do the same.
              </p>`
            : alignmentNote(alignment)
        }
        <div class="this">${heading('This text', inspection)} ${own}</div>
        <div class="other">
          ${heading('The other', compared)}
          ${grid(models ? 'Heads, the other model' : 'Heads, the other text', cells, state, otherCaption, actions)}
        </div>
        <div class="difference ${says ? '' : 'void'}">
          <h2>
            Difference
            <span class="hint"
              >${
                models
                  ? 'orange: more in the first · blue: more in the second'
                  : 'orange: more here · blue: more there'
              }</span
            >
          </h2>
          ${grid('Difference', cells, state, distance, actions)}
        </div>
        ${empty}`,
      this.#grids,
    );
  }

  #openBeside(of: Inspection, { layer, head }: HeadCell): void {
    this.#beside = { of, layer, head };
    this.#context.store.update({ detail: true });
    this.#draw();
    this.#showTwoHeads();
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

  /** A head of each of two models, as matrices. */
  #showTwoHeads(): void {
    const overview = this.#loaded?.other?.overview;
    const { detail, inspection, layer, head } = this.#state;
    if (!overview || !detail) {
      return;
    }
    const { state: there } = this.#there(overview);
    this.#two.show(this.#state, [
      { inspection: inspection!, name: modelName(inspection!.model), layer, head },
      {
        inspection: there.inspection!,
        name: modelName(there.inspection!.model),
        layer: there.layer,
        head: there.head,
      },
    ]);
  }

  #showDetail(changed: ReadonlySet<keyof State>): void {
    const { detail, attention, layer, head, inspection, other } = this.#state;
    this.element.classList.toggle('with-detail', detail);
    this.element.classList.toggle('compared', other !== undefined);
    const differs = hasDifference(this.#state);
    this.element.classList.toggle('apart', other !== undefined && !differs);
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
    const panel = differs ? this.#difference : other ? this.#two : this.#lines;
    if (this.#detail.lastElementChild !== panel.element) {
      this.#detail.replaceChildren(this.#heading, panel.element);
    }
    if (differs) {
      this.#difference.show(this.#state, this.#loaded?.other?.difference, changed);
    } else if (other) {
      if (anyOf(changed, 'layer', 'head', 'detail', ...REDRAWING, 'ramp', 'attention', 'measure')) {
        this.#showTwoHeads(); // or once the other's heads are known
      }
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
    const here: Omit<Block, 'cells'> = {
      caption,
      paint: (surface, cell, side) => drawThumbnail(surface, overview, cell, own, state, side),
    };
    const cells = this.#cells(overview, state);
    if (!other || !others) {
      return modelPicture(state, [{ ...here, cells }], theme);
    }
    const names = hasTwoModels(state)
      ? [state.inspection!, state.other!].map(({ model }) => modelName(model))
      : [state.inspection!.text, state.other!.text];
    const { difference } = other;
    if (!difference || !aligned) {
      const found = this.#there(other.overview);
      const there = { ...found.state, dark: theme.dark };
      return modelPicture(
        state,
        [
          { ...here, cells, title: names[0]! },
          {
            cells: found.cells,
            title: names[1]!,
            caption,
            paint: (surface, cell, side) => drawThumbnail(surface, other.overview, cell, others, there, side),
          },
        ],
        theme,
      );
    }
    const blocks: Block[] = [
      { ...here, cells, title: names[0]! },
      {
        cells,
        title: names[1]!,
        caption: ({ layer, head }) => caption(cellOf(state, other.overview, layer, head)),
        paint: (surface, cell, side) => drawThumbnail(surface, other.overview, cell, others, state, side),
      },
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
    return modelPicture(state, blocks, theme);
  }
}

/** Why two models have no difference. */
function whyNoDifference(one: Inspection, other: Inspection): string {
  const shapes = [sizeOf(one), sizeOf(other)];
  return shapes[0] === shapes[1]
    ? `The two models read the text as different tokens (${one.tokens.length} and ${other.tokens.length}), so that their heads have no difference: each has its own.`
    : `The two models have ${shapes[0]} and ${shapes[1]}, so that there is no difference: each has its own.`;
}

export const model: ViewKind = { id: 'model', title: 'Model', create: (context) => new ModelView(context) };
