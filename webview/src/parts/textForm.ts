import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { State } from '../state.ts';

export interface TextFormActions {
  /** Looks at the texts as they stand in the form. */
  readonly run: (text: string, pair: string | undefined) => void;
  /** Remembers what is typed. */
  readonly edit: (change: { text: string } | { pair: string }) => void;
  /** Makes room for a second text, or takes it away. */
  readonly setPair: (pair: string | undefined) => void;
}

/** The text, editable in place: Enter looks at it, Shift+Enter breaks the line. */
export function textForm(state: State, actions: TextFormActions): TemplateResult {
  const submit = (event: Event) => {
    event.preventDefault();
    actions.run(state.text, state.pair);
  };
  return html`<form class="texts" @submit=${submit}>
    <div class="line">
      ${field('Text', state.text, 'A sentence with a ____ in it', (text) => actions.edit({ text }))}
      <button type="submit" class="primary" ?disabled=${state.busy}>Look</button>
    </div>
    ${state.pair === undefined ? nothing : field('Second text', state.pair, 'A second sentence', (pair) => actions.edit({ pair }))}
    ${
      state.pair === undefined && state.inspection?.causal
        ? nothing // it reads one text
        : state.pair === undefined
          ? html`<button type="button" class="quiet" @click=${() => actions.setPair('')}>
              Add a second sentence
            </button>`
          : html`<button type="button" class="quiet" @click=${() => actions.setPair(undefined)}>
              Remove the second sentence
            </button>`
    }
  </form>`;
}

function field(label: string, value: string, hint: string, edit: (value: string) => void): TemplateResult {
  const keydown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      (event.currentTarget as HTMLTextAreaElement).form!.requestSubmit();
    }
    event.stopPropagation();
  };
  return html`<textarea
    aria-label=${label}
    placeholder=${hint}
    rows="1"
    spellcheck="false"
    .value=${live(value)}
    @input=${(event: Event) => edit((event.target as HTMLTextAreaElement).value)}
    @keydown=${keydown}
  ></textarea>`;
}
