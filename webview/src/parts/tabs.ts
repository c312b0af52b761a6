import { html, type TemplateResult } from 'lit';
import type { State, Store, ViewId } from '../state.ts';

/** Some views, of which one is shown. */
export function tabs(
  ids: readonly ViewId[],
  state: State,
  store: Store,
  title: (id: ViewId) => string,
): TemplateResult {
  const move = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by !== undefined) {
      const count = ids.length;
      const view = ids[(ids.indexOf(state.view) + by + count) % count]!;
      store.update({ view });
      document.getElementById(`tab-${view}`)?.focus();
      event.preventDefault();
    }
  };
  return html`<div class="tabs" role="tablist" aria-label="Views" @keydown=${move}>
    ${ids.map(
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
