import * as api from './api.ts';
import { pairOf, type Inspection } from './inspection.ts';
import { hasTwoModels } from './models.ts';
import type { Page } from './page.ts';
import { sentenceOf } from './source.ts';
import { opened } from './state.ts';

/** The model that stands beside the server's current one, if a text is shown under both. */
export class SecondModel {
  readonly #page: Page;
  #name: string | undefined;
  /** Models that are shown and are not the current one. */
  #besides = '';

  constructor(page: Page) {
    this.#page = page;
    page.store.listen(({ inspection, other, model }) => {
      if (this.#name !== undefined && this.#name !== inspection?.model && this.#name !== other?.model) {
        this.#name = undefined;
      }
      if (model) {
        const shown = [inspection, other].filter((one) => one && !one.given && one.model !== model.model);
        const now = shown.map((one) => one!.model).join('\n');
        if (this.#besides !== '' && now === '') {
          api.closeSecondModel();
        }
        this.#besides = now;
      }
    });
  }

  /** Notes that a model stands beside the current one; if that is undefined, the one before does. */
  stands(model: string | undefined): void {
    this.#name = model ?? this.#name;
  }

  /** The name of a model, if it must be named: it stands beside the current one. */
  named(model: string | undefined): string | undefined {
    return model === this.#name ? model : undefined;
  }

  /** What shows a text with the same text by another model beside it, the current one if that is undefined; or says why not. */
  async alsoBy(model: string | undefined, inspection: Inspection, signal: AbortSignal): Promise<() => void> {
    try {
      const other = await api.inspect(inspection.text, pairOf(inspection), signal, { model });
      return () => {
        this.stands(model);
        this.#page.next(inspection, { other });
      };
    } catch (cause) {
      return () => {
        this.#page.next(inspection);
        this.#page.store.update({ failure: sentenceOf(cause) });
      };
    }
  }

  /** Reads the text, and later ones, with a model of this machine. */
  choose(model: string): void {
    const { store, requests } = this.#page;
    void requests.run(async (signal) => {
      const { other, text, pair } = store.state;
      const besides = hasTwoModels(store.state) && other!.model !== model ? other!.model : undefined;
      await api.chooseModel(model, signal);
      if (text.trim() === '') {
        return () => store.update({ busy: false });
      }
      const read = await api.inspect(text, pair, signal);
      const show = await (besides === undefined
        ? this.#page.begins(read)
        : this.alsoBy(besides, read, signal));
      return () => {
        this.#name = undefined;
        show();
      };
    });
  }

  /** Shows what a model makes of the text beside what is shown. */
  beside(model: string): void {
    const page = this.#page;
    const { store, requests } = page;
    void requests.run(async (signal) => {
      const { inspection, model: current } = store.state;
      const { text, cleaned: code = false, given, model: shownBy } = inspection!;
      // of two models beside the current one, the one that is shown gives way
      const stays =
        given || shownBy === current?.model || (shownBy === this.#name && model === current?.model);
      const shown = stays ? inspection! : await api.inspect(text, pairOf(inspection!), signal, { code });
      const other = await api.inspect(text, pairOf(inspection!), signal, { code, model });
      return () => {
        if (model !== current?.model) {
          this.#name = model;
        }
        const change = { ...(stays ? {} : opened(shown, store.state)), view: 'model' } as const;
        if (stays) {
          page.beside(other);
          store.update({ ...change, other, busy: false });
        } else {
          page.next(shown, { other, change });
        }
      };
    });
  }

  /** Shows the model beside in all views, and the one that was shown beside it. */
  swap(): void {
    const { inspection, other } = this.#page.store.state;
    this.#page.next(other!, { other: inspection });
  }
}
