import { ATTENTION_KINDS, headsOf, layersOf, type Inspection } from './inspection.ts';
import {
  MEASURES,
  opened,
  ORDERS,
  PAIR_FILTERS,
  RAMPS,
  SHARES,
  START,
  VIEW_IDS,
  ZOOMS,
  type Change,
  type Focus,
  type State,
  type Store,
} from './state.ts';

/** Writes one choice to the address, if it is not the default, and reads it. */
interface Field {
  readonly key: string;
  readonly write: (state: State) => string | undefined;
  /** Parses the text; undefined if it is invalid. */
  readonly read: (text: string) => Change | undefined;
}

const number = (text: string | undefined) =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

/** A number that counts from 1 in the address and from 0 in the page. */
const counted = (text: string | undefined) => {
  const read = number(text);
  return read !== undefined && read > 0 ? read - 1 : undefined;
};

type Flag =
  | 'sinks'
  | 'hiding'
  | 'averaged'
  | 'taking'
  | 'set'
  | 'largest'
  | 'special'
  | 'words'
  | 'arcs'
  | 'incoming'
  | 'detail'
  | 'expanded'
  | 'stretched'
  | 'gallery'
  | 'table';
const flag = (key: Flag): Field => ({
  key,
  write: (state) => (state[key] === START[key] ? undefined : state[key] ? 'on' : 'off'),
  read: (text) => (text === 'on' || text === 'off' ? { [key]: text === 'on' } : undefined),
});

type Choice = 'view' | 'measure' | 'filter' | 'thumbnails' | 'order' | 'ramp';
const choice = (key: Choice, values: readonly string[]): Field => ({
  key,
  write: (state) => (state[key] === START[key] ? undefined : state[key]),
  read: (text) => (values.includes(text) ? { [key]: text } : undefined),
});

const some = (key: 'layers' | 'heads' | 'columns', all: (state: State) => readonly number[]): Field => ({
  key,
  write: (state) => {
    const missing = state.inspection !== undefined && state[key].size < all(state).length;
    return missing
      ? [...state[key]]
          .sort((a, b) => a - b)
          .map((one) => one + 1)
          .join('.') || 'none'
      : undefined;
  },
  read: (text) => {
    if (text === 'none') {
      return { [key]: new Set() };
    }
    const known = text
      .split('.')
      .map(counted)
      .filter((one) => one !== undefined);
    return known.length > 0 ? { [key]: new Set(known) } : undefined;
  },
});

const FIELDS: readonly Field[] = [
  choice('view', VIEW_IDS),
  {
    key: 'layer',
    write: ({ inspection, layer }) => (inspection ? String(layer + 1) : undefined),
    read: (text) => optional('layer', counted(text)),
  },
  {
    key: 'head',
    write: ({ head }) => (head === START.head ? undefined : String(head + 1)),
    read: (text) => optional('head', counted(text)),
  },
  some('layers', (state) => layersOf(state.inspection!)),
  some('heads', (state) => headsOf(state.inspection!)),
  some('columns', (state) => headsOf(state.inspection!)),
  {
    key: 'attention',
    // no kind means the first attention
    write: ({ inspection, attention }) =>
      inspection === undefined || inspection.attentions[0]?.kind === attention ? undefined : attention,
    read: (text) => {
      const kind = ATTENTION_KINDS.find((one) => one === text);
      return kind && { attention: kind };
    },
  },
  choice('measure', MEASURES),
  choice('filter', PAIR_FILTERS),
  flag('special'),
  flag('words'),
  {
    key: 'least',
    write: ({ threshold }) => (threshold === START.threshold ? undefined : String(threshold)),
    read: (text) => (/^0?\.\d{1,4}$|^1$/.test(text) ? { threshold: Number(text) } : undefined),
  },
  flag('arcs'),
  flag('incoming'),
  choice('thumbnails', ['lines', 'cells']),
  choice('order', ORDERS),
  {
    key: 'pattern',
    write: ({ pattern }) => pattern?.replaceAll(' ', '-'),
    read: (text) => (/^[a-z-]{1,40}$/.test(text) ? { pattern: text.replaceAll('-', ' ') } : undefined),
  },
  flag('detail'),
  flag('expanded'),
  choice('ramp', RAMPS),
  flag('stretched'),
  flag('gallery'),
  {
    key: 'zoom',
    write: ({ zoom }) => (zoom === START.zoom ? undefined : String(zoom)),
    read: (text) => (ZOOMS.some((side) => String(side) === text) ? { zoom: Number(text) } : undefined),
  },
  {
    key: 'place',
    write: ({ place }) => (place === START.place ? undefined : String(place + 1)),
    read: (text) => optional('place', counted(text)),
  },
  {
    key: 'why',
    write: ({ why }) => (why === undefined ? undefined : String(why)),
    read: (text) => optional('why', number(text)),
  },
  {
    key: 'rather',
    write: ({ rather }) => (rather === undefined ? undefined : String(rather)),
    read: (text) => (text === 'none' ? { rather: 'none' } : optional('rather', number(text))),
  },
  flag('sinks'),
  flag('hiding'),
  flag('averaged'),
  flag('taking'),
  flag('set'),
  {
    key: 'profile',
    // as in 3.5, cross.3.5 or second.3.5
    write: ({ profile }) =>
      profile &&
      [
        ...(profile.second ? ['second'] : []),
        ...(profile.kind === 'self' ? [] : [profile.kind]),
        profile.layer + 1,
        profile.head + 1,
      ].join('.'),
    read: (text) => {
      const [, second, named = 'self', ...place] =
        /^(second\.)?(?:([a-z]+)\.)?(\d+)\.(\d+)$/.exec(text) ?? [];
      const [layer, head] = place.map(counted);
      const kind = ATTENTION_KINDS.find((one) => one === named);
      return kind && layer !== undefined && head !== undefined
        ? { profile: { second: second !== undefined, kind, layer, head } }
        : undefined;
    },
  },
  {
    key: 'by',
    write: ({ by }) => by,
    read: (text) => (/^[a-z-]{1,40}$/.test(text) ? { by: text } : undefined),
  },
  flag('largest'),
  {
    key: 'share',
    write: ({ share }) => (share === START.share ? undefined : String(share)),
    read: (text) => (SHARES.some((share) => String(share) === text) ? { share: Number(text) } : undefined),
  },
  flag('table'),
  { key: 'token', write: ({ focus }) => (focus?.pinned ? written(focus) : undefined), read: pinned },
];

