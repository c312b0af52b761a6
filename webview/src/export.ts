import { start } from './app.ts';
import { FileSource } from './fileSource.ts';
import type { Inspection } from './inspection.ts';
import { SafeTensors } from './safetensors.ts';
import { addressed, fromHash, namesAHead, writeAddress } from './address.ts';
import { beginning, overviewIn } from './overview.ts';
import { shownMemory } from './shown.ts';
import { opened, START, Store, type Change } from './state.ts';
import './style.css';
import { followTheme } from './theme.ts';

/** The page as a file: the inspection and its arrays stand in it. */
const inspection = JSON.parse(document.getElementById('inspection')!.textContent!) as Inspection;
const base64 = document.getElementById('arrays')!.textContent!;
const binary = atob(base64);
const bytes = new Uint8Array(binary.length);
for (let i = 0; i < binary.length; i++) {
  bytes[i] = binary.charCodeAt(i);
}
const arrays = new SafeTensors(bytes.buffer);
const source = new FileSource(inspection, arrays);
const overview = overviewIn(arrays);

/** What an address says, or at the clearest head where it names none. */
const begun = (change: Change): Change =>
  namesAHead(change)
    ? change
    : { ...change, ...beginning(overview, inspection, change.filter ?? START.filter) };
const first = { ...START, ...begun(fromHash(location.hash || (inspection.shown ?? '')).change) };
const store = new Store({ ...first, ...opened(inspection, first) });
start(document.getElementById('app')!, { store, source: () => source, shown: shownMemory() }, {});
followTheme(store);
store.listen(writeAddress);
window.addEventListener('hashchange', () => {
  store.update(addressed(inspection, begun(fromHash(location.hash).change), store.state));
  writeAddress(store.state);
});
document.title = `Headlight · ${inspection.text.slice(0, 60)}`;
