import { html, nothing, render, type TemplateResult } from 'lit';
import { chips } from './parts/chips.ts';
import { controls } from './parts/controls.ts';
import { notice, summary } from './parts/status.ts';
import { textForm, type TextFormActions } from './parts/textForm.ts';
import type { State, Store } from './state.ts';
import { head } from './views/head.ts';
import type { View, ViewContext } from './views/view.ts';

/** The ways of showing an inspection, in the order of their tabs. */
const VIEWS = [head];

/** What the page can do; a page that is a file can do less. */
export interface AppActions {
  /** Looks at texts; none where there is no server. */
  readonly form?: TextFormActions;
  /** Puts a word into a blank; none where the text can't be changed. */
  readonly take?: (blank: number, word: number) => void;
}

/** Draws the page into an element, and redraws what changes. */
export function start(root: HTMLElement, context: ViewContext, actions: AppActions): void {
  const { store } = context;
  const view: View = VIEWS[0]!.create(context);
  const draw = (state: State) => {
    render(page(state, store, actions, view), root);
    root.querySelectorAll('textarea').forEach(grow);
  };
  draw(store.state);
  view.show(store.state, new Set(Object.keys(store.state) as (keyof State)[]));
  store.listen((state, changed) => {
    const onlyFocus = changed.size === 1 && changed.has('focus');
    if (!onlyFocus) {
      draw(state);
    }
    view.show(state, changed);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && store.state.focus) {
      store.update({ focus: undefined });
    }
  });
}

function page(state: State, store: Store, actions: AppActions, view: View): TemplateResult {
  const { inspection } = state;
  return html`
    <header>
      ${actions.form ? textForm(state, actions.form) : html`<p class="text">${state.text}</p>`}
      ${!actions.form && state.pair !== undefined ? html`<p class="text">${state.pair}</p>` : nothing}
      ${inspection ? chips(inspection, actions.take) : nothing}
    </header>
    ${notice(state, (text) => actions.form?.run(text, undefined))}
    ${
      inspection
        ? html`${summary(inspection)}${controls(inspection, state, store)}
            <div class="view" ?inert=${state.busy}>${view.element}</div>`
        : nothing
    }
  `;
}

/** Makes a text field as high as its text. */
function grow(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight + 2}px`;
}
