import { html, nothing, type TemplateResult } from 'lit';
import { goesOn } from '../inspection.ts';
import { edited, type State } from '../state.ts';

/** How many tokens are written at a time. */
export const MOST_WRITTEN = 64;

export interface WritingActions {
  readonly start: () => void;
  readonly stop: () => void;
}

/** Has the model go on with the text, or with its target; stops it. */
export function writing(state: State, actions: WritingActions): TemplateResult | typeof nothing {
  const { inspection, writing: count } = state;
  if (!inspection || (count === undefined && !goesOn(inspection))) {
    return nothing;
  }
  if (count === undefined) {
    const what = inspection.causal ? 'the text' : 'the target';
    return html`<div class="writing">
      <button
        type="button"
        class="quiet"
        title="The model goes on with ${what}: up to ${MOST_WRITTEN} tokens, the likeliest each time"
        ?disabled=${state.busy || edited(state)}
        @click=${actions.start}
      >
        Write on
      </button>
    </div>`;
  }
  return html`<div class="writing">
    <button type="button" class="quiet stop" title="Esc; what is written stays" @click=${actions.stop}>
      Stop
    </button>
    <span class="hint" role="status"
      >${count === 0 ? 'The model writes…' : `${count} ${count === 1 ? 'token' : 'tokens'} written. Each is pinned when it comes: what it looks at is shown below.`}</span
    >
  </div>`;
}
