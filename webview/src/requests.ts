import { writeAddress } from './address.ts';
import { sentenceOf } from './source.ts';
import type { Store } from './state.ts';

/** Runs what changes the whole page, one at a time; a later request replaces the one before. */
export class Requests {
  readonly #store: Store;
  #running = new AbortController();
  /** Whether the state follows the address, so that there is no step to keep. */
  following = false;

  constructor(store: Store) {
    this.#store = store;
  }

  abort(): void {
    this.#running.abort();
  }

  /**
   * Runs a request, and shows what it returns unless another came since; of a failure the user is told, and what is shown
   * stays.
   *
   * @param arriving whether the address has changed, and the page will follow
   */
  async run(work: (signal: AbortSignal) => Promise<() => void>, arriving = false): Promise<void> {
    this.#running.abort();
    const mine = (this.#running = new AbortController());
    this.following = arriving;
    this.#store.update({ busy: true, failure: undefined });
    const wanted = () => mine === this.#running && !mine.signal.aborted;
    try {
      const show = await work(mine.signal);
      if (wanted()) {
        show();
        this.following = false;
      }
    } catch (cause) {
      if (wanted()) {
        this.following = false;
        writeAddress(this.#store.state, true);
        this.#store.update({ busy: false, failure: sentenceOf(cause) });
      }
    }
  }
}