/** The defaults for an empty address. */
export const UNADDRESSED: Change = Object.fromEntries(
  // the address says `least` for the threshold, and `token` for the focus
  [...FIELDS.map(({ key }) => key), 'threshold', 'focus']
    .filter((key) => key in START)
    .map((key) => [key, START[key as keyof State]]),
);

function optional(
  key: 'layer' | 'head' | 'place' | 'why' | 'rather',
  value: number | undefined,
): Change | undefined {
  return value === undefined ? undefined : { [key]: value };
}

/** A pinned token, as in `from-3`, `to-3` or `from-3-7`; tokens count from 0. */
const written = ({ side, token, other }: Focus) =>
  [side === 'query' ? 'from' : 'to', token, other].filter((part) => part !== undefined).join('-');

function pinned(text: string): Change | undefined {
  const [, side, token, other] = /^(from|to)-(\d{1,6})(?:-(\d{1,6}))?$/.exec(text) ?? [];
  if (side === undefined) {
    return undefined;
  }
  const focus = { side: side === 'from' ? 'query' : 'key', token: Number(token), pinned: true } as const;
  return { focus: other === undefined ? focus : { ...focus, other: Number(other) } };
}

/** The choices of a state, without the inspections that they are about. */
export function choicesOf(state: State): URLSearchParams {
  const parts = new URLSearchParams();
  for (const field of FIELDS) {
    const text = field.write(state);
    if (text !== undefined) {
      parts.set(field.key, text);
    }
  }
  return parts;
}

/** The state as the fragment of the address, which browsers never send to a server. */
export function toHash(state: State): string {
  const parts = choicesOf(state);
  const ids = { inspection: state.inspection?.id, whole: state.whole?.id, other: state.other?.id };
  const known = Object.entries(ids).flatMap(([key, id]) => (id === undefined ? [] : [[key, String(id)]]));
  return `#${new URLSearchParams([...known, ...parts])}`;
}

/** Parses an address: the inspection to open, the one to compare it with, and the choices. */
export function fromHash(hash: string): {
  inspection: number | undefined;
  other: number | undefined;
  whole: number | undefined;
  change: Change;
} {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const read = FIELDS.map((field) => {
    const text = parts.get(field.key);
    return text === null ? undefined : field.read(text);
  });
  const id = (key: string) => number(parts.get(key) ?? undefined);
  return {
    inspection: id('inspection'),
    other: id('other'),
    whole: id('whole'),
    change: Object.assign({}, ...read) as Change,
  };
}

/** What a person would call a step, which the browser's Back undoes: another text, view or pin. */
const STEPS = ['inspection', 'other', 'view', 'token', 'detail', 'gallery', 'set', 'profile'];

/** Whether an address is a step away from another. */
function isStep(before: string, after: string): boolean {
  const [from, to] = [before, after].map((hash) => new URLSearchParams(hash.replace(/^#/, '')));
  const shown = from!.has('inspection') || from!.get('view') === 'corpus';
  return shown && STEPS.some((key) => from!.get(key) !== to!.get(key));
}

/**
 * Writes the state to the address, if it has changed; a step becomes an entry in the browser's history.
 *
 * @param following whether the state comes from the address, so that there is no step to keep
 */
export function writeAddress(state: State, following = false): void {
  const hash = toHash(state);
  if ((state.inspection || state.view === 'corpus') && hash !== location.hash) {
    const step = !following && isStep(location.hash, hash);
    try {
      history[step ? 'pushState' : 'replaceState'](null, '', hash);
    } catch {
      // browsers reject too many changes in a row; the next one is written
    }
  }
}

/**
 * Keeps the address and the state of a page that is a file the same.
 *
 * @param asked what the page changes if the address asks for this
 */
export function followAddress(store: Store, asked: (change: Change) => Change): void {
  let following = false;
  store.listen((state) => writeAddress(state, following));
  window.addEventListener('hashchange', () => {
    following = true;
    store.update(asked(fromHash(location.hash).change));
    writeAddress(store.state, true);
    following = false;
  });
}

/** Whether an address selects a layer or a head. */
export const namesAHead = (change: Change) => 'layer' in change || 'head' in change || 'heads' in change;

/** The choices in an address for an open inspection; defaults where it has none. */
export function addressed(inspection: Inspection, change: Change, state: State): Change {
  const asked = { ...state, ...UNADDRESSED, ...change, inspection: undefined };
  return { ...UNADDRESSED, ...change, ...opened(inspection, asked), text: state.text, pair: state.pair };
}
