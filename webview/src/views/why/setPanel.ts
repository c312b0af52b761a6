import { html, nothing, render, type TemplateResult } from 'lit';
import { headsOf, type Inspection } from '../../inspection.ts';
import { onGround, type Picture, type Theme } from '../../marks/surface.ts';
import { hex } from '../../colors.ts';
import { textOf } from '../../files.ts';
import {
  byHead,
  joinedSet,
  summaryOf,
  type ExampleSet,
  type HeadMean,
  type Mean,
  type MeasuredSet,
  type SetPart,
  type Summary,
} from '../../pairs.ts';
import { sentenceOf } from '../../source.ts';
import type { State } from '../../state.ts';
import { effectText, scaleOf, strongest, tintOf } from '../../why.ts';
import { headName, type Part } from '../../without.ts';
import { Roving } from '../shared/roving.ts';
import { settled, type ViewContext } from '../shared/view.ts';
import { grids, gridScale } from './grid.ts';

/** How many of the strongest heads, and of a head's sentences, are listed. */
const LISTED = 10;

/** Why, over a set of sentences: how many are right, and which heads carry that. */
export class SetPanel {
  readonly element = document.createElement('div');
  readonly #context: ViewContext;
  readonly #roving: Roving;
  #state!: State;
  #examples: readonly ExampleSet[] = [];
  #asked = false;
  #pairs = '';
  #set: MeasuredSet | undefined;
  #summary: Summary | undefined;
  #running: AbortController | undefined;
  #failure: string | undefined;
  #pointed: Part | undefined;
  #chosen: number | undefined;

  constructor(context: ViewContext) {
    this.#context = context;
    this.element.className = 'set-panel';
    this.#roving = new Roving(this.element, '.effect-cell');
  }

