import { html, nothing, type TemplateResult } from 'lit';
import { directionOf } from '../../direction.ts';
import type { State } from '../../state.ts';
import type { Answer } from '../../why.ts';
import { isOut, type Part } from '../../without.ts';
import { piecesOf, wordReadout, words } from './words.ts';

/** What the part about words needs of the view. */
export interface WordsPartActions {
  readonly redraw: () => void;
  /** Takes something out, or puts it back; undefined where nothing can be taken out. */
  readonly take: ((part: Part) => void) | undefined;
}

/** The words that an answer rests on: the text, tinted by what each does; one of them is pointed at, or pinned. */
export class WordsPart {
  readonly #actions: WordsPartActions;
  /** The word that is pointed at, and the one that is pinned: tokens. */
  #word: readonly number[] | undefined;
  #pinned: readonly number[] | undefined;

  constructor(actions: WordsPartActions) {
    this.#actions = actions;
  }

  /** Begins with another text. */
  reset(): void {
    this.#word = this.#pinned = undefined;
  }

  template(state: State, answer: Answer): TemplateResult {
    const { place, sinks, dark } = state;
    const inspection = state.inspection!;
    const hides = state.hiding || inspection.causal;
    /** A word, taken out as it is measured. */
    const partOf = (tokens: readonly number[]): Part => ({ what: hides ? 'hidden' : 'blanked', tokens });
    const outOf = (tokens: readonly number[]) => isOut(inspection.without, partOf(tokens), inspection);
    const pieces = piecesOf(inspection, place, answer, sinks);
    const at = this.#word ?? this.#pinned;
    const pointed = at && answer.words.find(({ tokens }) => tokens[0] === at[0]);
    const { redraw, take } = this.#actions;
    const pin = (tokens: readonly number[]) => {
      if (state.taking || outOf(tokens)) {
        take?.(partOf(tokens));
        return;
      }
      this.#pinned = this.#pinned?.[0] === tokens[0] ? undefined : tokens;
      redraw();
    };
    return html`<section class="part">
      <h2>The words that it rests on</h2>
      <p class="hint">
        Each word is ${hides ? 'hidden from the others' : 'blanked out'} in turn, and the model reads the text
        again. ${legend(answer)}
        ${sinks ? nothing : html` Tokens that the model adds are left out: heads rest on them when they have nothing to do.`}
      </p>
      ${words(pieces, directionOf(inspection.text), answer, dark, this.#pinned?.[0], {
        point: (tokens) => {
          this.#word = tokens;
          redraw();
        },
        pin,
        isOut: outOf,
      })}
      <p class="readout-line" aria-live="polite">
        ${
          pointed
            ? html`${wordReadout(pointed, answer)}
              ${
                take
                  ? html`<button type="button" class="take" @click=${() => take(partOf(pointed.tokens))}>
                      Take out “${pointed.word.trim()}”
                    </button>`
                  : nothing
              }`
            : html`<span class="hint"
                >Point at a word to see what the model would say without it; click to keep it.</span
              >`
        }
      </p>
    </section>`;
  }
}

/** Which colour says what. */
function legend({ word, rather }: Answer): TemplateResult {
  return rather
    ? html`<span class="swatch word"></span> speaks for “${word.word.trim()}”,
        <span class="swatch rather"></span> for “${rather.word.trim()}”.`
    : html`<span class="swatch word"></span> speaks for “${word.word.trim()}”,
        <span class="swatch rather"></span> against it.`;
}
