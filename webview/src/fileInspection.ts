import { addressed, followAddress, fromHash, namesAHead } from './address.ts';
import { start } from './app.ts';
import { FileReasons } from './fileReasons.ts';
import { FileSource } from './fileSource.ts';
import { attentionOf, type Inspection } from './inspection.ts';
import { beginning, overviewIn } from './overview.ts';
import type { SafeTensors } from './safetensors.ts';
import { shownMemory } from './shown.ts';
import { sourcesOf } from './source.ts';
import { opened, START, Store, type Change } from './state.ts';
import { followTheme } from './theme.ts';
import type { AnswerPart } from './why.ts';

/** Shows the inspection that an exported page holds. */
export function showInspection(app: HTMLElement, inspection: Inspection, arrays: SafeTensors): void {
  const sources = sourcesOf((kind) => new FileSource(inspection, arrays, kind));
  const begun = (change: Change) => beginningIn(inspection, arrays, change);
  const first = { ...START, ...begun(fromHash(location.hash || (inspection.shown ?? '')).change) };
  const store = new Store({ ...first, ...opened(inspection, first) });
  const source = () => sources(store.state.attention); // a file holds what weights are computed from
  store.update({ measure: 'weight' });
  const { why } = inspection;
  start(
    app,
    {
      store,
      source,
      shown: shownMemory(),
      why: { reasons: () => (why ? new FileReasons(why as AnswerPart) : undefined) },
    },
    {},
  );
  followTheme(store);
  followAddress(store, (change) => addressed(inspection, begun(change), store.state));
  document.title = `Headlight · ${inspection.text.slice(0, 60)}`;
}

/** The choices in the address; the clearest head if it names none. */
function beginningIn(inspection: Inspection, arrays: SafeTensors, change: Change): Change {
  const { kind } = attentionOf(inspection, change.attention ?? START.attention);
  if (change.view === 'corpus') {
    return beginningIn(inspection, arrays, { ...change, view: START.view }); // it has no corpus
  }
  return namesAHead(change)
    ? change
    : { ...change, ...beginning(overviewIn(arrays, kind), inspection, kind) };
}
