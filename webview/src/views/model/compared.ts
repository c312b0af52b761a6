import { attentionOf, headsOf, layersIn } from '../../inspection.ts';
import { alignedShown } from '../../overview.ts';
import { shownOf, type Shown } from '../../shown.ts';
import type { Difference, Overview } from '../../source.ts';
import type { HeadPlace, State } from '../../state.ts';
import { cellsOf, type HeadCell } from './modelCells.ts';

/** What the thumbnails are drawn from. */
export interface Loaded {
  readonly overview: Overview;
  /** Of the inspection that this one is compared with. */
  readonly other?: { readonly overview: Overview; readonly difference?: Difference };
}

/** Of a model that has no difference to this one: all its heads, and the state as if it were shown alone. */
export interface There {
  readonly state: State;
  readonly cells: readonly HeadCell[];
}

/**
 * What is shown of such a model; undefined if there is none.
 *
 * @param opened the head of it that was opened
 */
export function thereOf(
  state: State,
  { other: loaded }: Loaded,
  opened: Pick<HeadPlace, 'layer' | 'head'>,
): There | undefined {
  const { other } = state;
  if (!other || !loaded || loaded.difference) {
    return undefined;
  }
  const attention = attentionOf(other, state.attention).kind;
  const heads = headsOf(other);
  const layers = layersIn(other, attention);
  const there: State = {
    ...state,
    inspection: other,
    other: undefined,
    attention,
    layers: new Set(layers),
    columns: new Set(heads),
    order: state.order === 'pair' ? 'layers' : state.order,
    focus: undefined,
    layer: layers.includes(opened.layer) ? opened.layer : (layers.at(-1) ?? 0),
    head: heads.includes(opened.head) ? opened.head : (heads.at(-1) ?? 0),
  };
  return { state: there, cells: cellsOf(there, loaded.overview) };
}

/** Tokens whose weights the thumbnails show: of this inspection, of the other, and those that both have. */
export interface ShownTokens {
  readonly own: Shown;
  readonly others?: Shown;
  readonly aligned?: Shown;
}

/** @param alone what is shown of this inspection if nothing is compared, or there is no difference */
export function shownTokens(
  state: State,
  { other }: Loaded,
  there: There | undefined,
  alone: Shown,
): ShownTokens {
  if (!other || !state.other) {
    return { own: alone };
  }
  const { difference } = other;
  if (!difference) {
    return { own: alone, ...(there && { others: shownOf(state.other, there.state) }) };
  }
  const pieces = { ...state, words: false }; // texts are compared piece by piece
  const own = shownOf(state.inspection!, pieces);
  return { own, others: shownOf(state.other, pieces), aligned: alignedShown(difference, own) };
}
