import * as api from './api.ts';
import { start } from './app.ts';
import type { Blank, Inspection } from './inspection.ts';
import { fromHash, opened, START, Store, toHash } from './state.ts';
import './style.css';
import { followTheme } from './theme.ts';

const store = new Store({ ...START, ...fromHash(location.hash).change });
let source: api.ServerSource | undefined;
let running = new AbortController();

/** Runs what asks the server; a later run replaces it. */
async function show(work: (signal: AbortSignal) => Promise<Inspection>): Promise<void> {
  running.abort();
  const mine = (running = new AbortController());
  store.update({ busy: true, failure: undefined });
  try {
    const inspection = await work(mine.signal);
    if (mine === running) {
      source = new api.ServerSource(inspection.id!);
      store.update(opened(inspection, store.state));
    }
  } catch (cause) {
    if (mine === running) {
      store.update({ busy: false, failure: (cause as Error).message });
    }
  }
}

function run(text: string, pair: string | undefined): void {
  store.update({ text, pair });
  void show((signal) => api.inspect(text, pair, signal));
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
      .catch((cause: Error) => store.update({ failure: cause.message }));
  }
  const filled = (text: string, of: Blank) => text.slice(0, of.start) + prediction.word + text.slice(of.end);
  const { text, pair } = inspection;
  run(blank.segment === 0 ? filled(text, blank) : text, blank.segment === 1 ? filled(pair!, blank) : pair);
}

/** Tells the editor what is pointed at, at most once a frame. */
function tellEditor(): void {
  let waiting = false;
  store.listen((_, changed) => {
    const relevant = changed.has('focus') || changed.has('layer') || changed.has('heads');
    if (!relevant || waiting || !store.state.inspection?.linked) {
      return;
    }
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const { inspection, focus, layer, heads } = store.state;
      if (inspection?.linked) {
        const pointer = focus && {
          layer,
          heads: [...heads],
          token: focus.token,
          incoming: focus.side === 'key',
        };
        api.point(inspection.id!, pointer);
      }
    });
  });
}

start(
  document.getElementById('app')!,
  { store, source: () => source },
  {
    form: { run, edit: (change) => store.update(change), setPair: (pair) => store.update({ pair }) },
    take,
  },
);
followTheme(store);
tellEditor();
store.listen((state) =>
  history.replaceState(null, '', state.inspection ? toHash(state) : location.hash || '#'),
);
api.watchModel(
  (model) => store.update({ model }),
  (connected) => store.update({ connected }),
);

function openFromAddress(): void {
  const { inspection, change } = fromHash(location.hash);
  store.update(change);
  if (inspection !== undefined && inspection !== store.state.inspection?.id) {
    void show(() => api.find(inspection));
  }
}
window.addEventListener('hashchange', openFromAddress);
openFromAddress();
