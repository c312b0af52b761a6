import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { Blank, Inspection } from '../inspection.ts';
import type { NamedWord, Together, Words } from '../named.ts';
import { sentenceOf } from '../source.ts';
import { chance } from '../why.ts';

/** Writes words into their blanks; undefined while the text can't be changed. */
export type Take = ((words: Words) => void) | undefined;

export interface NamedActions {
  readonly words: (inspection: Inspection, place: number, words: string[]) => Promise<readonly NamedWord[]>;
  readonly together: (inspection: Inspection) => Promise<readonly Together[]>;
}

/** What was asked, as far as it is answered. */
interface Asked<T> {
  readonly found?: readonly T[];
  readonly failure?: string;
}

/** What was asked about an inspection. */
interface Answers {
  readonly places: Map<number, Asked<NamedWord>>;
  together: Asked<Together> | undefined;
}

/** How much text is shown around words. */
const AROUND = 60;

/** Words that somebody names for a blank, and all blanks filled together. */
export class Named {
  readonly #actions: NamedActions;
  readonly #redraw: () => void;
  readonly #answers = new WeakMap<Inspection, Answers>();

  constructor(actions: NamedActions, redraw: () => void) {
    this.#actions = actions;
    this.#redraw = redraw;
  }

  #of(inspection: Inspection): Answers {
    let answers = this.#answers.get(inspection);
    if (!answers) {
      this.#answers.set(inspection, (answers = { places: new Map(), together: undefined }));
    }
    return answers;
  }

  async #ask<T>(work: Promise<readonly T[]>, keep: (asked: Asked<T>) => void): Promise<void> {
    keep({});
    this.#redraw();
    try {
      keep({ found: await work });
    } catch (cause) {
      keep({ failure: sentenceOf(cause) });
    }
    this.#redraw();
  }

  /** The field of a blank, and the words that were named in it. */
  row(inspection: Inspection, place: number, name: string, take: Take): TemplateResult {
    const { places } = this.#of(inspection);
    const asked = places.get(place);
    const submit = (event: Event) => {
      event.preventDefault();
      const field = (event.target as HTMLFormElement).elements.namedItem('words') as HTMLInputElement;
      const words = field.value
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== '');
      if (words.length > 0) {
        void this.#ask(this.#actions.words(inspection, place, words), (answer) => places.set(place, answer));
      }
    };
    const field = html`<form class="named" @submit=${submit}>
      <input
        name="words"
        type="text"
        spellcheck="false"
        autocomplete="off"
        autocapitalize="off"
        enterkeyhint="go"
        placeholder="how probable is …?"
        title="Words, with commas between them; then Enter"
        aria-label="How probable is …? Words for ${name}, with commas between them"
        ?disabled=${!take}
      />
    </form>`;
    return html`${keyed(inspection.blanks.length, field)}
      <div class="named-words" role="status">
        ${asked?.found ? this.#words(inspection, place, asked.found, take) : nothing}
      </div>
      ${asked?.failure === undefined ? nothing : html`<p class="refused" role="alert">${asked.failure}</p>`}`;
  }

  #words(inspection: Inspection, place: number, words: readonly NamedWord[], take: Take): TemplateResult {
    const long = words.filter(({ tokens }) => tokens.length > 1);
    const blank = inspection.blanks[place]!;
    return html`${words.map(({ word, probability }) =>
      chip(word, probability, take && (() => take(new Map([[place, apart(inspection, blank, word)]])))),
    )}
    ${long.length === 0 ? nothing : html`<p class="hint">${widened(inspection, long)}</p>`}`;
  }

  /** Several blanks, filled so that their words fit each other. */
  together(inspection: Inspection, take: Take): TemplateResult | typeof nothing {
    if (inspection.causal || inspection.blanks.length < 2) {
      return nothing;
    }
    const answers = this.#of(inspection);
    const { together: asked } = answers;
    const toggle = () => {
      if (asked) {
        answers.together = undefined;
        this.#redraw();
      } else {
        const keep = (answer: Asked<Together>) => {
          answers.together = answer;
        };
        void this.#ask(this.#actions.together(inspection), keep);
      }
    };
    return html`<section class="together" aria-label="Blanks filled together">
      <button type="button" class="quiet" aria-expanded=${asked !== undefined} @click=${toggle}>
        Fill together
      </button>
      <div role="status">${asked?.found ? sentences(inspection, asked.found, take) : nothing}</div>
      ${asked?.failure === undefined ? nothing : html`<p class="refused" role="alert">${asked.failure}</p>`}
    </section>`;
  }
}

