import { html, type TemplateResult } from 'lit';
import { VIEW_IDS, type State, type Store, type ViewId } from '../state.ts';

/** The views, of which one is shown. */
export function tabs(state: State, store: Store, title: (id: ViewId) => string): TemplateResult {
  const move = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by !== undefined) {
      const count = VIEW_IDS.length;
      const view = VIEW_IDS[(VIEW_IDS.indexOf(state.view) + by + count) % count]!;
      store.update({ view });
      document.getElementById(`tab-${view}`)?.focus();
      event.preventDefault();
    }
  };
  return html`<div class="tabs" role="tablist" aria-label="Views" @keydown=${move}>
    ${VIEW_IDS.map(
      (id) =>
        html`<button
          type="button"
          role="tab"
          id="tab-${id}"
          aria-selected=${id === state.view}
          aria-controls="view"
          tabindex=${id === state.view ? 0 : -1}
          @click=${() => store.update({ view: id })}
        >
          ${title(id)}
        </button>`,
    )}
  </div>`;
}
