import { followAddress, fromHash, UNADDRESSED } from './address.ts';
import { start } from './app.ts';
import { corpusOf, type CorpusFile } from './corpus.ts';
import { shownMemory } from './shown.ts';
import { START, Store, type Change } from './state.ts';
import { followTheme } from './theme.ts';
import { corpus } from './views/corpus/corpus.ts';

/** Shows the corpus that an exported page holds. */
export function showCorpus(app: HTMLElement, file: CorpusFile): void {
  const asked = (change: Change) => ({ ...change, view: 'corpus' }) as const; // it has no text
  const store = new Store({ ...START, ...asked(fromHash(location.hash).change) });
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
  followAddress(store, (change) => ({ ...UNADDRESSED, ...asked(change) }));
  document.title = `Headlight · ${corpusOf(file).name}`;
}
