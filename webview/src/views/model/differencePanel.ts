import { SEQUENTIAL, signedRamp } from '../../ramps.ts';
import { attentionOf, lengthOf, nameOf, type Attention, type TokenRange } from '../../inspection.ts';
import { alignedIn, alignedShown } from '../../overview.ts';
import { shownOf, type Unit } from '../../shown.ts';
import type { Difference } from '../../source.ts';
import { hasTwoModels } from '../../models.ts';
import { modelName } from '../../parts/status.ts';
import type { State } from '../../state.ts';
import { emptyCell } from '../shared/cellStyle.ts';
import { effectText } from '../../why.ts';
import { MatrixPlot, type Cell, type Place } from '../shared/matrixPlot.ts';
import { anyOf, Latest, settled, type ViewContext } from '../shared/view.ts';

/** The accessible label of a plot. */
const labelled = (name: string) => `${name}: arrow keys move between cells`;

/** One head of two inspections: both matrices over the tokens that correspond, and their difference. */
export class DifferencePanel {
  readonly element = document.createElement('div');
  readonly #context: ViewContext;
  readonly #latest: Latest;
  readonly #plots: readonly MatrixPlot[];
  readonly #readout = document.createElement('output');
  readonly #captions: HTMLElement[] = [];
  #state!: State;
  #difference: Difference | undefined;
  /** Both heads as they are, and the part of them that is shown. */
  #exact: readonly [here: Float32Array, there: Float32Array] | undefined;
  #matrices: readonly [here: Float32Array, there: Float32Array] | undefined;
  #pairs: { readonly queries: readonly Pair[]; readonly keys: readonly Pair[] } = { queries: [], keys: [] };
  #at: Cell | undefined;

