import { html, nothing, render, type TemplateResult } from 'lit';
import { directionOf } from '../../direction.ts';
import type { AttentionKind, Inspection } from '../../inspection.ts';
import type { Picture, Theme } from '../../marks/surface.ts';
import { patternOf, placeOf } from '../../overview.ts';
import { sentenceOf, type Overview } from '../../source.ts';
import type { State } from '../../state.ts';
import { isOut, partName, toggled, type Part } from '../../without.ts';
import {
  effectsOf,
  effectText,
  gridOf,
  strongest,
  tokenOf,
  type Answer,
  type HeadEffect,
  type WordEffect,
} from '../../why.ts';
import { Roving } from '../shared/roving.ts';
import { anyOf, settled, type View, type ViewContext, type ViewKind } from '../shared/view.ts';
import { Asking } from './asking.ts';
import { grids, gridScale, type Cell } from './grid.ts';
import { looks, strongestHeads } from './heads.ts';
import { lens } from './lens.ts';
import { answerText, question, type QuestionState, type Typed } from './question.ts';
import { SetPanel } from './setPanel.ts';
import { whyPicture } from './whyPicture.ts';
import { piecesOf, wordReadout, words } from './words.ts';

/** How many of the strongest heads are listed. */
const LISTED = 10;

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
  #overview:
    { readonly of: Inspection; readonly kind: AttentionKind; readonly overview: Overview } | undefined;
  #question: QuestionState = { typing: undefined, refused: undefined };
  /** The word that is pointed at, and the one that is pinned: tokens. */
  #word: readonly number[] | undefined;
  #pinned: readonly number[] | undefined;
  #part: Part | undefined;
  /** The words that were lit up in the editor. */
  #lit: readonly WordEffect[] = [];

  constructor(context: ViewContext) {
    this.#context = context;
    this.#set = new SetPanel(context);
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
      this.#pinned = this.#word = this.#part = undefined;
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
      this.#overview = { of, kind, overview };
      this.#draw();
    }
  }

  /** What a head looks at in general, if it is something that people know. */
  #pattern(head: HeadEffect): string | undefined {
    const known = this.#overview;
    const kind = head.attention ?? 'self';
    return known?.of === this.#inspection() && known.kind === kind
      ? patternOf(known.overview, placeOf(known.of, kind, head.layer, head.head))?.name
      : undefined;
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
      ${answer ? html`${this.#words(answer)} ${this.#heads(answer)} ${this.#lens(answer)}` : nothing}
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

  #words(answer: Answer): TemplateResult {
    const inspection = this.#inspection();
    const { place, sinks, dark } = this.#state;
    const pieces = piecesOf(inspection, place, answer, sinks);
    const at = this.#word ?? this.#pinned;
    const pointed = at && answer.words.find(({ tokens }) => tokens[0] === at[0]);
    const take = this.#context.why?.takeOut;
    return html`<section class="part">
      <h2>The words that it rests on</h2>
      <p class="hint">
        Each word is ${this.#hides() ? 'hidden from the others' : 'blanked out'} in turn, and the model reads
        the text again. ${legend(answer)}
        ${sinks ? nothing : html` Tokens that the model adds are left out: heads rest on them when they have nothing to do.`}
      </p>
      ${words(pieces, directionOf(inspection.text), answer, dark, this.#pinned?.[0], {
        point: (tokens) => {
          this.#word = tokens;
          this.#draw();
        },
        pin: (tokens) => this.#pin(tokens),
        isOut: (tokens) => isOut(inspection.without, this.#wordPart(tokens), inspection),
      })}
      <p class="readout-line" aria-live="polite">
        ${
          pointed
            ? html`${wordReadout(pointed, answer)}
              ${
                take
                  ? html`<button
                      type="button"
                      class="take"
                      @click=${() => this.#take(this.#wordPart(pointed.tokens))}
                    >
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

  /** A word, taken out as it is measured. */
  #wordPart(tokens: readonly number[]): Part {
    return { what: this.#hides() ? 'hidden' : 'blanked', tokens };
  }

  #hides(): boolean {
    return this.#state.hiding || this.#inspection().causal;
  }

  #pin(tokens: readonly number[]): void {
    const part = this.#wordPart(tokens);
    const out = isOut(this.#inspection().without, part, this.#inspection());
    if (this.#state.taking || out) {
      this.#take(part);
      return;
    }
    this.#pinned = this.#pinned?.[0] === tokens[0] ? undefined : tokens;
    this.#draw();
  }

  #heads(answer: Answer): TemplateResult {
    const inspection = this.#inspection();
    const { dark, averaged, taking } = this.#state;
    const scale = gridScale(answer.heads.map(({ effect }) => effect));
    const byKind = new Map(inspection.attentions.map(({ kind }) => [kind, gridOf(answer.heads, kind)]));
    const take = this.#context.why?.takeOut;
    const out = (part: Part) => isOut(inspection.without, part, inspection);
    const point = (part: Part | undefined) => {
      this.#part = part;
      this.#draw();
    };
    return html`<section class="part">
      <h2>The heads that carry it</h2>
      <p class="hint">
        A head is one of the small readers inside the model: it looks at some words and passes on what it
        finds there. Each is ${averaged ? 'averaged (its output becomes its mean over the text)' : 'silenced'}
        in turn.
      </p>
      <div class="heads-side-by-side">
        <div>
          ${grids(
            inspection,
            {
              head: (kind, layer, head) => this.#cell(byKind.get(kind)?.get(`${layer}.${head}`)),
              layer: (kind, layer, part) => {
                const found = answer.layers.find(
                  (one) => one.layer === layer && (one.attention ?? 'self') === kind,
                );
                const effect = part === 'attention' ? found?.attentionEffect : found?.feedForwardEffect;
                return effect === undefined ? undefined : { effect };
              },
              scale,
            },
            dark,
            undefined,
            {
              point,
              act: (part) => this.#act(part),
              isOut: out,
              verb: taking ? 'Takes it out' : 'Shows its lines',
            },
          )}
          <p class="readout-line" aria-live="polite">${this.#partReadout(answer)}</p>
        </div>
        ${strongestHeads(
          inspection,
          strongest(answer.heads, LISTED),
          (head) => this.#pattern(head),
          scale,
          dark,
          {
            open: (head) => this.#open(head),
            point,
            ...(take && { take: (part: Part) => this.#take(part) }),
            isOut: out,
            averaged,
          },
        )}
      </div>
    </section>`;
  }

  #cell(head: HeadEffect | undefined): Cell | undefined {
    return (
      head && {
        effect: head.effect,
        title: looks(head).length > 0 ? `, looks at ${looks(head).join(', ')}` : '',
      }
    );
  }

  #partReadout(answer: Answer): TemplateResult | typeof nothing {
    const part = this.#part;
    if (!part || !('kind' in part)) {
      return html`<span class="hint"
        >${
          this.#context.why?.takeOut
            ? 'Point at a square to read it. “all” and “MLP” are all the attention, and the feed-forward part, of a layer: a click takes them out.'
            : 'Point at a square to read it.'
        }</span
      >`;
    }
    const name = partName(part, this.#inspection());
    const head =
      part.what === 'heads'
        ? answer.heads.find(
            (one) =>
              one.layer === part.layer && one.head === part.head && (one.attention ?? 'self') === part.kind,
          )
        : undefined;
    if (head) {
      const pattern = this.#pattern(head);
      return html`<span
        >Without ${name}: <b>${effectText(-head.effect)} nats</b>. It looks at
        ${looks(head).join(', ') || 'nothing from here'}${pattern ? html` <span class="kind">${pattern}</span>` : nothing}</span
      >`;
    }
    const layer = answer.layers.find(
      (one) => one.layer === part.layer && (one.attention ?? 'self') === part.kind,
    );
    const effect = part.what === 'attention' ? layer?.attentionEffect : layer?.feedForwardEffect;
    return effect === undefined
      ? html`<span>${name}</span>`
      : html`<span>Without the ${name}: <b>${effectText(-effect)} nats</b></span>`;
  }

  #lens(answer: Answer): TemplateResult | typeof nothing {
    return answer.lens.length === 0
      ? nothing
      : html`<section class="part">
          <h2>When the word appears</h2>
          <p class="hint">
            What the model would say if it stopped after each layer (the logit lens). Words under 1 % are
            grey: early layers guess.
          </p>
          ${lens(answer)}
        </section>`;
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

  #act(part: Part): void {
    const { inspection, taking, averaged } = this.#state;
    const known = this.#context.why?.takeOut !== undefined;
    const what = part.what === 'heads' && averaged ? { ...part, what: 'averaged' as const } : part;
    if (known && (taking || part.what !== 'heads' || isOut(inspection!.without, what, inspection!))) {
      this.#take(what);
    } else if ('head' in part) {
      this.#open({ attention: part.kind, layer: part.layer, head: part.head });
    }
  }

  /** Shows a head's lines, from the place that is asked about. */
  #open({ attention = 'self', layer, head }: Pick<HeadEffect, 'attention' | 'layer' | 'head'>): void {
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

/** Which colour says what. */
function legend({ word, rather }: Answer): TemplateResult {
  return rather
    ? html`<span class="swatch word"></span> speaks for “${word.word.trim()}”,
        <span class="swatch rather"></span> for “${rather.word.trim()}”.`
    : html`<span class="swatch word"></span> speaks for “${word.word.trim()}”,
        <span class="swatch rather"></span> against it.`;
}

export const why: ViewKind = {
  id: 'why',
  title: 'Why',
  create: (context) => new WhyView(context),
};
