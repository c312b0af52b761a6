import { headsOf, layersOf, type Inspection, type ModelState } from './inspection.ts';

/** A token that somebody looks at, in one of the two columns. */
export interface Focus {
  /** Whose lines are shown: a query looks, a key is looked at. */
  readonly side: 'query' | 'key';
  readonly token: number;
  /** Whether it stays when the pointer leaves. */
  readonly pinned: boolean;
}

/** Everything that the page shows. */
export interface State {
  readonly text: string;
  /** The second text of a pair; none where one text is looked at. */
  readonly pair: string | undefined;
  readonly inspection: Inspection | undefined;
  /** Whether an answer is awaited. */
  readonly busy: boolean;
  /** What went wrong, as a sentence. */
  readonly failure: string | undefined;
  readonly model: ModelState | undefined;
  /** Whether the server is there. */
  readonly connected: boolean;
  readonly layer: number;
  /** The heads whose attention is shown. */
  readonly heads: ReadonlySet<number>;
  readonly focus: Focus | undefined;
  readonly dark: boolean;
}

export const START: State = {
  text: '',
  pair: undefined,
  inspection: undefined,
  busy: false,
  failure: undefined,
  model: undefined,
  connected: true,
  layer: 0,
  heads: new Set(),
  focus: undefined,
  dark: false,
};

export type Change = Partial<State>;
type Listener = (state: State, changed: ReadonlySet<keyof State>) => void;

/** Holds the state, and tells who listens what of it changed. */
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

/** What of a new inspection is shown at first: the same layer and heads as before, where it has them. */
export function opened(inspection: Inspection, before: State): Change {
  const layers = layersOf(inspection);
  const heads = headsOf(inspection).filter((head) => before.heads.has(head));
  return {
    inspection,
    text: inspection.text,
    pair: inspection.pair,
    layer: layers.includes(before.layer) ? before.layer : (layers[0] ?? 0),
    heads: new Set(heads.length > 0 ? heads : headsOf(inspection)),
    focus: undefined,
    failure: undefined,
    busy: false,
  };
}

/** The state as the address keeps it, behind #: it never travels to a server. */
export function toHash(state: State): string {
  const parts = new URLSearchParams();
  const { inspection } = state;
  if (inspection?.id !== undefined) {
    parts.set('inspection', String(inspection.id));
  }
  parts.set('layer', String(state.layer + 1));
  if (inspection && state.heads.size < headsOf(inspection).length) {
    parts.set(
      'heads',
      [...state.heads]
        .sort((a, b) => a - b)
        .map((head) => head + 1)
        .join('.'),
    );
  }
  return `#${parts}`;
}

/** What an address says: the inspection to open, and what to show of it. */
export function fromHash(hash: string): { inspection: number | undefined; change: Change } {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const number = (text: string | null) =>
    text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  const layer = number(parts.get('layer'));
  const heads = (parts.get('heads') ?? '').split('.').map(number);
  const known = heads.filter((head) => head !== undefined && head > 0) as number[];
  return {
    inspection: number(parts.get('inspection')),
    change: {
      ...(layer !== undefined && layer > 0 && { layer: layer - 1 }),
      ...(known.length > 0 && { heads: new Set(known.map((head) => head - 1)) }),
    },
  };
}
