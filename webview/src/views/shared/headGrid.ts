import { html, nothing, type TemplateResult } from 'lit';

/** A head of a model. */
interface Head {
  readonly layer: number;
  readonly head: number;
}

/** What a head's button shows. */
export interface HeadButton {
  /** What its element is found by. */
  readonly place: string | number;
  readonly isOpen: boolean;
  /** The accessible label. */
  readonly label: string;
  readonly text: string;
  readonly number: string;
  readonly below?: TemplateResult;
}

/** Heads as a grid. */
export interface HeadGrid<H extends Head, Row> {
  readonly name: string;
  readonly heads: readonly H[];
  /** Their rows; undefined if heads stand one after another, sorted. */
  readonly rows?: { readonly of: (head: H) => Row; readonly name: (row: Row) => TemplateResult } | undefined;
  readonly button: (head: H) => HeadButton;
  readonly open: (head: H) => void;
  /** A head is pointed at, or focused. */
  readonly enter: (head: H) => void;
}

/** Names of patterns are short in a caption. */
export const shortName = (name: string) => name.replace(/ tokens? |(?<!one) (token|elsewhere)$/, ' ').trim();

/** The numbers of the heads, which columns of a grid are for. */
export const columnsOf = (heads: readonly Head[]) =>
  [...new Set(heads.map(({ head }) => head))].sort((a, b) => a - b);

/** Heads as buttons over a canvas that has their thumbnails: a row a layer, or one after another if they are sorted. */
export function headGrid<H extends Head, Row>({
  name,
  heads,
  rows,
  button,
  open,
  enter,
}: HeadGrid<H, Row>): TemplateResult {
  const columns = columnsOf(heads);
  const inRows = rows && [...new Set(heads.map(rows.of))];
  const placed = (head: H) =>
    inRows
      ? `grid-row: ${inRows.indexOf(rows.of(head)) + 2}; grid-column: ${columns.indexOf(head.head) + 2}`
      : '';
  return html`<div
    class="cells ${inRows ? 'in-layers' : 'in-order'}"
    role="group"
    aria-label=${name}
    .style=${`--columns: ${columns.length}`}
  >
    <canvas class="sheet" aria-hidden="true"></canvas>
    ${
      inRows
        ? html`${columns.map((head, i) => html`<span class="column-name" .style=${`grid-column: ${i + 2}`}>${head + 1}</span>`)}
          ${inRows.map((row, i) => html`<span class="row-name" .style=${`grid-row: ${i + 2}`}>${rows.name(row)}</span>`)}`
        : nothing
    }
    ${heads.map((head) => {
      const { place, isOpen, label, text, number, below } = button(head);
      return html`<button
        type="button"
        class="cell ${isOpen ? 'open' : ''}"
        aria-expanded=${isOpen}
        data-place=${place}
        .style=${placed(head)}
        @click=${() => open(head)}
        @pointerenter=${() => enter(head)}
        @focus=${() => enter(head)}
      >
        <span class="hidden">${label}</span>
        <span class="thumb"></span>
        <span class="caption" aria-hidden="true"
          >${inRows ? nothing : html`<span class="where">${head.layer + 1}·${head.head + 1}</span>`}<span
            class="what"
            >${text}</span
          ><span class="number">${number}</span></span
        >
        ${below ?? nothing}
      </button>`;
    })}
  </div>`;
}
