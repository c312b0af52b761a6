import * as api from './api.ts';
import { start } from './app.ts';
import {
  ATTENTION_KINDS,
  attentionOf,
  pairOf,
  type AttentionKind,
  type Inspection,
  type Without,
} from './inspection.ts';
import { Undo, type Shown } from './undo.ts';
import type { Pair } from './pairs.ts';
import type { Words } from './named.ts';
import { addressed, fromHash, namesAHead, writeAddress } from './address.ts';
import { followEditor } from './framed.ts';
import { beginning } from './overview.ts';
import { shownMemory } from './shown.ts';
import { diagramName } from './save.ts';
import { Remembered, sentenceOf, sourcesOf, type Difference, type Reasons, type Source } from './source.ts';
import { SeenTexts, type Seen } from './session.ts';
import { measureOf, MEASURES, opened, START, Store, type Change, type Measure } from './state.ts';
import { takeDrops, textOf } from './files.ts';
import { textsMenu } from './parts/texts.ts';
import { anyOf } from './views/shared/view.ts';
import { toggled } from './without.ts';
import './style.css';
import { followTheme } from './theme.ts';

const store = new Store({ ...START, ...fromHash(location.hash).change });
type Sources = (kind: AttentionKind, measure?: Measure) => Source;
let sources: Sources | undefined;
let otherSources: Sources | undefined;
let reasons: Reasons | undefined;
let differences = new Remembered<Difference>(ATTENTION_KINDS.length * MEASURES.length);
let running = new AbortController();
const shown = shownMemory();
/** Whether the state follows the address. */
let following = false;

const serverSources = (id: number): Sources =>
  sourcesOf((kind, measure) => new api.ServerSource(id, kind, measure));

/**
 * Runs a request to the server; a later one replaces it.
 *
 * @param arriving whether the address has changed, and the page will follow
 */
async function latest(work: (signal: AbortSignal) => Promise<() => void>, arriving = false): Promise<void> {
  running.abort();
  const mine = (running = new AbortController());
  following = arriving;
  store.update({ busy: true, failure: undefined });
  const wanted = () => mine === running && !mine.signal.aborted;
  try {
    const show = await work(mine.signal);
    if (wanted()) {
      show();
      following = false;
    }
  } catch (cause) {
    if (wanted()) {
      following = false;
      writeAddress(store.state, true); // what is shown stays
      store.update({ busy: false, failure: sentenceOf(cause) });
    }
  }
}

/**
 * Shows an inspection, optionally compared with another.
 *
 * @param asked the choices in an address; undefined to keep the current ones
 * @param whole the inspection of the whole, if something was taken out of this one
 */
function show(
  inspection: Inspection,
  other: Inspection | undefined,
  from: Sources,
  asked?: Change,
  whole?: Inspection,
): void {
  sources = from;
  reasons = new api.ServerReasons(inspection.id!);
  otherSources = other && serverSources(other.id!);
  differences = new Remembered<Difference>(ATTENTION_KINDS.length * MEASURES.length);
  const shown = asked ? addressed(inspection, asked, store.state) : opened(inspection, store.state);
  store.update({ ...shown, text: inspection.text, pair: pairOf(inspection), other, whole });
  writeAddress(store.state, following);
}

/** Starts an inspection at its clearest head, unless the address or the user has selected one. */
async function begun(inspection: Inspection, from: Sources, change: Change): Promise<Change> {
  if (namesAHead(change)) {
    return change;
  }
  const { kind } = attentionOf(inspection, change.attention ?? START.attention);
  const overview = await from(kind)
    .overview()
    .catch(() => undefined); // the view will report the error
  return overview ? { ...change, ...beginning(overview, inspection, kind) } : change;
}

function run(text: string, pair: string | undefined): void {
  store.update({ text, pair });
  void latest(async (signal) => {
    const inspection = await api.inspect(text, pair, signal);
    const from = serverSources(inspection.id!);
    if (store.state.inspection) {
      return () => {
        undo.leave();
        show(inspection, undefined, from);
      };
    }
    const change = await begun(inspection, from, fromHash(location.hash).change);
    return () => show(inspection, undefined, from, change);
  });
}

const undo = new Undo(
  store,
  (to) => {
    running.abort();
    showShown(to);
  },
  () => following,
);
const texts = new SeenTexts();

