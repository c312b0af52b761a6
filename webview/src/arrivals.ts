import { addressed, fromHash, namesAHead, UNADDRESSED, writeAddress } from './address.ts';
import * as api from './api.ts';
import { followEditor } from './framed.ts';
import { pairOf } from './inspection.ts';
import { serverSources, type Page } from './page.ts';
import type { SecondModel } from './secondModel.ts';
import { opened, type Change } from './state.ts';

/** What comes to a page on a server from outside: addresses, what an editor opens, and what the server tells. */
export class Arrivals {
  readonly #page: Page;
  readonly #second: SecondModel;
  readonly #read: (text: string, pair: string | undefined) => void;

  /** @param read inspects a text */
  constructor(page: Page, second: SecondModel, read: (text: string, pair: string | undefined) => void) {
    this.#page = page;
    this.#second = second;
    this.#read = read;
  }

  /** Shows what the address requests; nothing changes until it has loaded. */
  openAddress(): void {
    const page = this.#page;
    const { store, requests } = page;
    const { inspection, other, whole, change } = fromHash(location.hash);
    const { inspection: now, other: compared } = store.state;
    const sameOther = inspection === undefined || other === compared?.id;
    if (now && (inspection === undefined || inspection === now.id) && sameOther) {
      const follow = (asked: Change) => {
        requests.following = true;
        store.update({ ...addressed(now, asked, store.state), busy: false });
        writeAddress(store.state, true);
        requests.following = false;
      };
      if (namesAHead(change)) {
        requests.abort();
        follow(change);
      } else {
        void requests.run(async () => {
          const asked = await page.begun(now, change);
          return () => follow(asked);
        }, true);
      }
    } else if (inspection === undefined) {
      store.update({ ...UNADDRESSED, ...change }); // what needs no text
    } else {
      void requests.run(async () => {
        const found = await api.find(inspection);
        const compared = other === undefined ? undefined : await api.find(other).catch(() => undefined);
        const of =
          whole === undefined || !found.without ? undefined : await api.find(whole).catch(() => undefined);
        const from = serverSources(inspection);
        const asked = await page.begun(found, change, from);
        return () => {
          if (compared && compared.model !== found.model) {
            const current = store.state.model?.model;
            this.#second.stands([compared.model, found.model].find((model) => model !== current));
          }
          page.show(found, {
            from,
            other: compared,
            whole: of,
            change: addressed(found, asked, store.state),
          });
        };
      }, true);
    }
  }

  /** Follows them from now on, and writes what is shown into the address. */
  follow(): void {
    const page = this.#page;
    const { store, requests } = page;
    store.listen((state) => {
      if (!requests.following && state.writing === undefined) {
        writeAddress(state);
      }
    });
    window.addEventListener('hashchange', () => this.openAddress());
    followEditor(store, (inspection, choices) => {
      void requests.run(async () => {
        const found = await api.find(inspection);
        // what the editor doesn't name stays as it is; a place that it names is asked about, whatever was asked before
        const { place, why, rather } = choices;
        const asked = place !== undefined && place < found.blanks.length ? { place, why, rather } : {};
        const change = () => ({ ...choices, ...opened(found, { ...store.state, ...choices }), ...asked });
        return () => page.show(found, { change: change() });
      });
    });
    api.listen({
      model: (model) => store.update({ model }),
      connected: (connected) => {
        if (connected && !store.state.connected) {
          void this.#again();
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
  }

  /** A server that was restarted under the same address doesn't know the text: it is inspected again. */
  async #again(): Promise<void> {
    const { store } = this.#page;
    const { inspection } = store.state;
    if (inspection) {
      const known = await api.find(inspection.id!).catch(() => undefined);
      if (known?.text === inspection.text && known.model === inspection.model) {
        return;
      }
      if (inspection.given) {
        store.update({ failure: 'The server was restarted and no longer has this file: open it again.' });
      } else {
        this.#read(inspection.text, pairOf(inspection));
      }
    }
  }
}
