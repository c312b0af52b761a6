import { start } from './app.ts';
import { FileReasons } from './fileReasons.ts';
import { FileSource } from './fileSource.ts';
import { attentionOf, type Inspection } from './inspection.ts';
import { SafeTensors } from './safetensors.ts';
import { addressed, fromHash, namesAHead, writeAddress } from './address.ts';
import { beginning, overviewIn } from './overview.ts';
import { bytesOf, inflated } from './pageText.ts';
import { shownMemory } from './shown.ts';
import { sourcesOf } from './source.ts';
import { opened, START, Store, type Change } from './state.ts';
import './style.css';
import { followTheme } from './theme.ts';
import type { AnswerPart } from './why.ts';

/** An exported page, which contains the inspection and its arrays. */
const inspection = JSON.parse(document.getElementById('inspection')!.textContent!) as Inspection;
const arrays = await unpacked(document.getElementById('arrays')!.textContent!);
const sources = sourcesOf((kind) => new FileSource(inspection, arrays, kind));

async function unpacked(text: string): Promise<SafeTensors> {
  try {
    return new SafeTensors(await inflated(bytesOf(text)));
  } catch (cause) {
    document.getElementById('app')!.textContent =
      'This page can’t be shown: it is damaged, or needs a newer browser (Chrome 103, Firefox 113, Safari 16.4).';
    throw cause;
  }
}

/** The choices in the address; the clearest head if it names none. */
function begun(change: Change): Change {
  const { kind } = attentionOf(inspection, change.attention ?? START.attention);
  if (change.view === 'corpus') {
    return begun({ ...change, view: START.view }); // a file has no corpus
  }
  return namesAHead(change)
    ? change
    : { ...change, ...beginning(overviewIn(arrays, kind), inspection, kind) };
}
const first = { ...START, ...begun(fromHash(location.hash || (inspection.shown ?? '')).change) };
const store = new Store({ ...first, ...opened(inspection, first) });
const source = () => sources(store.state.attention); // a file holds what weights are computed from
store.update({ measure: 'weight' });
const { why } = inspection;
start(
  document.getElementById('app')!,
  {
    store,
    source,
    shown: shownMemory(),
    why: { reasons: () => (why ? new FileReasons(why as AnswerPart) : undefined) },
  },
  {},
);
followTheme(store);
let following = false;
store.listen((state) => writeAddress(state, following));
window.addEventListener('hashchange', () => {
  following = true;
  store.update(addressed(inspection, begun(fromHash(location.hash).change), store.state));
  writeAddress(store.state, true);
  following = false;
});
document.title = `Headlight · ${inspection.text.slice(0, 60)}`;
