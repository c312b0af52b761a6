import { html, nothing, type TemplateResult } from 'lit';
import type { Inspection } from '../../inspection.ts';
import type { State } from '../../state.ts';
import { chance, times, type Answer } from '../../why.ts';

/** Which of the two words is being typed. */
export type Typed = 'word' | 'rather';

export interface QuestionActions {
  readonly place: (place: number) => void;
  /** Chooses a word by its token; undefined for the likeliest. */
  readonly choose: (which: Typed, id: number | 'none') => void;
  /** Begins to type a word. */
  readonly type: (which: Typed) => void;
  /** A word was typed; undefined if nothing was. */
  readonly typed: (which: Typed, word: string | undefined) => void;
  /** Whether words can be typed: an exported page has what was measured. */
  readonly open: boolean;
}

export interface QuestionState {
  readonly typing: Typed | undefined;
  /** Why the typed word can't be asked about. */
  readonly refused: string | undefined;
}

/** The question, a sentence with two menus, and the answer. */
export function question(
  inspection: Inspection,
  state: State,
  answer: Answer | undefined,
  { typing, refused }: QuestionState,
  actions: QuestionActions,
): TemplateResult {
  const menu = (which: Typed) =>
    typing === which ? field(which, actions) : choice(which, inspection, state, answer, actions);
  const several = inspection.blanks.length > 1;
  return html`<div class="ask">
    <p class="question">
      Why ${menu('word')}
      ${state.rather === 'none' ? '' : 'rather than '}${menu('rather')}${
        several ? html` ${places(inspection, state, actions)}` : nothing
      }?
    </p>
    ${refused === undefined ? nothing : html`<p class="refused" role="alert">${refused}</p>`}
  </div>`;
}

function choice(
  which: Typed,
  inspection: Inspection,
  state: State,
  answer: Answer | undefined,
  actions: QuestionActions,
): TemplateResult {
  const chosen = which === 'word' ? answer?.word : answer?.rather;
  const other = which === 'word' ? answer?.rather : answer?.word;
  const known = (state.whole ?? inspection).blanks[state.place]?.predictions ?? [];
  const now = inspection.blanks[state.place]?.predictions ?? [];
  const all = [...known, ...now, ...(chosen ? [chosen] : [])];
  const words = all.filter(({ id }, i) => id !== other?.id && all.findIndex((one) => one.id === id) === i);
  const none = which === 'rather' && state.rather === 'none';
  const label = which === 'word' ? 'The word to explain' : 'The word to compare it with';
  const pick = (event: Event) => {
    const { value } = event.target as HTMLSelectElement;
    if (value === 'type') {
      actions.type(which);
    } else {
      actions.choose(which, value === 'none' ? 'none' : Number(value));
    }
  };
  return html`<select
    class="asked ${which}"
    aria-label=${label}
    ?disabled=${!actions.open || !answer}
    @change=${pick}
  >
    ${words.map(
      ({ id, word }) =>
        html`<option value=${id} ?selected=${!none && id === chosen?.id}>${word.trim()}</option>`,
    )}
    ${which === 'rather' ? html`<option value="none" ?selected=${none}>${none ? 'at all' : 'anything'}</option>` : nothing}
    ${actions.open ? html`<option value="type">another word…</option>` : nothing}
  </select>`;
}

function field(which: Typed, actions: QuestionActions): TemplateResult {
  const key = (event: KeyboardEvent) => {
    const { value } = event.target as HTMLInputElement;
    if (event.key === 'Enter' && value.trim() !== '') {
      actions.typed(which, value.trim());
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      actions.typed(which, undefined);
    } else {
      return;
    }
    event.preventDefault();
  };
  return html`<input
    class="asked ${which}"
    type="text"
    size="12"
    spellcheck="false"
    autocomplete="off"
    aria-label=${which === 'word' ? 'A word to explain' : 'A word to compare it with'}
    placeholder="a word, then Enter"
    @keydown=${key}
  />`;
}

function places(inspection: Inspection, state: State, actions: QuestionActions): TemplateResult {
  return html`in
    <select
      class="asked"
      aria-label="The blank"
      ?disabled=${!actions.open}
      @change=${(event: Event) => actions.place(Number((event.target as HTMLSelectElement).value))}
    >
      ${inspection.blanks.map(
        (_, place) =>
          html`<option value=${place} ?selected=${place === state.place}>blank ${place + 1}</option>`,
      )}
    </select>`;
}

/** The answer as a sentence, and how sure the model is. */
export function answerText(answer: Answer | undefined, progress: string | undefined): TemplateResult {
  return html`<div class="said" aria-live="polite">
    <p class="answer">${answer?.answer ?? progress ?? ''}</p>
    ${answer ? odds(answer) : nothing}
  </div>`;
}

function odds({ word, rather, quantity }: Answer): TemplateResult {
  const bar = (probability: number, which: Typed, text: string) =>
    html`<span class="odd ${which}"
      ><b>${text.trim()}</b> ${chance(probability)}
      <span class="stick" .style=${`--share: ${probability}`}></span
    ></span>`;
  return html`<p class="odds">
    ${bar(word.probability, 'word', word.word)}
    ${
      rather
        ? html`${bar(rather.probability, 'rather', rather.word)}
            <span class="hint"
              >The model finds “${(quantity >= 0 ? word : rather).word.trim()}” ${times(quantity)} as likely:
              ${Math.abs(quantity).toFixed(2)} nats.</span
            >`
        : nothing
    }
  </p>`;
}
