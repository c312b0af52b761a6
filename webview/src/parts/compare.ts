import { html, type TemplateResult } from 'lit';
import { pairOf } from '../inspection.ts';
import { hasTwoModels } from '../models.ts';
import type { State } from '../state.ts';

export interface CompareActions {
  /** Inspects another text and compares it with the current one. */
  readonly run: (text: string, pair: string | undefined) => void;
  readonly stop: () => void;
}

/** The form for the text to compare with the current one. */
export function compareForm(state: State, actions: CompareActions): TemplateResult {
  const other = hasTwoModels(state) ? undefined : state.other;
  const submit = (event: Event) => {
    event.preventDefault();
    const field = (event.target as HTMLFormElement).elements.namedItem('other') as HTMLInputElement;
    actions.run(field.value, state.inspection && pairOf(state.inspection));
  };
  return html`<details class="compare-fold" ?open=${other !== undefined}>
    <summary>Compare with another text</summary>
    <form class="compare" @submit=${submit}>
      <label for="other">Compare with</label>
      <input
        id="other"
        name="other"
        type="text"
        spellcheck="false"
        autocomplete="off"
        placeholder="another text, to see what changes"
        .value=${other?.text ?? ''}
      />
      <button type="submit" class="quiet" ?disabled=${state.busy}>Compare</button>
      ${other ? html`<button type="button" class="quiet" @click=${actions.stop}>Stop comparing</button>` : ''}
    </form>
  </details>`;
}
