import { History } from './history.ts';
import type { Inspection } from './inspection.ts';
import { pinnedIn, type Focus, type Store } from './state.ts';

/** An inspection, the whole that something was taken out of, and what was pinned. */
export interface Shown {
  readonly inspection: Inspection;
  readonly whole: Inspection | undefined;
  readonly focus: Focus | undefined;
}

/** What Ctrl+Z brings back: the text before a blank was filled, what was taken out, a pin that was released. */
export class Undo {
  readonly #store: Store;
  readonly #show: (shown: Shown) => void;
  readonly #history = new History<Shown>();
  #undoing = false;

  /**
   * @param show shows an inspection that was shown before
   * @param following whether changes come from the address, whose history is the browser's
   */
  constructor(store: Store, show: (shown: Shown) => void, following: () => boolean) {
    this.#store = store;
    this.#show = show;
    let last = this.#now();
    store.listen((state) => {
      const released = last.focus && !state.focus?.pinned && state.inspection === last.inspection;
      if (released && !this.#undoing && !following()) {
        this.#history.left(last);
      }
      last = this.#now();
    });
  }

  #now(): Shown {
    const { inspection, whole, focus } = this.#store.state;
    return { inspection: inspection!, whole, focus: pinnedIn({ focus }) };
  }

  /** What is shown now is about to be replaced. */
  leave(): void {
    if (this.#store.state.inspection) {
      this.#history.left(this.#now());
    }
  }

  go(forth: boolean): void {
    const to = this.#store.state.inspection && this.#history.go(this.#now(), forth);
    if (!to) {
      return;
    }
    this.#undoing = true;
    if (to.inspection !== this.#store.state.inspection) {
      this.#show(to);
    }
    this.#store.update({ focus: to.focus });
    this.#undoing = false;
  }
}
