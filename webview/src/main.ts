import * as api from './api.ts';
import { start } from './app.ts';
import { pairOf, type Blank, type Inspection } from './inspection.ts';
import { addressed, fromHash, namesAHead, writeAddress } from './address.ts';
import { beginning } from './overview.ts';
import { shownMemory } from './shown.ts';
import { Remembered, sentenceOf, type Difference, type Source } from './source.ts';
import { opened, START, Store, type Change } from './state.ts';
import { anyOf } from './views/view.ts';
import './style.css';
import { followTheme } from './theme.ts';

const store = new Store({ ...START, ...fromHash(location.hash).change });
let source: api.ServerSource | undefined;
let otherSource: api.ServerSource | undefined;
let differences = new Remembered<Difference>(1);
let running = new AbortController();
const shown = shownMemory();

/** Runs what asks the server; a later run replaces it. */
async function latest(work: (signal: AbortSignal) => Promise<() => void>): Promise<void> {
  running.abort();
  const mine = (running = new AbortController());
  store.update({ busy: true, failure: undefined });
  try {
    const show = await work(mine.signal);
    if (mine === running) {
      show();
    }
  } catch (cause) {
    if (mine === running) {
      store.update({ busy: false, failure: sentenceOf(cause) });
    }
  }
}

/**
 * Shows an inspection, beside another where there is one.
 *
 * @param asked what an address asks to be shown of it; as before, where none does
 */
function show(
  inspection: Inspection,
  other: Inspection | undefined,
  from: api.ServerSource,
  asked?: Change,
): void {
  source = from;
  otherSource = other && new api.ServerSource(other.id!);
  differences = new Remembered<Difference>(1);
  const shown = asked ? addressed(inspection, asked, store.state) : opened(inspection, store.state);
  store.update({ ...shown, text: inspection.text, pair: pairOf(inspection), other });
  writeAddress(store.state);
}

/** Where an inspection is begun: at its clearest head, unless an address names one, or somebody has chosen one. */
async function begun(inspection: Inspection, from: Source, change: Change): Promise<Change> {
  if (namesAHead(change)) {
    return change;
  }
  const overview = await from.overview().catch(() => undefined); // the view will say what is wrong
  const filter = change.filter ?? START.filter;
  return overview ? { ...change, ...beginning(overview, inspection, filter) } : change;
}

function run(text: string, pair: string | undefined): void {
  store.update({ text, pair });
  void latest(async (signal) => {
    const inspection = await api.inspect(text, pair, signal);
    const from = new api.ServerSource(inspection.id!);
    if (store.state.inspection) {
      return () => show(inspection, undefined, from);
    }
    const change = await begun(inspection, from, fromHash(location.hash).change);
    return () => show(inspection, undefined, from, change);
  });
}

/** Compares what is shown with another text. */
function compare(text: string, pair: string | undefined): void {
  void latest(async (signal) => {
    const other = await api.inspect(text, pair, signal);
    return () => {
      otherSource = new api.ServerSource(other.id!);
      store.update({ other, busy: false });
    };
  });
}

/** Puts a word into its blank here, and into the document where an editor has it open. */
function take(number: number, word: number): void {
  const { inspection } = store.state;
  const blank = inspection?.blanks[number];
  const prediction = blank?.predictions[word];
  if (!inspection || !blank || !prediction) {
    return;
  }
  if (inspection.linked) {
    api
      .accept(inspection.id!, number, word)
      .catch((cause: unknown) => store.update({ failure: sentenceOf(cause) }));
  }
  const filled = (text: string, of: Blank) => text.slice(0, of.start) + prediction.word + text.slice(of.end);
  const { text } = inspection;
  const pair = pairOf(inspection);
  run(blank.segment === 0 ? filled(text, blank) : text, blank.segment === 1 ? filled(pair!, blank) : pair);
}

/** The pieces of the word that a token is in, where words are merged; else the token. */
function wordAt(token: number): readonly number[] {
  const { queries, keys } = shown(store.state);
  return [...queries, ...keys].find((unit) => unit.tokens.includes(token))?.tokens ?? [token];
}

/** Tells the editor what is pointed at, at most once a frame. */
function tellEditor(): void {
  let waiting = false;
  store.listen((_, changed) => {
    const relevant = anyOf(changed, 'focus', 'layer', 'heads', 'head', 'view');
    if (!relevant || waiting || !store.state.inspection?.linked) {
      return;
    }
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const { inspection, focus, layer, heads, head, view } = store.state;
      if (inspection?.linked) {
        const pointer = focus && {
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
    source: () => source,
    other: {
      source: () => otherSource,
      difference: () => {
        const [own, beside] = [store.state.inspection!.id!, store.state.other!.id!];
        return differences.get(`${own} ${beside}`, () => api.difference(own, beside));
      },
    },
    diagramUrl: (layer, head) =>
      api.exportUrl(store.state.inspection!.id!, `Attention_Layer${layer + 1}_Head${head + 1}.png`, {}),
    shown,
  },
  {
    form: { run, edit: (change) => store.update(change), setPair: (pair) => store.update({ pair }) },
    take,
    compare: { run: compare, stop: () => store.update({ other: undefined }) },
  },
);
followTheme(store);
tellEditor();
store.listen(writeAddress);
store.listen(({ inspection }) => {
  document.title = inspection ? `${inspection.text.slice(0, 60)} · Headlight` : 'Headlight';
});
api.listen({
  model: (model) => store.update({ model }),
  there: (connected) => store.update({ connected }),
  cursor: ({ inspection, token }) => {
    const { state } = store;
    if (inspection === state.inspection?.id && !state.focus?.pinned) {
      store.update({ focus: token === undefined ? undefined : { side: 'query', token, pinned: false } });
    }
  },
});

/** Shows what the address asks for; nothing changes before it is known to be there. */
function openFromAddress(): void {
  const { inspection, other, change } = fromHash(location.hash);
  const { inspection: now, other: compared } = store.state;
  const sameOther = inspection === undefined || other === compared?.id;
  if (now && (inspection === undefined || inspection === now.id) && sameOther) {
    const follow = (asked: Change) => {
      store.update({ ...addressed(now, asked, store.state), busy: false });
      writeAddress(store.state);
    };
    if (namesAHead(change)) {
      running.abort();
      follow(change);
    } else {
      void latest(async () => {
        const asked = await begun(now, source!, change);
        return () => follow(asked);
      });
    }
  } else if (inspection !== undefined) {
    void latest(async () => {
      const found = await api.find(inspection);
      const beside = other === undefined ? undefined : await api.find(other).catch(() => undefined);
      const from = new api.ServerSource(inspection);
      const asked = await begun(found, from, change);
      return () => show(found, beside, from, asked);
    });
  }
}
/** An editor that frames the page says which inspection to show, in place of the one before. */
window.addEventListener('message', (event: MessageEvent<{ type?: unknown; inspection?: unknown } | null>) => {
  const { type, inspection } = event.data ?? {};
  if (
    event.source === window.parent &&
    window.parent !== window &&
    type === 'open' &&
    typeof inspection === 'number'
  ) {
    void latest(async () => {
      const found = await api.find(inspection);
      return () => show(found, undefined, new api.ServerSource(inspection));
    });
  }
});
window.addEventListener('hashchange', openFromAddress);
openFromAddress();
