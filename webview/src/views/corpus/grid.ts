import { html, nothing, type TemplateResult } from 'lit';
import {
  hasKinds,
  meanText,
  numberText,
  percent,
  saidOf,
  type Corpus,
  type CorpusHead,
  type Shown,
} from '../../corpus.ts';
import { ATTENTION_NAMES } from '../../inspection.ts';
import type { Mean } from '../../pairs.ts';

/** What stands below a head's profile. */
export interface Said {
  readonly name: string;
  /** The number, if it is no mean. */
  readonly text?: string;
  /** The mean, drawn as a bar. */
  readonly mean?: Mean;
  /** The end of its bar. */
  readonly scale?: number;
  /** Said of the head by screen readers and in the readout. */
  readonly sentence: string;
}

/** Names are short in a caption. */
const caption = (name: string) => name.replace(/ tokens? |(?<!one) (token|elsewhere)$/, ' ').trim();

/** The name of a head, with its attention if the model has several. */
export const nameOf = (corpus: Corpus, { kind, layer, head }: CorpusHead) =>
  `${hasKinds(corpus) ? `${ATTENTION_NAMES[kind]} · ` : ''}Layer ${layer + 1} · Head ${head + 1}`;

/** A quantity as words: its mean, its error, and how many of the texts show it. */
export function shownText({ quantity, measured }: Shown): string {
  const { share, baseline, texts } = measured;
  return `${quantity.name} ${meanText(measured)}${quantity.unit ? ` ${quantity.unit}` : ''}${
    baseline ? `, by chance ${numberText(baseline.mean)}` : ''
  }${share === undefined ? '' : `, in ${percent(share)} of ${texts.toLocaleString('en')} texts`}`;
}

/** What a corpus says of a head. */
export function saysOf(corpus: Corpus, head: CorpusHead, by: string | undefined): Said {
  const said = saidOf(corpus, head, by);
  const name = nameOf(corpus, head);
  if (!said) {
    return { name: '', sentence: `${name}: ${by === undefined ? 'shows no pattern' : 'not measured'}` };
  }
  return {
    name: by === undefined ? caption(said.quantity.name) : '',
    mean: said.measured,
    scale: scaleOf(corpus, said),
    sentence: `${name}: ${shownText(said)}`,
  };
}

/** Where bars of a quantity end: shares at 1, others at the largest. */
export const scaleOf = (corpus: Corpus, { quantity }: Pick<Shown, 'quantity'>) =>
  quantity.unit === undefined
    ? 1
    : Math.max(...corpus.all.map(({ measured }) => measured.get(quantity.id)?.mean ?? 0)) || 1;

/** A mean as a bar, with its standard error as a line across its end. */
export function errorBar(
  { mean, error }: Mean,
  scale: number,
  marks: readonly number[] = [],
): TemplateResult {
  const part = (value: number) => Math.max(0, Math.min(1, value / scale));
  return html`<span
    class="error-bar"
    aria-hidden="true"
    .style=${`--mean: ${part(mean)}; --from: ${part(mean - error)}; --to: ${part(mean + error)}`}
    ><span class="fill"></span><span class="error"></span>${marks.map(
      (mark) => html`<span class="mark" .style=${`--at: ${part(mark)}`}></span>`,
    )}</span
  >`;
}

export interface CellActions {
  readonly open: (head: CorpusHead) => void;
  readonly enter: (head: CorpusHead) => void;
}

/** Heads as buttons: a row a layer, or one after another if they are sorted. */
export function cells(
  name: string,
  corpus: Corpus,
  heads: readonly CorpusHead[],
  sorted: boolean,
  says: (head: CorpusHead) => Said,
  isOpen: (head: CorpusHead) => boolean,
  actions: CellActions,
): TemplateResult {
  const rows = [...new Set(heads.map(rowOf))];
  const columns = [...new Set(heads.map(({ head }) => head))].sort((a, b) => a - b);
  const place = (head: CorpusHead) =>
    sorted
      ? ''
      : `grid-row: ${rows.indexOf(rowOf(head)) + 2}; grid-column: ${columns.indexOf(head.head) + 2}`;
  return html`<div
    class="cells ${sorted ? 'in-order' : 'in-layers'}"
    role="group"
    aria-label=${name}
    .style=${`--columns: ${columns.length}`}
  >
    <canvas class="sheet" aria-hidden="true"></canvas>
    ${
      sorted
        ? nothing
        : html`${columns.map((head, i) => html`<span class="column-name" .style=${`grid-column: ${i + 2}`}>${head + 1}</span>`)}
          ${rows.map((row, i) => html`<span class="row-name" .style=${`grid-row: ${i + 2}`}>${rowName(corpus, row)}</span>`)}`
    }
    ${heads.map((head) => {
      const { name: what, text, mean, scale, sentence } = says(head);
      const open = isOpen(head);
      return html`<button
        type="button"
        class="cell ${open ? 'open' : ''}"
        aria-expanded=${open}
        data-place="${rowOf(head)} ${head.head}"
        .style=${place(head)}
        @click=${() => actions.open(head)}
        @pointerenter=${() => actions.enter(head)}
        @focus=${() => actions.enter(head)}
      >
        <span class="hidden">${sentence}</span>
        <span class="thumb"></span>
        <span class="caption" aria-hidden="true"
          >${sorted ? html`<span class="where">${head.layer + 1}·${head.head + 1}</span>` : nothing}<span
            class="what"
            >${what}</span
          ><span class="number">${text ?? (mean ? numberText(mean.mean) : '')}</span></span
        >
        ${mean ? errorBar(mean, scale ?? 1) : html`<span class="error-bar"></span>`}
      </button>`;
    })}
  </div>`;
}

/** The rows of a grid are layers, of each attention that a model has. */
const rowOf = ({ kind, layer }: CorpusHead) => `${kind} ${layer}`;

function rowName(corpus: Corpus, row: string): TemplateResult {
  const [kind, layer] = row.split(' ');
  const prefix = hasKinds(corpus) ? `${kind!.charAt(0).toUpperCase()} ` : '';
  return html`<span class="word">${prefix === '' ? 'Layer ' : ''}</span>${prefix}${Number(layer) + 1}`;
}
