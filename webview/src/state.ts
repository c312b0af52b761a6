import {
  attentionOf,
  attentionPhrase,
  attentionTitle,
  headsOf,
  layersIn,
  layersOf,
  pairOf,
  readsPair,
  type AttentionKind,
  type Inspection,
  type ModelState,
} from './inspection.ts';

/** A token that the user points at. */
export interface Focus {
  /** Whose weights are shown: a query attends, a key is attended to. */
  readonly side: 'query' | 'key';
  readonly token: number;
  /** The token at the other side, if a single weight is pointed at. */
  readonly other?: number;
  /** Whether it stays after the pointer leaves. */
  readonly pinned: boolean;
}

/** What is focused if it is pinned. */
export const pinnedIn = ({ focus }: { readonly focus: Focus | undefined }) =>
  focus?.pinned ? focus : undefined;

/** The focused token at a side, if there is one. */
export const tokenAt = (focus: Focus | undefined, side: Focus['side']) =>
  focus?.side === side ? focus.token : focus?.other;

/** The two tokens of a pinned pair: which looks, and what it looks at. */
export function pinnedPair(
  focus: Focus | undefined,
): { readonly query: number; readonly key: number } | undefined {
  const pinned = pinnedIn({ focus });
  const [query, key] = [tokenAt(pinned, 'query'), tokenAt(pinned, 'key')];
  return query === undefined || key === undefined ? undefined : { query, key };
}

export const VIEW_IDS = ['head', 'model', 'neuron', 'heatmap', 'why', 'corpus'] as const;
export type ViewId = (typeof VIEW_IDS)[number];

/** Of a pair of sentences A and B that a model reads as one: whose queries, whose keys. */
export const PAIR_FILTERS = ['all', 'aa', 'ab', 'ba', 'bb'] as const;
export type PairFilter = (typeof PAIR_FILTERS)[number];

/** What is shown of an attention: its weights, norms ‖α·f(x)‖, or rollout. */
export const MEASURES = ['weight', 'norm', 'rollout'] as const;
export type Measure = (typeof MEASURES)[number];

export const RAMPS = ['ylgnbu', 'viridis', 'grey'] as const;
export type RampId = (typeof RAMPS)[number];

/** Sides of the cells that a heatmap can be enlarged to, in pixels; at 0 it fits the page. */
export const ZOOMS = [0, 8, 16, 24, 36, 48] as const;

/** Shares of the texts, in percent, that heads of a corpus can be filtered by. */
export const SHARES = [0, 10, 25, 50, 75, 90] as const;

/** The order of the heads in the model view; by how much they look from one pinned word at another. */
export const ORDERS = ['layers', 'pattern', 'narrow', 'broad', 'pair'] as const;
export type Order = (typeof ORDERS)[number];

/** A head of a model. */
export interface HeadPlace {
  readonly kind: AttentionKind;
  readonly layer: number;
  readonly head: number;
}

