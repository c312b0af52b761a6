import { html, nothing, render, type TemplateResult } from 'lit';
import { headColor } from '../../colors.ts';
import {
  clearestOf,
  differenceOf,
  differenceText,
  DISTANCES,
  FARTHEST,
  meanProfile,
  meanText,
  numberText,
  percent,
  shownBy,
  type Corpus,
  type CorpusHead,
  type CorpusText,
  type Quantity,
  type Shown,
} from '../../corpus.ts';
import { isolated } from '../../direction.ts';
import { barAt, drawProfile, type Bars } from '../../marks/profile.ts';
import type { Surface, Theme } from '../../marks/surface.ts';
import { sized, themeOf, whenResized } from '../shared/canvas.ts';
import { errorBar, nameOf, scaleOf, shownText } from './grid.ts';

/** A head of one corpus, and the same head of another beside it. */
export interface Opened {
  readonly corpus: Corpus;
  readonly head: CorpusHead;
  readonly other?: { readonly corpus: Corpus; readonly head: CorpusHead };
}

export interface HeadActions {
  readonly by: (id: string) => void;
  /** An exported page can't inspect a text. */
  readonly open: ((text: CorpusText, model: string, head: CorpusHead) => void) | undefined;
  readonly close: () => void;
}

const KINDS = [
  ['pattern', 'Patterns', 'the line across a bar is from where on a head shows it'],
  ['relation', 'Relations', 'the line across a bar is what random pairs at the same distance get'],
  ['number', 'Other numbers', ''],
] as const;

const HEIGHT = 210;

/** Draws a head's profile, and beside it the other's. */
export function drawOpened(
  surface: Surface,
  { corpus, head, other }: Opened,
  width: number,
  height: number,
  theme: Theme,
): void {
  const color = headColor(head.head, corpus.heads, theme.dark);
  const profiles: Bars[] = [
    { means: head.profile, color },
    ...(other ? [{ means: other.head.profile, color: theme.muted }] : []),
  ];
  drawProfile(surface, width, height, profiles, meanProfile(corpus), FARTHEST, theme);
}

/** A head over all texts: its profile, its numbers, and the texts that show it most. */
export class HeadPanel {
  readonly element = document.createElement('div');
  readonly #canvas = document.createElement('canvas');
  readonly #actions: HeadActions;
  #opened: Opened | undefined;
  #by: string | undefined;
  #dark = false;
  #pointed: number | undefined;

  constructor(actions: HeadActions) {
    this.#actions = actions;
    this.element.className = 'corpus-head';
    this.#canvas.setAttribute('role', 'img');
    this.#canvas.addEventListener('pointermove', (event) => this.#point(event.offsetX));
    this.#canvas.addEventListener('pointerleave', () => this.#point(undefined));
    whenResized(this.element, () => this.#drawProfile());
  }

  show(opened: Opened | undefined, by: string | undefined, dark: boolean): void {
    this.#opened = opened;
    this.#by = by;
    this.#dark = dark;
    this.#pointed = undefined;
    this.#draw();
    this.#drawProfile();
  }

  #point(x: number | undefined): void {
    const bar = x === undefined ? undefined : barAt(x, this.#canvas.clientWidth, DISTANCES.length);
    if (bar !== this.#pointed) {
      this.#pointed = bar;
      this.#draw();
    }
  }

  #drawProfile(): void {
    const opened = this.#opened;
    if (!opened || !this.element.isConnected) {
      return;
    }
    const width = this.#canvas.parentElement!.clientWidth;
    const surface = sized(this.#canvas, width, HEIGHT);
    drawOpened(surface, opened, width, HEIGHT, themeOf(this.element, this.#dark));
  }

  #draw(): void {
    const opened = this.#opened;
    render(opened ? this.#page(opened) : nothing, this.element);
  }

  #page(opened: Opened): TemplateResult {
    const { corpus, head, other } = opened;
    const clearest = clearestOf(corpus, head);
    const chosen = this.#chosen(opened, clearest);
    this.#canvas.setAttribute('aria-label', profileText(opened));
    return html`
      <div class="corpus-head-name">
        <h2>${nameOf(corpus, head)}</h2>
        <button type="button" class="quiet" title="Close (Escape)" @click=${this.#actions.close}>
          Close
        </button>
      </div>
      <p class="sentence-line">
        ${clearest ? `Shows ${shownText(clearest)}.` : 'Shows no pattern that these numbers name.'}
      </p>
      <figure>
        ${this.#canvas}
        <figcaption aria-live="polite">${this.#profileReadout(opened)}</figcaption>
      </figure>
      ${KINDS.map(([what, title, marks]) => this.#numbers(opened, what, title, marks, chosen?.id))}
      ${chosen ? this.#texts(corpus, head, chosen) : nothing}
      ${chosen && other ? this.#texts(other.corpus, other.head, chosen) : nothing}
    `;
  }

  /** Which quantity's texts are listed: the one that is chosen, else what the head shows most clearly. */
  #chosen({ corpus, head }: Opened, clearest: Shown | undefined): Quantity | undefined {
    const id = this.#by ?? clearest?.quantity.id ?? [...head.best.keys()][0];
    return corpus.quantities.find((one) => one.id === id);
  }

  #profileReadout({ corpus, head, other }: Opened): TemplateResult {
    const at = this.#pointed;
    if (at === undefined) {
      return html`Bars: the mean over the texts, with its standard error. Line: the mean over all
      heads${other ? `. Grey: the same head in ${isolated(other.corpus.name)}` : ''}.`;
    }
    const average = numberText(meanProfile(corpus)[at]!, 3);
    return html`${distanceText(DISTANCES[at]!)}: <b>${meanText(head.profile[at]!)}</b>${
        other ? html`; ${isolated(other.corpus.name)} <b>${meanText(other.head.profile[at]!)}</b>` : nothing
      };
      all heads ${average}`;
  }

