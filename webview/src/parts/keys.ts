import { html, type TemplateResult } from 'lit';

const KEYS = [
  ['↑ ↓', 'Layer'],
  ['← →', 'Head'],
  ['e d c', 'Attention of encoder, decoder, and across, where a model has both'],
  ['/', 'Text'],
  ['Tab', 'Into a list of tokens, a matrix, the thumbnails; arrows walk there'],
  ['Enter', 'Pins a token or a cell, opens a thumbnail'],
  ['+ −', 'Expands and collapses a token in the neuron view'],
  ['Shift Enter', 'Shows a head alone'],
  ['Esc', 'Lets go'],
  ['?', 'These keys'],
] as const;

/** What the keyboard does. */
export function keysHelp(): TemplateResult {
  return html`<details class="keys">
    <summary>Keys</summary>
    <dl>
      ${KEYS.map(
        ([key, what]) =>
          html`<div>
            <dt>${key.split(' ').map((one) => html`<kbd>${one}</kbd> `)}</dt>
            <dd>${what}</dd>
          </div>`,
      )}
    </dl>
  </details>`;
}
