import { start } from './app.ts';
import { FileSource } from './fileSource.ts';
import type { Inspection } from './inspection.ts';
import { SafeTensors } from './safetensors.ts';
import { fromHash, opened, START, Store, toHash } from './state.ts';
import './style.css';
import { followTheme } from './theme.ts';

/** The page as a file: the inspection and its arrays stand in it. */
const inspection = JSON.parse(document.getElementById('inspection')!.textContent!) as Inspection;
const base64 = document.getElementById('arrays')!.textContent!;
const bytes = Uint8Array.from(atob(base64), (unit) => unit.charCodeAt(0));
const source = new FileSource(inspection, new SafeTensors(bytes.buffer));

const begun = { ...START, ...fromHash(location.hash).change };
const store = new Store({ ...begun, ...opened(inspection, begun) });
start(document.getElementById('app')!, { store, source: () => source }, {});
followTheme(store);
store.listen((state) => history.replaceState(null, '', toHash(state)));
document.title = `Headlight · ${inspection.text.slice(0, 60)}`;