/** Shows the text without something; of the whole if that is undefined. */
function takeOut(without: Without | undefined): void {
  const { inspection, whole: known } = store.state;
  const whole = known ?? inspection!;
  void latest(async (signal) => {
    const { cleaned = false, text } = whole;
    const next = without
      ? await api.inspect(text, pairOf(whole), signal, { code: cleaned, without, whole: whole.id! })
      : whole;
    return () => {
      undo.leave();
      showShown({ inspection: next, whole: without && whole });
    };
  });
}

function showShown({ inspection, whole }: Pick<Shown, 'inspection' | 'whole'>): void {
  const { other, whole: before } = store.state;
  const compared = whole && other !== undefined && other.id === before?.id ? whole : undefined;
  show(inspection, compared, serverSources(inspection.id!), undefined, whole);
}

/** Asks about a sentence of a set: why the right word, rather than the wrong one? */
function openPair({ text, right, wrong }: Pair): void {
  void latest(async (signal) => {
    const inspection = await api.inspect(text, undefined, signal);
    const about = new api.ServerReasons(inspection.id!);
    const [word, other] = await Promise.all([about.candidate(0, right), about.candidate(0, wrong)]);
    return () => {
      undo.leave();
      show(inspection, undefined, serverSources(inspection.id!));
      store.update({ set: false, place: 0, why: word.id, rather: other.id });
    };
  });
}

/** Shows a text of this session again, with its pin. */
function openSeen({ inspection, pin }: Seen): void {
  void latest(async (signal) => {
    const found = await api
      .find(inspection.id!)
      .catch(() => api.inspect(inspection.text, pairOf(inspection), signal)); // the server has closed it
    return () => {
      undo.leave();
      show(found, undefined, serverSources(found.id!));
      store.update({ focus: pin });
    };
  });
}

/** Visualizes the text of a file. */
function openFile(file: File): void {
  void latest(async (signal) => {
    const text = await textOf(file);
    const inspection = await api.inspect(text, undefined, signal);
    return () => {
      undo.leave();
      show(inspection, undefined, serverSources(inspection.id!));
    };
  });
}

/** Compares the current text with another. */
function compare(text: string, pair: string | undefined): void {
  void latest(async (signal) => {
    const other = await api.inspect(text, pair, signal);
    return () => {
      otherSources = serverSources(other.id!);
      store.update({ other, busy: false });
    };
  });
}

/** Inserts words into their blanks here, and in the document if an editor has it open. */
function take(words: Words): void {
  const { inspection } = store.state;
  if (!inspection) {
    return;
  }
  if (inspection.linked) {
    api.accept(inspection.id!, words).catch((cause: unknown) => store.update({ failure: sentenceOf(cause) }));
  }
  const pair = pairOf(inspection);
  run(filled(inspection.text, 0, inspection, words), pair && filled(pair, 1, inspection, words));
}

/** A text of an inspection with words in its blanks. */
function filled(text: string, segment: number, { blanks }: Inspection, words: Words): string {
  return blanks
    .map((blank, number) => ({ ...blank, word: words.get(number) }))
    .filter((blank) => blank.segment === segment && blank.word !== undefined)
    .sort((a, b) => b.start - a.start)
    .reduce((now, { start, end, word }) => now.slice(0, start) + word + now.slice(end), text);
}

/** The pieces of the word that a token is in, if words are merged; else the token. */
function wordAt(token: number): readonly number[] {
  const { queries, keys } = shown(store.state);
  return [...queries, ...keys].find((unit) => unit.tokens.includes(token))?.tokens ?? [token];
}

/** Sends the focused token to the editor, at most once a frame. */
function sendFocus(): void {
  let waiting = false;
  store.listen((_, changed) => {
    const relevant = anyOf(changed, 'focus', 'attention', 'layer', 'heads', 'head', 'view');
    if (!relevant || waiting || !store.state.inspection?.linked || store.state.view === 'why') {
      return;
    }
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const { inspection, focus, attention, layer, heads, head, view } = store.state;
      if (inspection?.linked && view !== 'why') {
        const pointer = focus && {
          kind: attention,
          layer,
          heads: view === 'head' ? [...heads] : [head],
          tokens: wordAt(focus.token),
          incoming: focus.side === 'key',
        };
        api.point(inspection.id!, pointer);
      }
    });
  });
}

