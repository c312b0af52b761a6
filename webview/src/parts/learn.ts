import { html, nothing, type TemplateResult } from 'lit';
import { STEPS } from '../learn.ts';
import type { State } from '../state.ts';
import { term } from '../terms.ts';

export interface LearnActions {
  /** Shows a step of the lesson, from 0; undefined ends it. */
  readonly go: (step: number | undefined) => void;
}

/** What each step says. */
const SAID: readonly { readonly title: string; readonly text: TemplateResult }[] = [
  {
    title: 'One head',
    text: html`The model reads a sentence in ${term('layer', 'layers')}; each has ${term('head', 'heads')},
    which look at other words. Here is one head. A line goes from a word, on the left, to each word that it
    looks at, on the right: the clearer the line, the more closely it looks. The bold sentence below says what
    this head does.`,
  },
  {
    title: 'One word',
    text: html`Point at a word to see its lines alone, with numbers beside them: the shares of its
    ${term('attention')}, which sum to 1. A click pins a word. The blank is pinned now; Escape releases it.`,
  },
  {
    title: 'All heads',
    text: html`Each square is a head, each row a layer. Point at one to read what it does, if that has a name.
    Click it to enlarge it, and again to close it.`,
  },
  {
    title: 'How a head looks',
    text: html`A head makes two lists of numbers from each word: a ${term('query')}, what it looks for, and a
    ${term('key')}, what it offers. Where the two agree, the score is large, and ${term('softmax')} turns
    scores into shares. These are the lines.`,
  },
  {
    title: 'Why this word?',
    text: html`Where heads look is not yet why the model says a word. So each word and each head is taken out,
    one at a time, and the model reads again: what is lost then is what that part did. Click a head to see its
    lines.`,
  },
];

/** Begins the lesson. */
export const learnButton = ({ go }: LearnActions): TemplateResult =>
  html`<button type="button" class="quiet learn-start" @click=${() => go(0)}>Learn</button>`;

/** The lesson's step, with its buttons; Escape in it ends it. */
export function lesson({ learn, busy }: State, { go }: LearnActions): TemplateResult | typeof nothing {
  const said = learn === undefined ? undefined : SAID[learn];
  if (learn === undefined || !said) {
    return nothing;
  }
  const last = learn === STEPS - 1;
  const keydown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      go(undefined);
      event.stopPropagation();
    }
  };
  return html`<section class="lesson" aria-label="Learn" @keydown=${keydown}>
    <div aria-live="polite">
      <h2>${said.title} <span class="hint">${learn + 1} of ${STEPS}</span></h2>
      <p>${said.text}</p>
    </div>
    <div class="lesson-steps">
      <button type="button" class="quiet" ?disabled=${learn === 0} @click=${() => go(learn - 1)}>Back</button>
      <button
        type="button"
        class="primary small next"
        ?disabled=${busy}
        @click=${() => go(last ? undefined : learn + 1)}
      >
        ${last ? 'Done' : 'Next'}
      </button>
      ${last ? nothing : html`<button type="button" class="quiet" @click=${() => go(undefined)}>Skip</button>`}
    </div>
  </section>`;
}
