import { html, nothing, type TemplateResult } from 'lit';
import type { Shown } from '../shown.ts';

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
}

/** A head's weights as a table, for users who cannot see the drawing. */
export function weightTable(content: TableContent | undefined): TemplateResult | typeof nothing {
  if (!content) {
    return nothing;
  }
  const { attention, layer, head, shown } = content;
  const large = Math.max(shown.queries.length, shown.keys.length) > LARGEST;
  const what = large
    ? `the ${STRONGEST} strongest weights of each row`
    : 'rows are queries, columns are keys';
  return html`<div class="table scroller" tabindex="0" role="region" aria-label="Weights as a table">
    <table>
      <caption>
        ${attention} of layer ${layer + 1}, head ${head + 1}: ${what}
      </caption>
      ${large ? strongest(content) : whole(content)}
    </table>
  </div>`;
}

function whole({ weights, shown: { queries, keys } }: TableContent): TemplateResult {
  return html`<thead>
      <tr>
        <td></td>
        ${keys.map((key) => html`<th scope="col">${key.name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${queries.map(
        (query, row) =>
          html`<tr>
            <th scope="row">${query.name}</th>
            ${keys.map((_, column) => html`<td>${weights[row * keys.length + column]!.toFixed(3)}</td>`)}
          </tr>`,
      )}
    </tbody>`;
}

function strongest({ weights, shown: { queries, keys } }: TableContent): TemplateResult {
  return html`<tbody>
    ${queries.map((query, row) => {
      const order = keys
        .map((key, column) => ({ name: key.name, weight: weights[row * keys.length + column]! }))
        .sort((a, b) => b.weight - a.weight)
        .slice(0, STRONGEST);
      return html`<tr>
        <th scope="row">${query.name}</th>
        ${order.map(({ name, weight }) => html`<td>${name} ${weight.toFixed(3)}</td>`)}
      </tr>`;
    })}
  </tbody>`;
}
