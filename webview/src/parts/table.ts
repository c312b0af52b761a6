import { html, nothing, type TemplateResult } from 'lit';
import { hidesSome, titled, type Shown } from '../shown.ts';

/** A larger matrix is unreadable as a table, so only the strongest weights of each row are shown. */
const LARGEST = 64;
const STRONGEST = 8;

/** The content of a table. */
export interface TableContent {
  /** The name of the attention. */
  readonly attention: string;
  readonly layer: number;
  readonly head: number;
  /** Exact weights, [Q][K]. */
  readonly weights: Float32Array;
  readonly shown: Shown;
  /** The heads that are drawn, of which the table has one. */
  readonly heads: readonly number[];
  readonly choose: (head: number) => void;
}

/** A head's weights as a table, for users who cannot see the drawing. */
export function weightTable(content: TableContent | undefined): TemplateResult | typeof nothing {
  if (!content) {
    return nothing;
  }
  const { attention, layer, head, heads, shown } = content;
  const large = Math.max(shown.queries.length, shown.keys.length) > LARGEST;
  const what = large
    ? `the ${STRONGEST} strongest weights of each row`
    : 'rows are queries, columns are keys';
  return html`<div class="table scroller" tabindex="0" role="region" aria-label="Weights as a table">
    <table>
      <caption>
        ${attention} of layer ${layer + 1}, head ${heads.length > 1 ? chooser(content) : head + 1}: ${what}
        ${hidesSome(shown) ? html`<br />Hidden tokens are looked at, too: rows don’t sum to 1.` : nothing}
      </caption>
      ${large ? strongest(content) : whole(content)}
    </table>
  </div>`;
}

/** Which of the heads that are drawn. */
function chooser({ head, heads, choose }: TableContent): TemplateResult {
  return html`<select
      aria-label="Head of the table"
      @change=${(event: Event) => choose(Number((event.target as HTMLSelectElement).value))}
    >
      ${heads.map((one) => html`<option value=${one} ?selected=${one === head}>${one + 1}</option>`)}
    </select>
    of the ${heads.length} that are drawn`;
}

function whole({ weights, shown: { queries, keys } }: TableContent): TemplateResult {
  return html`<thead>
      <tr>
        <td></td>
        ${keys.map((key) => html`<th scope="col">${titled(key)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${queries.map(
        (query, row) =>
          html`<tr>
            <th scope="row">${titled(query)}</th>
            ${keys.map((_, column) => html`<td>${weights[row * keys.length + column]!.toFixed(3)}</td>`)}
          </tr>`,
      )}
    </tbody>`;
}

function strongest({ weights, shown: { queries, keys } }: TableContent): TemplateResult {
  return html`<tbody>
    ${queries.map((query, row) => {
      const order = keys
        .map((key, column) => ({ name: titled(key), weight: weights[row * keys.length + column]! }))
        .sort((a, b) => b.weight - a.weight)
        .slice(0, STRONGEST);
      return html`<tr>
        <th scope="row">${titled(query)}</th>
        ${order.map(({ name, weight }) => html`<td>${name} ${weight.toFixed(3)}</td>`)}
      </tr>`;
    })}
  </tbody>`;
}
