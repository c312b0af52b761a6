import { attentionOf, type Inspection } from '../../inspection.ts';
import { SEQUENTIAL } from '../../ramps.ts';
import { gathered, shownOf, type Shown } from '../../shown.ts';
import type { Source } from '../../source.ts';
import type { State } from '../../state.ts';
import { emptyCell } from '../shared/cellStyle.ts';
import { MatrixPlot, type Place } from '../shared/matrixPlot.ts';
import { Latest, settled, type ViewContext } from '../shared/view.ts';

/** A head of one of two models. */
export interface HeadOf {
  readonly inspection: Inspection;
  readonly name: string;
  readonly layer: number;
  readonly head: number;
}

interface Side {
  readonly plot: MatrixPlot;
  readonly caption: HTMLElement;
  shown?: Shown;
  weights?: Float32Array;
}

/** A head of each of two models that have no difference, as matrices over the tokens of each. */
export class TwoHeads {
  readonly element = document.createElement('div');
  readonly #context: ViewContext;
  readonly #latest: Latest;
  readonly #sides: readonly [Side, Side];
  readonly #readout = document.createElement('output');

  constructor(context: ViewContext) {
    this.#context = context;
    this.#latest = new Latest(context.store);
    const side = (number: 0 | 1): Side => {
      const mark = (place: Place = {}) => this.#mark(number, place);
      const plot = new MatrixPlot('Arrow keys move between cells', {
        enter: mark,
        pin: mark,
        leave: () => mark(),
      });
      const figure = document.createElement('figure');
      const caption = document.createElement('figcaption');
      figure.append(caption, plot.element);
      this.element.append(figure);
      return { plot, caption };
    };
    this.#sides = [side(0), side(1)];
    this.#readout.className = 'readout';
    this.#readout.setAttribute('aria-live', 'polite');
    this.element.className = 'difference-panel';
    this.element.append(this.#readout);
  }

  show(state: State, heads: readonly [HeadOf, HeadOf]): void {
    this.#readout.textContent = '';
    delete this.element.dataset['drawn'];
    this.element.classList.add('loading');
    const of = (source: Source | undefined, { layer, head }: HeadOf) => source?.head(layer, head);
    void this.#latest.run(
      async () => {
        const here = await of(this.#context.source(), heads[0]);
        const there = await of(this.#context.other?.source(), heads[1]);
        return here && there && ([here, there] as const);
      },
      (exact) => {
        this.element.classList.remove('loading');
        this.#draw(state, heads, exact);
      },
    );
  }

  #draw(state: State, heads: readonly [HeadOf, HeadOf], exact: readonly [Float32Array, Float32Array]): void {
    const { dark, ramp, threshold } = state;
    const matrices = heads.map(({ inspection }, number) => {
      const { kind } = attentionOf(inspection, state.attention);
      const shown = shownOf(inspection, { ...state, attention: kind });
      return { shown, weights: gathered(exact[number]!, shown) };
    });
    // what is compared by eye shares a scale
    const largest = Math.max(...matrices.map(({ weights }) => weights.reduce((a, b) => Math.max(a, b), 0)));
    const style = { ramp: SEQUENTIAL[ramp], largest, threshold, empty: emptyCell(dark) };
    this.#sides.forEach((side, number) => {
      const { shown, weights } = matrices[number]!;
      const { name, layer, head } = heads[number]!;
      Object.assign(side, { shown, weights });
      side.caption.textContent = `${name}: layer ${layer + 1}, head ${head + 1}`;
      side.plot.name = `${side.caption.textContent}: arrow keys move between cells`;
      side.plot.show({
        matrix: { values: weights, queries: shown.queries.length, keys: shown.keys.length },
        rows: shown.queries.map((unit) => unit.name),
        columns: shown.keys.map((unit) => unit.name),
        style,
        zoom: 0,
        dark,
      });
    });
    settled(this.element, 'two-heads');
  }

  #mark(number: 0 | 1, { query, key }: Place): void {
    const { plot, shown, weights, caption } = this.#sides[number];
    const cell = query === undefined || key === undefined ? undefined : { query, key };
    plot.mark(cell);
    const from = shown?.queries[cell?.query ?? -1];
    const to = shown?.keys[cell?.key ?? -1];
    if (!cell || !from || !to || !weights) {
      this.#readout.textContent = '';
      return;
    }
    const weight = weights[cell.query * shown!.keys.length + cell.key]!;
    this.#readout.textContent = `${caption.textContent}: ${from.quoted} looks at ${to.quoted}: ${weight.toFixed(3)}`;
  }
}
