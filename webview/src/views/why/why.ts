import { html, nothing, render, type TemplateResult } from 'lit';
import type { Inspection } from '../../inspection.ts';
import type { Picture, Theme } from '../../marks/surface.ts';
import { sentenceOf } from '../../source.ts';
import type { State } from '../../state.ts';
import { effectsOf, tokenOf, type Answer, type WordEffect } from '../../why.ts';
import { toggled, type Part } from '../../without.ts';
import { Roving } from '../shared/roving.ts';
import { anyOf, settled, type View, type ViewContext, type ViewKind } from '../shared/view.ts';
import { Asking } from './asking.ts';
import { HeadsPart, type HeadOf } from './headsPart.ts';
import { lens } from './lens.ts';
import { answerText, question, type QuestionState, type Typed } from './question.ts';
import { SetPanel } from './setPanel.ts';
import { whyPicture } from './whyPicture.ts';
import { WordsPart } from './wordsPart.ts';

/** The parts of the state that it shows. */
const SHOWN = [
  'inspection',
  'whole',
  'attention',
  'view',
  'place',
  'why',
  'rather',
  'sinks',
  'hiding',
  'averaged',
  'taking',
  'set',
  'dark',
  'writing',
  'theme',
  'connected',
] as const;

/**
 * The Why view: why one word stands in a blank rather than another. What words, heads and layers do, measured by taking
 * each of them out.
 */