  #numbers(
    opened: Opened,
    what: Quantity['what'],
    title: string,
    marks: string,
    chosen: string | undefined,
  ): TemplateResult | typeof nothing {
    const { corpus, head, other } = opened;
    const all = corpus.quantities
      .filter((quantity) => quantity.what === what)
      .flatMap(({ id }) => shownBy(corpus, head, id) ?? []);
    return all.length === 0
      ? nothing
      : html`<h3>${title}${marks === '' ? nothing : html` <span class="hint">${marks}</span>`}</h3>
          <ul class="corpus-numbers ${other ? 'two' : ''}">
            ${all.map((shown) => {
              const { id, name, threshold, unit } = shown.quantity;
              const { baseline, share } = shown.measured;
              const there = other && shownBy(other.corpus, other.head, id);
              const change = there && differenceOf(shown.measured, there.measured);
              const mark = threshold ?? baseline?.mean;
              const bar = ({ quantity, measured }: Shown, of: Corpus) =>
                errorBar(measured, scaleOf(of, { quantity }), mark === undefined ? [] : [mark]);
              return html`<li class=${id === chosen ? 'on' : ''}>
                <button
                  type="button"
                  class="quiet"
                  aria-pressed=${id === chosen}
                  title="Compare all heads by this, and list the texts"
                  @click=${() => this.#actions.by(id)}
                >
                  ${name}
                </button>
                <span class="bars"
                  >${bar(shown, corpus)}${there && other ? bar(there, other.corpus) : nothing}</span
                >
                <span class="number">${meanText(shown.measured)}${unit ? ` ${unit}` : ''}</span>
                <span class="hint"
                  >${
                    change
                      ? differenceText(change)
                      : baseline
                        ? `by chance ${meanText(baseline)}`
                        : share === undefined
                          ? ''
                          : percent(share)
                  }</span
                >
              </li>`;
            })}
          </ul>`;
  }

  #texts(corpus: Corpus, head: CorpusHead, { id, name }: Quantity): TemplateResult {
    const texts = head.best.get(id) ?? [];
    const title = `Texts that show “${name}” most`;
    const { open } = this.#actions;
    return html`<h3>
        ${title}${this.#opened?.other ? html` <span class="hint">${isolated(corpus.name)}</span>` : nothing}
      </h3>
      ${
        texts.length === 0
          ? html`<p class="hint">No text of this corpus shows it.</p>`
          : html`<ol class="sentences">
              ${texts.map(
                (text) =>
                  html`<li>
                    <span class="number">${numberText(text.value)}</span>
                    ${
                      open
                        ? html`<button
                            type="button"
                            class="quiet ${text.text.includes('\n') ? 'code' : ''}"
                            title=${`${text.from}\nOpens in the Head view, with this head`}
                            dir="auto"
                            .textContent=${text.text}
                            @click=${() => open(text, corpus.model, head)}
                          ></button>`
                        : html`<span
                            class=${text.text.includes('\n') ? 'code' : ''}
                            title=${text.from}
                            dir="auto"
                            .textContent=${text.text}
                          ></span>`
                    }
                  </li>`,
              )}
            </ol>`
      }`;
  }
}

/** A distance in words: −2 is two tokens before. */
function distanceText(distance: number): string {
  const tokens = Math.abs(distance) === 1 ? '1 token' : `${Math.abs(distance)} tokens`;
  return distance === 0 ? 'The token itself' : `${tokens} ${distance < 0 ? 'before' : 'after'}`;
}

/** The diagram for screen readers: its largest shares. */
function profileText({ head }: Opened): string {
  const largest = head.profile
    .map((mean, i) => ({ mean, distance: DISTANCES[i]! }))
    .sort((a, b) => b.mean.mean - a.mean.mean)
    .slice(0, 3)
    .map(({ mean, distance }) => `${distanceText(distance)} ${meanText(mean)}`);
  return `Mean weight by distance. The largest: ${largest.join('; ')}.`;
}
