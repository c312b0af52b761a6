import { start } from './app.ts';
import { FileSource } from './fileSource.ts';
import type { Inspection } from './inspection.ts';
import { SafeTensors } from './safetensors.ts';
import { addressed, fromHash, writeAddress } from './address.ts';
import { shownMemory } from './shown.ts';
import { opened, START, Store } from './state.ts';
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
const source = new FileSource(inspection, new SafeTensors(bytes.buffer));

const begun = { ...START, ...fromHash(location.hash || (inspection.shown ?? '')).change };
const store = new Store({ ...begun, ...opened(inspection, begun) });
start(document.getElementById('app')!, { store, source: () => source, shown: shownMemory() }, {});
followTheme(store);
store.listen(writeAddress);
window.addEventListener('hashchange', () => {
  store.update(addressed(inspection, fromHash(location.hash).change, store.state));
  writeAddress(store.state);
});
document.title = `Headlight · ${inspection.text.slice(0, 60)}`;
