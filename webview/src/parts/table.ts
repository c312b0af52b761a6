import { html, nothing, type TemplateResult } from 'lit';
import type { Shown } from '../shown.ts';

/** Nobody reads a larger matrix as a table: only the strongest of each row are shown. */
const LARGEST = 64;
const STRONGEST = 8;

/** What a table shows. */
export interface Told {
  /** What the attention is called. */
  readonly attention: string;
  readonly layer: number;
  readonly head: number;
  /** Exact weights, [Q][K]. */
  readonly weights: Float32Array;
  readonly shown: Shown;
}

/** A head's weights as a table, for people who can't see them drawn. */
export function weightTable(told: Told | undefined): TemplateResult | typeof nothing {
  if (!told) {
    return nothing;
  }
  const { attention, layer, head, shown } = told;
  const large = Math.max(shown.queries.length, shown.keys.length) > LARGEST;
  const what = large ? `the ${STRONGEST} strongest of each row` : 'rows look at columns';
  return html`<div class="table scroller" tabindex="0" role="region" aria-label="Weights as a table">
    <table>
      <caption>
        ${attention} of layer ${layer + 1}, head ${head + 1}: ${what}
      </caption>
      ${large ? strongest(told) : whole(told)}
    </table>
  </div>`;
}

function whole({ weights, shown: { queries, keys } }: Told): TemplateResult {
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

function strongest({ weights, shown: { queries, keys } }: Told): TemplateResult {
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