  show(state: State): void {
    this.#state = state;
    if (!this.#asked) {
      this.#asked = true;
      this.#context.why!.sets!.examples().then(
        (examples) => {
          this.#examples = examples;
          this.#draw();
        },
        (cause: unknown) => this.#fail(cause),
      );
    }
    this.#draw();
  }

  /** Nobody looks any more: measuring ends, and what is there stays. */
  leave(): void {
    this.#running?.abort();
    this.#running = undefined;
  }

  #fail(cause: unknown): void {
    this.#failure = sentenceOf(cause);
    this.#draw();
  }

  #measure(): void {
    this.#running?.abort();
    const mine = (this.#running = new AbortController());
    this.#set = this.#summary = undefined;
    this.#failure = undefined;
    this.#chosen = undefined;
    delete this.element.dataset['drawn'];
    this.#draw();
    const tell = (part: SetPart) => {
      if (mine === this.#running) {
        this.#set = joinedSet(this.#set, part);
        this.#summary = summaryOf(this.#set);
        this.#draw();
      }
    };
    this.#context.why!.sets!.measure(this.#pairs, this.#state.averaged, tell, mine.signal).then(
      () => {
        if (mine === this.#running) {
          this.#running = undefined;
          this.#draw();
          settled(this.element, 'set');
        }
      },
      (cause: unknown) => {
        if (mine === this.#running) {
          this.#running = undefined;
          this.#fail(cause);
        }
      },
    );
  }

  #cancel(): void {
    this.leave();
    this.#draw();
  }

  #draw(): void {
    render(this.#page(), this.element);
    for (const group of this.element.querySelectorAll<HTMLElement>('[role="group"]')) {
      this.#roving.settle(group, () => false);
    }
  }

  #page(): TemplateResult {
    const set = this.#set;
    return html`
      <p class="hint">
        One sentence shows what happened once. Measure many: on each line a sentence with a blank, the right
        word and a wrong one, with tabs between them.
      </p>
      <div class="set-sources">
        ${this.#examples.map(
          ({ title, pairs }) =>
            html`<button
              type="button"
              class="chip"
              @click=${() => {
                this.#pairs = pairs;
                this.#measure();
              }}
            >
              ${title}
            </button>`,
        )}
        <label class="quiet file"
          >Open a file…
          <input
            type="file"
            class="hidden"
            accept=".tsv,.txt,text/tab-separated-values,text/plain"
            @change=${(event: Event) => void this.#read(event.target as HTMLInputElement)}
        /></label>
      </div>
      <textarea
        class="set-text"
        rows="4"
        spellcheck="false"
        aria-label="Sentences with the right and the wrong word"
        placeholder="The keys to the cabinet ____ on the table.	were	was"
        .value=${this.#pairs}
        @input=${(event: Event) => {
          this.#pairs = (event.target as HTMLTextAreaElement).value;
        }}
      ></textarea>
      <div class="set-actions">
        ${
          this.#running
            ? html`<button type="button" class="quiet" @click=${() => this.#cancel()}>Cancel</button>
                <progress
                  aria-label="Sentences measured"
                  max=${set?.count || 1}
                  value=${set?.sentences.length ?? 0}
                ></progress>
                <span class="hint" role="status"
                  >${set?.sentences.length ?? 0} of ${set?.count ?? '…'} sentences</span
                >`
            : html`<button type="button" class="primary small" @click=${() => this.#measure()}>
                Measure
              </button>`
        }
      </div>
      ${this.#failure === undefined ? nothing : html`<p class="refused" role="alert">${this.#failure}</p>`}
      ${set && set.sentences.length > 0 ? this.#results(set, this.#summary!) : nothing}
    `;
  }

  async #read(input: HTMLInputElement): Promise<void> {
    const [file] = input.files ?? [];
    if (!file) {
      return;
    }
    try {
      this.#pairs = await textOf(file);
      this.#measure();
    } catch (cause) {
      this.#fail(cause);
    }
    input.value = '';
  }

  #results(
    set: MeasuredSet,
    { heads: means, layer: layerMean, places, quantity, right }: Summary,
  ): TemplateResult {
    const inspection = this.#state.inspection!;
    const scale = gridScale(means.map(({ mean }) => mean));
    const at = new Map(means.map((mean) => [`${mean.kind} ${mean.layer} ${mean.head}`, mean]));
    const find = (part: Part | undefined) =>
      part?.what === 'heads' ? at.get(`${part.kind} ${part.layer} ${part.head}`) : undefined;
    const pointed = find(this.#pointed);
    const sorted = strongest(
      means.map((mean) => ({ ...mean, effect: mean.mean })),
      LISTED,
    ).sort((a, b) => b.mean - a.mean);
    return html`
      <p class="answer">
        ${right} of ${set.sentences.length} right. On average log p(right) − log p(wrong) is
        ${effectText(quantity.mean)} ± ${quantity.error.toFixed(2)} nats.
      </p>
      <section class="part">
        <h2>The heads that carry it</h2>
        <p class="hint">
          Each head’s mean effect over the sentences, and its standard error. Click a head to see where it
          matters most.
        </p>
        <div class="heads-side-by-side">
          <div>
            ${grids(
              inspection,
              {
                head: (kind, layer, head) => {
                  const mean = at.get(`${kind} ${layer} ${head}`);
                  return mean && { effect: mean.mean, title: ` ± ${mean.error.toFixed(2)}` };
                },
                layer: (kind, layer, part) => {
                  const mean = layerMean(kind, layer, part === 'attention' ? 0 : 1);
                  return mean && { effect: mean.mean, title: ` ± ${mean.error.toFixed(2)}` };
                },
                scale,
              },
              this.#state.dark,
              this.#chosen === undefined ? undefined : partOf(means[this.#chosen]!),
              {
                point: (part) => {
                  this.#pointed = part;
                  this.#draw();
                },
                act: (part) => this.#choose(find(part)?.index),
                isOut: () => false,
                verb: 'Shows its sentences',
              },
            )}
            <p class="readout-line" aria-live="polite">
              ${pointed ? html`<span>Head ${meanText(inspection, pointed)} nats</span>` : nothing}
            </p>
          </div>
          <ol class="strongest means">
            ${sorted.map(
              (mean) =>
                html`<li class=${mean.index === this.#chosen ? 'on' : ''}>
                  <button
                    type="button"
                    class="head-name"
                    aria-pressed=${mean.index === this.#chosen}
                    @click=${() => this.#choose(mean.index)}
                  >
                    ${headName(inspection, mean.kind, mean.layer, mean.head)}
                  </button>
                  <span class="amount"
                    ><span class="number">${effectText(mean.mean)} ± ${mean.error.toFixed(2)}</span
                    ><span
                      class="meter ${mean.mean < 0 ? 'against' : ''}"
                      .style=${`--share: ${Math.abs(mean.mean) / scale}`}
                    ></span
                  ></span>
                </li>`,
            )}
          </ol>
        </div>
      </section>
      ${this.#places(places)} ${this.#sentences(set, means)}
    `;
  }

  /** What words do, by where they stand. */
  #places(means: Summary['places']): TemplateResult {
    const scale = scaleOf(
      means.map(({ mean }) => mean),
      1,
    );
    const chip = (text: string, mean: Mean) => {
      const { rgb, ink } = tintOf(mean.mean, scale, this.#state.dark);
      return html`<span class="unit" .style=${`--tint: ${hex(rgb)}; --ink: ${ink}`}
        ><span class="text">${text}</span
        ><span class="effect">${effectText(mean.mean, 1)} ± ${mean.error.toFixed(1)}</span></span
      >`;
    };
    const place = html`<span class="unit place"
      ><span class="text">____</span><span class="effect"></span
    ></span>`;
    return html`<section class="part">
      <h2>The words that it rests on</h2>
      <p class="hint">
        By their place: how many words before or after the blank. The mean over the sentences that have one
        there.
      </p>
      <div class="why-words">
        ${means.filter((one) => one.place < 0).map((mean) => chip(effectText(mean.place, 0), mean))}${place}${means
          .filter((one) => one.place > 0)
          .map((mean) => chip(effectText(mean.place, 0), mean))}
      </div>
    </section>`;
  }

  #choose(index: number | undefined): void {
    this.#chosen = this.#chosen === index ? undefined : index;
    this.#draw();
  }

  /** The sentences of a head, or those that the model is least sure of. */
  #sentences(set: MeasuredSet, means: readonly HeadMean[]): TemplateResult {
    const head = this.#chosen === undefined ? undefined : means[this.#chosen];
    const all = head
      ? byHead(set.sentences, head.index)
      : [...set.sentences].sort((a, b) => a.quantity - b.quantity);
    const open = this.#context.why!.sets!.open;
    return html`<section class="part">
      <h2>
        ${
          head
            ? `Where head ${headName(this.#state.inspection!, head.kind, head.layer, head.head)} matters most`
            : 'Where the model is least sure'
        }
      </h2>
      <ol class="sentences">
        ${all.slice(0, LISTED).map(
          (one) =>
            html`<li>
              <span class="number">${effectText(head ? one.heads[head.index]! : one.quantity)}</span>
              <button type="button" class="quiet" title="Ask about this sentence" @click=${() => open(one)}>
                ${one.text}
              </button>
              <span class="hint"><b class="word">${one.right}</b> / <b class="rather">${one.wrong}</b></span>
            </li>`,
        )}
      </ol>
    </section>`;
  }

  picture(theme: Theme): Picture | undefined {
    const [set, summary] = [this.#set, this.#summary];
    const { inspection } = this.#state;
    if (!set || !summary || set.sentences.length === 0 || !inspection) {
      return undefined;
    }
    const { heads: means, quantity, right } = summary;
    const scale = gridScale(means.map(({ mean }) => mean));
    const heads = headsOf(inspection).length;
    const rows = Math.ceil(means.length / heads);
    const [margin, cell, top] = [28, 34, 56];
    const width = Math.max(480, heads * cell + 40) + 2 * margin;
    return onGround('Why, over a set', width, top + rows * cell + 2 * margin, theme, (surface) => {
      surface.translate(margin, margin);
      surface.textBaseline = 'middle';
      surface.font = `14px ${theme.font}`;
      surface.fillStyle = theme.text;
      surface.fillText(
        `${right} of ${set.sentences.length} right, ${effectText(quantity.mean)} ± ${quantity.error.toFixed(2)} nats`,
        0,
        10,
      );
      surface.textAlign = 'center';
      surface.font = `11px ${theme.font}`;
      surface.fillStyle = theme.muted;
      for (let head = 0; head < heads; head++) {
        surface.fillText(String(head + 1), 40 + (head + 0.5) * cell, top - 12);
      }
      means.forEach(({ mean, layer, index }) => {
        const [x, y] = [40 + (index % heads) * cell, top + Math.floor(index / heads) * cell];
        if (index % heads === 0) {
          surface.fillStyle = theme.muted;
          surface.fillText(String(layer + 1), 20, y + cell / 2);
        }
        const { rgb, ink } = tintOf(mean, scale, theme.dark);
        surface.fillStyle = hex(rgb);
        surface.fillRect(x, y, cell - 1, cell - 1);
        if (Math.abs(mean) >= Math.max(0.1, scale / 25)) {
          surface.fillStyle = ink;
          surface.fillText(effectText(mean, 1), x + cell / 2, y + cell / 2);
        }
      });
    });
  }
}

const partOf = ({ kind, layer, head }: HeadMean): Part => ({ what: 'heads', kind, layer, head });

const meanText = (inspection: Inspection, { kind, layer, head, mean, error }: HeadMean) =>
  `${headName(inspection, kind, layer, head)}: ${effectText(mean)} ± ${error.toFixed(2)}`;