class WhyView implements View {
  readonly element = document.createElement('section');
  /** One sentence. */
  readonly #one = document.createElement('div');
  readonly #context: ViewContext;
  readonly #set: SetPanel;
  readonly #roving: Roving;
  #state!: State;
  readonly #asking = new Asking(
    () => this.#draw(),
    () => settled(this.element, 'why'),
  );
  readonly #words: WordsPart;
  readonly #heads: HeadsPart;
  #question: QuestionState = { typing: undefined, refused: undefined };
  /** The words that were lit up in the editor. */
  #lit: readonly WordEffect[] = [];

  constructor(context: ViewContext) {
    this.#context = context;
    this.#set = new SetPanel(context);
    const redraw = () => this.#draw();
    const take = context.why?.takeOut && ((part: Part) => this.#take(part));
    this.#words = new WordsPart({ redraw, take });
    this.#heads = new HeadsPart({ redraw, take, open: (head) => this.#open(head) });
    this.element.className = 'why-view';
    this.#one.className = 'why-view';
    this.#roving = new Roving(this.element, '.effect-cell, .unit:not(.place)');
    context.store.listen((state, changed) => {
      // nobody looks at what is measured any more
      if (anyOf(changed, 'view', 'set', 'inspection') && (state.view !== 'why' || this.#showsSet(state))) {
        this.#asking.stop();
      }
      if (changed.has('view') && state.view !== 'why') {
        this.#set.leave();
      }
    });
  }

  show(state: State, changed: ReadonlySet<keyof State>): void {
    this.#state = state;
    if (!anyOf(changed, ...SHOWN)) {
      return;
    }
    if (changed.has('view')) {
      this.#lit = []; // another view lit up others
    }
    if (this.#showsSet(state)) {
      this.element.replaceChildren(this.#set.element);
      this.#set.show(state);
      return;
    }
    if (this.#one.parentElement !== this.element) {
      this.element.replaceChildren(this.#one);
    }
    if (changed.has('inspection')) {
      this.#words.reset();
      this.#heads.reset();
      this.#question = { typing: undefined, refused: undefined };
    }
    this.#ask();
    this.#draw();
  }

  /** Whether a set of sentences is asked about; an exported page has none, whatever its address says. */
  #showsSet({ set }: State): boolean {
    return set && this.#context.why?.sets !== undefined;
  }

  #inspection(): Inspection {
    return this.#state.inspection!;
  }

  /** Measures what is asked, unless that is already there. */
  #ask(): void {
    const inspection = this.#inspection();
    const reasons = this.#context.why?.reasons();
    if (this.#state.writing !== undefined) {
      settled(this.element, 'writing'); // the next token changes the question
    } else if (inspection.blanks.length > 0 && reasons && this.#asking.ask(this.#state, reasons)) {
      delete this.element.dataset['drawn'];
      void this.#loadOverview(inspection);
    }
  }

  async #loadOverview(of: Inspection): Promise<void> {
    const kind = this.#state.attention;
    const overview = await this.#context
      .source()
      ?.overview()
      .catch(() => undefined);
    if (overview && this.#state.inspection === of) {
      this.#heads.know(of, kind, overview);
      this.#draw();
    }
  }

  #draw(): void {
    if (!this.#state.inspection || this.#one.parentElement !== this.element) {
      return;
    }
    render(this.#page(), this.#one);
    this.#light();
    for (const group of this.element.querySelectorAll<HTMLElement>('[role="group"]')) {
      this.#roving.settle(group, (one) => one.classList.contains('pinned'));
    }
  }

  /** Lights up the words in the editor, once for each that was measured. */
  #light(): void {
    const words = this.#asking.answer?.words ?? [];
    if (words !== this.#lit && words.length > 0) {
      this.#lit = words;
      this.#context.why?.light?.(effectsOf(words, this.#inspection().tokens.length));
    }
  }

  #page(): TemplateResult {
    const inspection = this.#inspection();
    if (inspection.blanks.length === 0) {
      return html`<p class="notice">
        There is nothing to ask about here: write ____ where a word is missing, and press Enter.
      </p>`;
    }
    if (!this.#context.why?.reasons()) {
      return html`<p class="notice">
        This file was saved from another view, so it does not hold what words and heads do: save it from the
        Why view.
      </p>`;
    }
    if (this.#state.writing !== undefined) {
      return html`<p class="notice">What words and heads do is measured once the text is written.</p>`;
    }
    const answer = this.#asking.answer;
    return html`
      ${question(inspection, this.#state, answer, this.#question, {
        place: (place) => this.#context.store.update({ place, why: undefined, rather: undefined }),
        choose: (which, id) => this.#choose(which, id),
        type: (which) => this.#type(which),
        typed: (which, word) => void this.#typed(which, word),
        open: this.#context.why.reasons()!.candidate !== undefined,
      })}
      ${this.#asking.failure === undefined ? nothing : html`<p class="refused" role="alert">${this.#asking.failure}</p>`}
      ${answerText(answer, this.#asking.failure === undefined ? this.#progress() : undefined)}
      ${answer ? html`${this.#words.template(this.#state, answer)} ${this.#heads.template(this.#state, answer)} ${logitLens(answer)}` : nothing}
    `;
  }

  /** What is measured now. */
  #progress(): string {
    const { layers } = this.#inspection();
    const known = new Set(
      this.#asking.answer?.heads.map(({ layer, attention = '' }) => `${attention} ${layer}`),
    ).size;
    const all = this.#inspection().attentions.reduce((sum, attention) => sum + attention.layers, 0);
    return known === 0
      ? 'Taking words out, one at a time…'
      : `Taking heads out, one at a time: ${known} of ${all || layers} layers…`;
  }

  #choose(which: Typed, id: number | 'none'): void {
    this.#question = { typing: undefined, refused: undefined };
    const named = this.#asking.named(this.#state);
    this.#context.store.update({ ...named, [which === 'word' ? 'why' : 'rather']: id });
  }

  #type(which: Typed): void {
    this.#question = { typing: which, refused: undefined };
    this.#draw();
    this.element.querySelector<HTMLInputElement>('input.asked')?.focus();
  }

  /** Looks a typed word up, and asks about it. */
  async #typed(which: Typed, word: string | undefined): Promise<void> {
    if (word === undefined) {
      this.#question = { typing: undefined, refused: undefined };
      this.#draw();
      this.element.querySelector<HTMLElement>(`select.asked.${which}`)?.focus();
      return;
    }
    const asked = this.#asking.key;
    try {
      const found = await this.#context.why!.reasons()!.candidate!(this.#state.place, word);
      if (asked !== this.#asking.key) {
        return;
      }
      const other = which === 'word' ? this.#asking.answer?.rather?.id : this.#asking.answer?.word.id;
      if (found.id === other) {
        this.#question = { typing: which, refused: `“${word}” is already the other word: type another one.` };
        this.#draw();
      } else {
        this.#choose(which, found.id);
        this.element.querySelector<HTMLElement>(`select.asked.${which}`)?.focus();
      }
    } catch (cause) {
      this.#question = { typing: which, refused: sentenceOf(cause) };
      this.#draw();
    }
  }

  /** Takes something out, or puts it back; the question stays. */
  #take(part: Part): void {
    const take = this.#context.why?.takeOut;
    const inspection = this.#inspection();
    if (take) {
      this.#context.store.update(this.#asking.named(this.#state));
      take(toggled(inspection.without, part, inspection));
    }
  }

  /** Shows a head's lines, from the place that is asked about. */
  #open({ attention = 'self', layer, head }: HeadOf): void {
    const token = tokenOf(this.#inspection(), this.#state.place);
    const { queries } = this.#inspection().attentions.find(({ kind }) => kind === attention)!;
    const inside = token !== undefined && token >= queries.start && token < queries.end;
    this.#context.store.update({
      ...this.#asking.named(this.#state),
      view: 'head',
      attention,
      layer,
      head,
      heads: new Set([head]),
      filter: 'all',
      focus: inside ? { side: 'query', token, pinned: true } : undefined,
    });
  }

  picture(theme: Theme): Picture | undefined {
    if (this.#showsSet(this.#state)) {
      return this.#set.picture(theme);
    }
    const inspection = this.#state.inspection;
    return (
      this.#asking.answer && inspection && whyPicture(inspection, this.#state, this.#asking.answer, theme)
    );
  }
}

function logitLens(answer: Answer): TemplateResult | typeof nothing {
  return answer.lens.length === 0
    ? nothing
    : html`<section class="part">
        <h2>When the word appears</h2>
        <p class="hint">
          What the model would say if it stopped after each layer (the logit lens). Words under 1 % are grey:
          early layers guess.
        </p>
        ${lens(answer)}
      </section>`;
}

export const why: ViewKind = {
  id: 'why',
  title: 'Why',
  create: (context) => new WhyView(context),
};