start(
  document.getElementById('app')!,
  {
    store,
    source: () => sources?.(store.state.attention, measureOf(store.state)),
    other: {
      source: () => otherSources?.(store.state.attention, measureOf(store.state)),
      difference: () => {
        const { inspection, attention, other } = store.state;
        const [own, beside] = [inspection!.id!, other!.id!];
        const measure = measureOf(store.state);
        return differences.get(`${own} ${attention} ${measure} ${beside}`, () =>
          api.difference(own, attention, measure, beside),
        );
      },
    },
    why: {
      reasons: () => reasons,
      takeOut,
      light: (effects) => {
        const { inspection } = store.state;
        if (inspection?.linked) {
          api.light(inspection.id!, effects);
        }
      },
      sets: { examples: api.exampleSets, measure: api.measureSet, open: openPair },
    },
    diagramUrl: (layer, head) =>
      api.exportUrl(store.state.inspection!.id!, diagramName(store.state.attention, layer, head, 'png'), {}),
    shown,
  },
  {
    form: { run, edit: (change) => store.update(change), setPair: (pair) => store.update({ pair }) },
    texts: () => textsMenu(texts.all, store.state.inspection?.id, { open: openSeen, read: openFile }),
    take,
    named: {
      words: ({ id }, place, words) => api.named(id!, place, words),
      together: ({ id }) => api.together(id!),
    },
    compare: { run: compare, stop: () => store.update({ other: undefined }) },
    changed: {
      back: (part) =>
        takeOut(part && toggled(store.state.inspection!.without, part, store.state.inspection!)),
      take: (part) => takeOut(toggled(store.state.inspection!.without, part, store.state.inspection!)),
      undo: () => undo.go(false),
      redo: () => undo.go(true),
      compare: () => {
        const { whole } = store.state;
        if (whole) {
          otherSources = serverSources(whole.id!);
          differences = new Remembered<Difference>(ATTENTION_KINDS.length);
          store.update({ other: whole, view: 'model' });
        }
      },
    },
  },
);
followTheme(store);
sendFocus();
store.listen(({ inspection, focus }) => {
  if (inspection) {
    texts.shown(inspection, focus?.pinned ? focus : undefined);
  }
});
takeDrops(openFile);
store.listen((state) => {
  if (!following) {
    writeAddress(state);
  }
});
store.listen(({ inspection }) => {
  document.title = inspection ? `${inspection.text.slice(0, 60)} · Headlight` : 'Headlight';
});
api.listen({
  model: (model) => store.update({ model }),
  connected: (connected) => {
    if (connected && !store.state.connected) {
      void again();
    }
    store.update({ connected });
  },
  cursor: ({ inspection, token }) => {
    const { state } = store;
    // an editor knows the text by the inspection of the whole
    if (inspection === (state.whole ?? state.inspection)?.id && !state.focus?.pinned) {
      store.update({ focus: token === undefined ? undefined : { side: 'query', token, pinned: false } });
    }
  },
});

/** A server that was restarted under the same address doesn't know the text: it is inspected again. */
async function again(): Promise<void> {
  const { inspection } = store.state;
  if (inspection) {
    const known = await api.find(inspection.id!).catch(() => undefined);
    if (known?.text !== inspection.text || known.model !== inspection.model) {
      run(inspection.text, pairOf(inspection));
    }
  }
}

/** Shows what the address requests; nothing changes until it has loaded. */
function openFromAddress(): void {
  const { inspection, other, whole, change } = fromHash(location.hash);
  const { inspection: now, other: compared } = store.state;
  const sameOther = inspection === undefined || other === compared?.id;
  if (now && (inspection === undefined || inspection === now.id) && sameOther) {
    const follow = (asked: Change) => {
      following = true;
      store.update({ ...addressed(now, asked, store.state), busy: false });
      writeAddress(store.state, true);
      following = false;
    };
    if (namesAHead(change)) {
      running.abort();
      follow(change);
    } else {
      void latest(async () => {
        const asked = await begun(now, sources!, change);
        return () => follow(asked);
      }, true);
    }
  } else if (inspection !== undefined) {
    void latest(async () => {
      const found = await api.find(inspection);
      const beside = other === undefined ? undefined : await api.find(other).catch(() => undefined);
      const of =
        whole === undefined || !found.without ? undefined : await api.find(whole).catch(() => undefined);
      const from = serverSources(inspection);
      const asked = await begun(found, from, change);
      return () => show(found, beside, from, asked, of);
    }, true);
  }
}

followEditor(store, (inspection, choices) => {
  void latest(async () => {
    const found = await api.find(inspection);
    return () => {
      show(found, undefined, serverSources(inspection));
      // what the editor doesn't name stays as it is
      store.update({ ...choices, ...opened(found, { ...store.state, ...choices }) });
    };
  });
});
window.addEventListener('hashchange', openFromAddress);
openFromAddress();
