import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { edited, type State } from '../state.ts';

export interface TextFormActions {
  /** Inspects the texts in the form. */
  readonly run: (text: string, pair: string | undefined) => void;
  /** Stores an edit. */
  readonly edit: (change: { text: string } | { pair: string }) => void;
  /** Adds or removes the second text. */
  readonly setPair: (pair: string | undefined) => void;
}

/** The text, editable in place: Enter submits it, Shift+Enter starts a new line. */
export function textForm(
  state: State,
  actions: TextFormActions,
  texts: TemplateResult | undefined,
  summary: TemplateResult | undefined,
): TemplateResult {
  const submit = (event: Event) => {
    event.preventDefault();
    actions.run(state.text, state.pair);
  };
  const { inspection } = state;
  const [second, hint, add, remove] = inspection?.target
    ? ['Target', 'Text for the decoder', 'Add a target', 'Remove the target']
    : ['Second text', 'A second sentence', 'Add a second sentence', 'Remove the second sentence'];
  return html`<form class="texts ${inspection ? 'looked' : ''}" @submit=${submit}>
    <div class="line">
      ${field('Text', state.text, 'A sentence with a ____ in it', (text) => actions.edit({ text }))}
      <button type="submit" class="primary" ?disabled=${state.busy}>Visualize</button>
    </div>
    ${state.pair === undefined ? nothing : field(second, state.pair, hint, (pair) => actions.edit({ pair }))}
    <div class="text-tools">
      ${
        state.pair === undefined && inspection?.causal
          ? nothing // it reads a single text
          : state.pair === undefined
            ? html`<button type="button" class="quiet" @click=${() => actions.setPair('')}>${add}</button>`
            : html`<button type="button" class="quiet" @click=${() => actions.setPair(undefined)}>
                ${remove}
              </button>`
      }
      ${texts ?? nothing}
      ${
        inspection && edited(state)
          ? html`<span class="edited" role="status">Edited: press Enter to visualize it</span>`
          : nothing
      }
      ${summary ?? nothing}
    </div>
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
    dir="auto"
    spellcheck="false"
    .value=${live(value)}
    @input=${(event: Event) => edit((event.target as HTMLTextAreaElement).value)}
    @keydown=${keydown}
  ></textarea>`;
}

const grown = new WeakMap<HTMLTextAreaElement, string>();
/** Whether the browser fits text fields to their texts itself; measuring each would lay the page out twice. */
const fits = CSS.supports('field-sizing', 'content');

/** Fits a text field's height to its text if the text or the page's width has changed. */
export function grow(field: HTMLTextAreaElement): void {
  if (fits) {
    return;
  }
  const now = `${document.documentElement.clientWidth} ${field.value}`;
  if (grown.get(field) !== now) {
    grown.set(field, now);
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight + 2}px`;
  }
}