/** A word with its probability; a click inserts it. */
function chip(word: string, probability: number, insert: (() => void) | undefined): TemplateResult {
  return html`<button
    type="button"
    class="chip named-chip"
    ?disabled=${!insert}
    title=${insert ? `Insert “${word.trim()}”` : 'Visualize the text first'}
    @click=${() => insert?.()}
  >
    <span class="word" dir="auto">${word.trim()}</span><span class="probability">${fine(probability)}</span>
  </button>`;
}

/** A probability that may be very small, as two such are compared here. */
const fine = (p: number) => (p > 0 && p < 1e-5 ? `${(100 * p).toExponential(1)} %` : chance(p));

/** How the numbers of words of several tokens came about. */
function widened({ causal, target }: Inspection, words: readonly NamedWord[]): string {
  const ahead = causal || target !== undefined;
  const all = words.map(({ word, tokens }) => `“${word}” is ${tokens.length} tokens (${tokens.join(' ')})`);
  return ahead
    ? `${all.join('; ')}: read one after another.`
    : `${all.join('; ')}: the blank was widened to that many masks. Compare such a word with shorter ones only with care.`;
}

/** A word as it is written after a text: with a space before it, if the text ends without one. */
function apart({ causal, text }: Inspection, blank: Blank, word: string): string {
  return causal && /^[\p{L}\p{N}]/u.test(word) && /\S$/.test(text.slice(0, blank.start)) ? ` ${word}` : word;
}

function sentences(inspection: Inspection, all: readonly Together[], take: Take): TemplateResult {
  if (all.length === 0) {
    return html`<p class="hint">For one of these blanks, the vocabulary has no word that fits.</p>`;
  }
  return html`<p class="hint">
      The surest blank is filled first, and each further word given those before it.
    </p>
    <ol class="fillings">
      ${all.map(({ probability, words }) => {
        const chosen = new Map(words.map(({ blank, word }) => [blank, word]));
        return html`<li>
          <p class="filling">${whole(inspection, chosen)}</p>
          <span class="order">
            ${words.map(
              ({ blank, word, probability: p }, i) =>
                html`${i > 0 ? html`<span class="hint" aria-hidden="true">→</span>` : nothing}${chip(
                  word,
                  p,
                  take && (() => take(new Map([[blank, word]]))),
                )}`,
            )}
          </span>
          <button
            type="button"
            class="take"
            aria-label="Insert all: ${words.map(({ word }) => word).join(', ')}"
            ?disabled=${!take}
            @click=${() => take?.(chosen)}
          >
            Insert all
          </button>
          <span class="hint">${fine(probability)} together</span>
        </li>`;
      })}
    </ol>`;
}

/** The text with its words, without what is far from them. */
function whole({ text, pair, blanks }: Inspection, words: Words): TemplateResult[] {
  return [text, pair].flatMap((of, segment) => {
    const own = blanks
      .map((blank, number) => ({ ...blank, number }))
      .filter((one) => one.segment === segment);
    if (of === undefined || own.length === 0) {
      return [];
    }
    const ends = [0, ...own.map(({ end }) => end)];
    return [
      ...own.map(
        ({ start, number }, i) =>
          html`${between(of.slice(ends[i], start), i > 0, true)}<b>${words.get(number)?.trim()}</b>`,
      ),
      html`${between(of.slice(ends.at(-1)), true, false)} `,
    ];
  });
}

/** A stretch of text, shortened unless it is short; the ends that are kept are beside words. */
function between(text: string, begin: boolean, end: boolean): string {
  const characters = [...text];
  const most = AROUND * (begin && end ? 2 : 1);
  if (characters.length <= most + 1) {
    return text;
  }
  const first = begin ? characters.slice(0, AROUND).join('') : '';
  const last = end ? characters.slice(-AROUND).join('') : '';
  return `${first}…${last}`;
}
