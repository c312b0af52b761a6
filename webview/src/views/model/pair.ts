import { html, nothing, type TemplateResult } from 'lit';
import { headsOf, layersIn } from '../../inspection.ts';
import { measureText } from '../../overview.ts';
import { exactWeights, titled, unitWith, type Shown, type Unit } from '../../shown.ts';
import type { Source } from '../../source.ts';
import { measureOf, pinnedPair, tokenAt, type Focus, type State } from '../../state.ts';
import { Latest, type ViewContext } from '../shared/view.ts';
import type { HeadCell } from './modelCells.ts';

/** The words that are asked about: which looks, and at which. */
export interface WordPair {
  readonly from: Unit;
  readonly to: Unit;
}

/** The pinned pair, if both of its words are shown. */
export function wordPair({ focus }: State, { queries, keys }: Shown): WordPair | undefined {
  const pinned = pinnedPair(focus);
  const from = pinned && queries[unitWith(queries, pinned.query)];
  const to = pinned && keys[unitWith(keys, pinned.key)];
  return from && to && { from, to };
}

/** How much each head looks from one word at another: exact weights by the head's place. */
export async function pairWeights(
  source: Source,
  { inspection, attention }: State,
  shown: Shown,
  { from, to }: WordPair,
): Promise<Float32Array> {
  const [key, keys] = [shown.keys.indexOf(to), shown.keys.length];
  const layers = layersIn(inspection!, attention);
  const rows = await Promise.all(layers.map((layer) => exactWeights(source, layer, 'query', from, shown)));
  return Float32Array.from(rows.flatMap((row) => headsOf(inspection!).map((_, i) => row[i * keys + key]!)));
}

/** How much each head looks from one pinned word at the other, if heads are sorted by that. */
export class PairHeads {
  readonly #context: ViewContext;
  readonly #latest: Latest;
  readonly #then: () => void;
  #key = '';
  #weights: Float32Array | undefined;

  /** @param then what was asked is there */
  constructor(context: ViewContext, then: () => void) {
    this.#context = context;
    this.#latest = new Latest(context.store);
    this.#then = then;
  }

  /** By the heads' places; undefined while there is no answer. */
  get weights(): Float32Array | undefined {
    return this.#weights;
  }

  /** Asks what a state asks, unless that is there, or on the way. */
  ask(state: State): void {
    const shown = this.#context.shown(state);
    const pair = state.order === 'pair' ? wordPair(state, shown) : undefined;
    const source = this.#context.source();
    const { id, text, without } = state.inspection!;
    const tokens = pair && [pair.from.tokens, pair.to.tokens];
    const key = tokens ? JSON.stringify([id, text, without, state.attention, measureOf(state), tokens]) : '';
    if (key === this.#key) {
      return;
    }
    this.#key = key;
    this.#weights = undefined;
    if (!pair || !source) {
      return;
    }
    const loading = this.#latest.run(
      () => pairWeights(source, state, shown, pair),
      (weights) => {
        if (key === this.#key) {
          this.#weights = weights;
          this.#then();
        }
      },
    );
    void loading.then((how) => {
      if (how === 'failed' && key === this.#key) {
        this.#key = ''; // so that it is requested again
      }
    });
  }
}

/** The pin for the words that are chosen. */
function pinOf(from: Unit | undefined, to: Unit | undefined): Focus | undefined {
  const [query, key] = [from?.tokens[0], to?.tokens[0]];
  if (query === undefined) {
    return key === undefined ? undefined : { side: 'key', token: key, pinned: true };
  }
  const pin = { side: 'query', token: query, pinned: true } as const;
  return key === undefined ? pin : { ...pin, other: key };
}

/**
 * Asks which head looks from one word at another, and says which does most.
 *
 * @param best the first of the heads, once they are sorted
 */
export function pairQuestion(
  { focus }: State,
  { queries, keys }: Shown,
  best: HeadCell | undefined,
  pin: (focus: Focus | undefined) => void,
): TemplateResult {
  const of = (units: readonly Unit[], token: number | undefined) =>
    focus?.pinned && token !== undefined ? units[unitWith(units, token)] : undefined;
  const [from, to] = [of(queries, tokenAt(focus, 'query')), of(keys, tokenAt(focus, 'key'))];
  const menu = (
    label: string,
    units: readonly Unit[],
    chosen: Unit | undefined,
    choose: (unit: Unit | undefined) => void,
  ) =>
    html`<select
      aria-label=${label}
      @change=${(event: Event) => choose(units[Number((event.target as HTMLSelectElement).value)])}
    >
      ${chosen ? nothing : html`<option value="-1" selected>a word…</option>`}
      ${units.map((unit, i) => html`<option value=${i} .selected=${unit === chosen}>${titled(unit)}</option>`)}
    </select>`;
  return html`<p class="pair-question">
    Which head looks from ${menu('The word that looks', queries, from, (unit) => pin(pinOf(unit, to)))} at
    ${menu('The word that is looked at', keys, to, (unit) => pin(pinOf(from, unit)))}?
    <output
      >${
        best?.weight === undefined
          ? nothing
          : html`Most: head ${best.head + 1} of layer ${best.layer + 1}, with ${measureText(best.weight)}.`
      }</output
    >
  </p>`;
}