/** Everything that the page shows. */
export interface State {
  readonly text: string;
  /** The second text of a pair; undefined if there is one text. */
  readonly pair: string | undefined;
  readonly inspection: Inspection | undefined;
  /** Another inspection that this one is compared with. */
  readonly other: Inspection | undefined;
  /** The inspection of the whole, if something was taken out of this one. */
  readonly whole: Inspection | undefined;
  /** Whether a request is running. */
  readonly busy: boolean;
  /** How many tokens the model has written, while it goes on with the text. */
  readonly writing: number | undefined;
  /** The error message. */
  readonly failure: string | undefined;
  readonly model: ModelState | undefined;
  /** Whether the server is connected. */
  readonly connected: boolean;
  readonly view: ViewId;
  readonly layer: number;
  /** The head, for views that show one. */
  readonly head: number;
  /** The layers of the model view. */
  readonly layers: ReadonlySet<number>;
  /** The heads of the head view. */
  readonly heads: ReadonlySet<number>;
  /** The heads of the model view, which stand in columns. */
  readonly columns: ReadonlySet<number>;
  /** Which attention is shown: always one that the inspection has. */
  readonly attention: AttentionKind;
  /** What is measured of it; {@link measureOf} says which is shown. */
  readonly measure: Measure;
  readonly filter: PairFilter;
  /** Whether tokens that belong to no word, as [SEP], are shown. */
  readonly special: boolean;
  /** Whether word pieces are merged into words. */
  readonly words: boolean;
  /** Weights below this are not drawn. */
  readonly threshold: number;
  /** Whether the head view draws arcs over the sentence instead of two columns. */
  readonly arcs: boolean;
  /** Whether arcs show what attends to a word, instead of what it attends to. */
  readonly incoming: boolean;
  /** How the model view draws thumbnails. */
  readonly thumbnails: 'lines' | 'cells';
  readonly order: Order;
  /** The patterns that heads of the inspection show. */
  readonly patterns: readonly string[];
  /** The name of a pattern: heads that do not show it are hidden. */
  readonly pattern: string | undefined;
  /** Whether the model view shows an enlarged head. */
  readonly detail: boolean;
  /** Whether the neuron view shows queries and keys, instead of lines. */
  readonly expanded: boolean;
  readonly ramp: RampId;
  /** Whether the heatmap's colours run to its largest weight instead of 1. */
  readonly stretched: boolean;
  /** Whether the heatmap view shows all heads. */
  readonly gallery: boolean;
  /** Side of a heatmap cell in pixels; 0 to fit the page. */
  readonly zoom: number;
  /** Which blank is asked about. */
  readonly place: number;
  /** The token of the word that is asked about; undefined for the likeliest one. */
  readonly why: number | undefined;
  /** The token of the word it is compared with, or none; undefined for the likeliest other one. */
  readonly rather: number | 'none' | undefined;
  /** Whether special tokens are taken out, too, to see what they do. */
  readonly sinks: boolean;
  /** Whether words are hidden from the others instead of blanked out. */
  readonly hiding: boolean;
  /** Whether heads are averaged over the text instead of removed. */
  readonly averaged: boolean;
  /** Whether a click on a word, a head or a layer takes it out. */
  readonly taking: boolean;
  /** Whether a set of sentences is measured instead of one. */
  readonly set: boolean;
  /** The head of a corpus that is opened, of the first one or the second. */
  readonly profile: (HeadPlace & { readonly second: boolean }) | undefined;
  /** What the heads of a corpus are compared by, such as the id of a pattern; undefined for what each shows most clearly. */
  readonly by: string | undefined;
  /** Whether the heads of a corpus stand in the order of that, the largest first. */
  readonly largest: boolean;
  /** Heads of a corpus that show it in fewer of the texts, in percent, are hidden. */
  readonly share: number;
  /** The step of the lesson that is shown, from 0; undefined if none is. */
  readonly learn: number | undefined;
  /** Whether the weights are shown as a table. */
  readonly table: boolean;
  readonly focus: Focus | undefined;
  readonly dark: boolean;
  /** Increases whenever colours change. */
  readonly theme: number;
}

export const START: State = {
  text: '',
  pair: undefined,
  inspection: undefined,
  other: undefined,
  whole: undefined,
  busy: false,
  writing: undefined,
  failure: undefined,
  model: undefined,
  connected: true,
  view: 'head',
  layer: 0,
  head: 0,
  layers: new Set(),
  heads: new Set(),
  columns: new Set(),
  attention: 'self',
  measure: 'weight',
  filter: 'all',
  special: true,
  words: false,
  threshold: 0,
  arcs: false,
  incoming: false,
  thumbnails: 'lines',
  order: 'layers',
  patterns: [],
  pattern: undefined,
  detail: false,
  expanded: true,
  ramp: 'ylgnbu',
  stretched: true,
  gallery: false,
  zoom: 0,
  place: 0,
  why: undefined,
  rather: undefined,
  sinks: false,
  hiding: false,
  averaged: false,
  taking: false,
  set: false,
  profile: undefined,
  by: undefined,
  largest: false,
  share: 0,
  learn: undefined,
  table: false,
  focus: undefined,
  dark: false,
  theme: 0,
};

export type Change = Partial<State>;
type Listener = (state: State, changed: ReadonlySet<keyof State>) => void;

/** Holds the state, and notifies listeners of what has changed. */
export class Store {
  #state: State;
  readonly #listeners: Listener[] = [];

