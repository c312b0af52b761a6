import { html, type TemplateResult } from 'lit';
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
import { headGrid, shortName } from '../shared/headGrid.ts';

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
    name: by === undefined ? shortName(said.quantity.name) : '',
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
export const cells = (
  name: string,
  corpus: Corpus,
  heads: readonly CorpusHead[],
  sorted: boolean,
  says: (head: CorpusHead) => Said,
  isOpen: (head: CorpusHead) => boolean,
  actions: CellActions,
): TemplateResult =>
  headGrid({
    name,
    heads,
    rows: sorted ? undefined : { of: rowOf, name: (row) => rowName(corpus, row) },
    button: (head) => {
      const { name: text, text: number, mean, scale, sentence } = says(head);
      return {
        place: `${rowOf(head)} ${head.head}`,
        isOpen: isOpen(head),
        label: sentence,
        text,
        number: number ?? (mean ? numberText(mean.mean) : ''),
        below: mean ? errorBar(mean, scale ?? 1) : html`<span class="error-bar"></span>`,
      };
    },
    ...actions,
  });

/** The rows of a grid are layers, of each attention that a model has. */
const rowOf = ({ kind, layer }: CorpusHead) => `${kind} ${layer}`;

function rowName(corpus: Corpus, row: string): TemplateResult {
  const [kind, layer] = row.split(' ');
  const prefix = hasKinds(corpus) ? `${kind!.charAt(0).toUpperCase()} ` : '';
  return html`<span class="word">${prefix === '' ? 'Layer ' : ''}</span>${prefix}${Number(layer) + 1}`;
}
