import { fromHash, UNADDRESSED, writeAddress } from './address.ts';
import { start } from './app.ts';
import { corpusOf, type CorpusFile } from './corpus.ts';
import { shownMemory } from './shown.ts';
import { START, Store } from './state.ts';
import { followTheme } from './theme.ts';
import { corpus } from './views/corpus/corpus.ts';

/** Shows the corpus that an exported page holds. */
export function showCorpus(app: HTMLElement, file: CorpusFile): void {
  const asked = () => ({ ...fromHash(location.hash).change, view: 'corpus' }) as const; // it has no text
  const store = new Store({ ...START, ...asked() });
  start(
    app,
    {
      store,
      source: () => undefined,
      shown: shownMemory(),
      corpus: { load: () => Promise.resolve(corpus), corpora: () => Promise.resolve([file]) },
    },
    {},
  );
  followTheme(store);
  let following = false;
  store.listen((state) => writeAddress(state, following));
  window.addEventListener('hashchange', () => {
    following = true;
    store.update({ ...UNADDRESSED, ...asked() });
    following = false;
  });
  document.title = `Headlight · ${corpusOf(file).name}`;
}