  constructor(state: State = START) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  update(change: Change): void {
    const before = this.#state;
    this.#state = { ...before, ...change };
    const changed = new Set(
      (Object.keys(change) as (keyof State)[]).filter((key) => before[key] !== this.#state[key]),
    );
    if (changed.size > 0) {
      this.#listeners.forEach((listener) => listener(this.#state, changed));
    }
  }
}

/** Whether the view shows attention of the text; Why shows what heads do, Corpus what they do over many texts. */
export const showsWeights = ({ view }: Pick<State, 'view'>) => view !== 'why' && view !== 'corpus';

/** Queries and keys make weights: where they are shown, so are weights. What heads do is measured otherwise. */
export const measureOf = (state: State): Measure =>
  !showsWeights(state) || (state.view === 'neuron' && state.expanded) ? 'weight' : state.measure;

/** Names of measures: the weight of an attention is not named. */
export const MEASURE_NAMES: Readonly<Record<Measure, string>> = {
  weight: 'Weight',
  norm: 'Norm',
  rollout: 'Rollout',
};

/** The prefix of names: what is measured, if that is no weight. */
export const measurePrefix = (state: State) => {
  const measure = measureOf(state);
  return measure === 'weight' ? '' : `${MEASURE_NAMES[measure]} · `;
};

/** The prefix of layer and head names: what is measured, and of which attention. */
export const titlePrefix = (state: State) =>
  measurePrefix(state) + attentionTitle(state.inspection!, state.attention);

/** What is shown, where it begins a sentence. */
export const shownPhrase = (state: State) => {
  const phrase = attentionPhrase(state.inspection!, state.attention);
  const measure = measureOf(state);
  return measure === 'weight' ? phrase : `${phrase} (${MEASURE_NAMES[measure].toLowerCase()})`;
};
/** Whether the texts differ from those of the inspection. */
export const edited = ({ inspection, text, pair }: State) =>
  text !== inspection?.text || pair !== pairOf(inspection);

/** Shows another attention, in a layer that it has. */
export function attending(state: State, attention: AttentionKind): Change {
  const layers = layersIn(state.inspection!, attention);
  return { attention, layer: layers.includes(state.layer) ? state.layer : (layers.at(-1) ?? 0) };
}

/** Whether two inspections are of the same text by the same model, so that the same can be asked about them. */
const sameText = (one: Inspection, other: Inspection) =>
  one.model === other.model && one.text === other.text && one.pair === other.pair;

/** A pin stays on the word that it is on if another text has the same word at as many places before it. */
function samePin(inspection: Inspection, { inspection: before, focus }: State): Focus | undefined {
  if (!before || !focus?.pinned || focus.other !== undefined) {
    return undefined;
  }
  const { text } = before.tokens[focus.token]!;
  const place = before.tokens.slice(0, focus.token).filter((token) => token.text === text).length;
  const same = inspection.tokens.flatMap((token, index) => (token.text === text ? [index] : []));
  return same[place] === undefined ? undefined : { ...focus, token: same[place] };
}

/** The initial choices for a new inspection: the previous ones, as far as they apply. */
export function opened(inspection: Inspection, before: State): Change {
  const attention = attentionOf(inspection, before.attention).kind;
  const layers = layersIn(inspection, attention);
  const heads = headsOf(inspection);
  const kept = (key: 'layers' | 'heads' | 'columns', available: readonly number[]) => {
    const both = available.filter((one) => before[key].has(one));
    const none = before[key] !== START[key] && before[key].size === 0; // the user wants to see none
    return new Set(both.length > 0 || none ? both : available);
  };
  const again = before.inspection === undefined || sameText(inspection, before.inspection);
  const known = (token: number | undefined) => token === undefined || token < inspection.tokens.length;
  const addressed = before.inspection === undefined ? pinnedIn(before) : undefined;
  const pin = addressed ?? samePin(inspection, before);
  return {
    inspection,
    ...(before.view === 'corpus' && before.inspection !== undefined && { view: 'head' as const }), // it shows no text
    text: inspection.text,
    pair: pairOf(inspection),
    layer: layers.includes(before.layer) ? before.layer : (layers[0] ?? 0),
    head: heads.includes(before.head) ? before.head : (heads[0] ?? 0),
    layers: kept('layers', layersOf(inspection)),
    heads: kept('heads', heads),
    columns: kept('columns', heads),
    patterns: [],
    ...(again && before.place < inspection.blanks.length
      ? {}
      : { place: 0, why: undefined, rather: undefined }),
    attention,
    filter: readsPair(inspection) ? before.filter : 'all',
    focus: pin && known(pin.token) && known(pin.other) ? pin : undefined,
    failure: undefined,
    busy: false,
  };
}
