import type { State } from '../../state.ts';
import { sentenceOf } from '../../source.ts';
import type { Picture, Theme } from '../../marks/surface.ts';
import type { View, ViewContext, ViewKind } from './view.ts';

/** A view whose code comes once somebody looks at it. */
class LaterView implements View {
  readonly element = document.createElement('div');
  readonly #context: ViewContext;
  readonly #load: () => Promise<ViewKind>;
  #loading = false;
  #view: View | undefined;

  constructor(context: ViewContext, load: () => Promise<ViewKind>) {
    this.#context = context;
    this.#load = load;
  }

  show(state: State, changed: ReadonlySet<keyof State>): void {
    if (this.#view) {
      this.#view.show(state, changed);
    } else if (!this.#loading) {
      this.#loading = true;
      void this.#come();
    }
  }

  async #come(): Promise<void> {
    const { store } = this.#context;
    try {
      const view = (await this.#load()).create(this.#context);
      this.#view = view;
      this.element.replaceChildren(view.element);
      view.show(store.state, new Set(Object.keys(store.state) as (keyof State)[]));
    } catch (cause) {
      store.update({ failure: sentenceOf(cause) });
    } finally {
      this.#loading = false;
    }
  }

  picture(theme: Theme): Picture | undefined {
    return this.#view?.picture(theme);
  }
}

/** Many texts at once. Few pages show them, so its code is no part of what every page loads. */
export const corpus: ViewKind = {
  id: 'corpus',
  title: 'Corpus',
  create: (context) => new LaterView(context, () => context.corpus!.load()),
};
