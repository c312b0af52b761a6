import { html, type TemplateResult } from 'lit';
import { headColor } from '../colors.ts';
import { headsOf, layersOf, type Inspection } from '../inspection.ts';
import type { State, Store } from '../state.ts';

/** The choice of layer and heads. */
export function controls(inspection: Inspection, state: State, store: Store): TemplateResult {
  return html`<div class="controls">
    ${layers(inspection, state, store)} ${heads(inspection, state, store)}
  </div>`;
}

function layers(inspection: Inspection, state: State, store: Store): TemplateResult {
  return html`<fieldset class="layers">
    <legend>Layer</legend>
    ${layersOf(inspection).map(
      (layer) =>
        html`<label class="layer ${layer === state.layer ? 'on' : ''}">
          <input
            type="radio"
            name="layer"
            .checked=${layer === state.layer}
            aria-label="Layer ${layer + 1}"
            @change=${() => store.update({ layer })}
          />${layer + 1}
        </label>`,
    )}
  </fieldset>`;
}

function heads(inspection: Inspection, state: State, store: Store): TemplateResult {
  const all = headsOf(inspection);
  const toggle = (head: number) => {
    const shown = new Set(state.heads);
    if (!shown.delete(head)) {
      shown.add(head);
    }
    store.update({ heads: shown });
  };
  const isolate = (head: number) => {
    const alone = store.state.heads.size === 1 && store.state.heads.has(head);
    store.update({ heads: new Set(alone ? all : [head]) });
  };
  return html`<fieldset class="heads">
    <legend>Heads</legend>
    ${all.map(
      (head) =>
        html`<button
          type="button"
          class="head"
          role="checkbox"
          aria-checked=${state.heads.has(head)}
          aria-label="Head ${head + 1}"
          title="Head ${head + 1}: click shows or hides it, double click shows it alone"
          .style=${`--head-color: ${headColor(head, inspection.heads, state.dark)}`}
          @click=${() => toggle(head)}
          @dblclick=${() => isolate(head)}
          @keydown=${(event: KeyboardEvent) => {
            if (event.key === 'Enter' && event.shiftKey) {
              event.preventDefault();
              isolate(head);
            }
          }}
        >
          ${head + 1}
        </button>`,
    )}
  </fieldset>`;
}