  constructor(context: ViewContext) {
    this.#context = context;
    this.#latest = new Latest(context.store);
    const mark = ({ query, key }: Place = {}) =>
      this.#mark(query === undefined || key === undefined ? undefined : { query, key });
    const actions = { enter: mark, pin: mark, leave: () => mark() };
    this.#plots = ['This text', 'The other text', 'Difference'].map((name) => {
      const plot = new MatrixPlot(labelled(name), actions);
      const figure = document.createElement('figure');
      const caption = document.createElement('figcaption');
      caption.textContent = name;
      this.#captions.push(caption);
      figure.append(caption, plot.element);
      this.element.append(figure);
      return plot;
    });
    this.#readout.className = 'readout';
    this.#readout.setAttribute('aria-live', 'polite');
    this.element.className = 'difference-panel';
    this.element.append(this.#readout);
  }

  show(state: State, difference: Difference | undefined, changed: ReadonlySet<keyof State>): void {
    const changedDifference = difference !== this.#difference;
    this.#state = state;
    this.#difference = difference;
    if (
      !difference ||
      (!changedDifference &&
        !anyOf(
          changed,
          'layer',
          'head',
          'detail',
          'theme',
          'ramp',
          'special',
          'attention',
          'measure',
          'filter',
          'threshold',
        ))
    ) {
      return;
    }
    const { layer, head } = state;
    this.#matrices = undefined;
    this.#readout.textContent = '';
    this.element.classList.add('loading');
    delete this.element.dataset['drawn'];
    void this.#latest.run(
      async () => {
        const here = await this.#context.source()?.head(layer, head);
        const there = await this.#context.other?.source()?.head(layer, head);
        return here && there && ([here, there] as const);
      },
      ([here, there]) => {
        this.element.classList.remove('loading');
        this.#exact = [here, there];
        this.#draw();
      },
    );
  }

  #draw(): void {
    const difference = this.#difference!;
    const { inspection, other, attention, dark, ramp, threshold } = this.#state;
    const shown = shownOf(inspection!, { ...this.#state, words: false });
    const { queries, keys } = alignedShown(difference, shown);
    const pairs = (units: readonly Unit[], range: TokenRange) => {
      const aligned = alignedIn(difference, range);
      return units.map(({ tokens: [place] }) => aligned[place!]!);
    };
    this.#pairs = { queries: pairs(queries, shown.of.queries), keys: pairs(keys, shown.of.keys) };
    const [here, there] = this.#exact!.map((exact, side) => {
      const of = attentionOf((side === 0 ? inspection : other)!, attention);
      return part(exact, of, this.#pairs, side as 0 | 1);
    }) as [Float32Array, Float32Array];
    this.#matrices = [here, there];
    const largest = [...here, ...there].reduce((a, b) => Math.max(a, b), 0);
    const empty = emptyCell(dark);
    const style = { ramp: SEQUENTIAL[ramp], largest, threshold, empty };
    const change = here.map((weight, i) => there[i]! - weight);
    const spread = change.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    const shifted = change.map((value) => (Math.abs(value) < threshold ? 0.5 : (value / spread + 1) / 2));
    const signed = { ramp: signedRamp(dark), largest: 1, threshold: 0, empty };
    const namesOf = (pairs: readonly Pair[], side: number) => pairs.map((tokens) => this.#name(tokens, side));
    const room = { rows: namesOf(this.#pairs.queries, 2), columns: namesOf(this.#pairs.keys, 2) };
    const plotted = (values: Float32Array, side: number) => ({
      matrix: { values, queries: queries.length, keys: keys.length },
      rows: namesOf(this.#pairs.queries, side),
      columns: namesOf(this.#pairs.keys, side),
      room, // of the longest, which are those of both texts
      zoom: 0,
      dark,
    });
    const [first, second, third] = this.#plots;
    first!.show({ ...plotted(here, 0), style });
    second!.show({ ...plotted(there, 1), style });
    const names = hasTwoModels(this.#state)
      ? [inspection!, other!].map(({ model }) => modelName(model))
      : ['This text', 'The other text'];
    [...names, 'Difference'].forEach((name, i) => {
      this.#plots[i]!.name = labelled(name);
      this.#captions[i]!.textContent = name;
    });
    this.#captions[2]!.textContent += `, colours to ±${spread.toFixed(3)}`;
    third!.show({ ...plotted(shifted, 2), style: signed, numbers: false });
    this.#mark(this.#at);
    settled(this.element, `layer-${this.#state.layer + 1}-head-${this.#state.head + 1}`);
  }

  /** A token of this text, of the other, or of both where they differ. */
  #name([own, counterpart]: Pair, side: number): string {
    const { inspection, other } = this.#state;
    const here = nameOf(inspection!.tokens[own]!, inspection!);
    const there = nameOf(other!.tokens[counterpart]!, other!);
    return side === 0 || here === there ? here : side === 1 ? there : `${here} / ${there}`;
  }

  #mark(cell: Cell | undefined): void {
    const { queries, keys } = this.#pairs;
    const query = queries[cell?.query ?? -1];
    const key = keys[cell?.key ?? -1];
    this.#at = query && key ? cell : undefined;
    this.#plots.forEach((plot) => plot.mark(this.#at));
    if (!cell || !query || !key || !this.#matrices) {
      this.#readout.textContent = '';
      return;
    }
    const [here, there] = this.#matrices.map((matrix) => matrix[cell.query * keys.length + cell.key]!);
    this.#readout.textContent =
      `“${this.#name(query, 0)}” looks at “${this.#name(key, 0)}”: ` +
      `${here!.toFixed(3)} here, ${there!.toFixed(3)} there, ${effectText(there! - here!, 3)}`;
  }
}

type Pair = readonly [here: number, there: number];

/** The rows and columns of a matrix that are shown, of one of the two texts. */
function part(
  weights: Float32Array,
  of: Attention,
  { queries, keys }: { readonly queries: readonly Pair[]; readonly keys: readonly Pair[] },
  side: 0 | 1,
): Float32Array {
  const values = new Float32Array(queries.length * keys.length);
  queries.forEach((query, row) =>
    keys.forEach((key, column) => {
      const [from, to] = [query[side] - of.queries.start, key[side] - of.keys.start];
      values[row * keys.length + column] = weights[from * lengthOf(of.keys) + to]!;
    }),
  );
  return values;
}
