import { html, type TemplateResult } from 'lit';

const KEYS = [
  ['↑ ↓', 'Layer'],
  ['← →', 'Head'],
  ['e d c', 'Encoder, decoder or cross-attention, if the model has them'],
  ['/', 'Edit the text'],
  ['Tab', 'Go to a token list, a matrix or the thumbnails; arrow keys move within it'],
  ['Enter', 'Pin a token or a cell, open a thumbnail'],
  ['+ −', 'Expand or collapse a token in the neuron view'],
  ['Shift Enter', 'Pin a token at the other side, too; in a matrix, pin the row; show only one head'],
  ['Ctrl Z', 'Undo: the text before, what was taken out, a released pin'],
  ['Esc', 'Unpin; stop the model that writes'],
  ['?', 'Show these shortcuts'],
] as const;

/** The keyboard help. */
export function keysHelp(): TemplateResult {
  return html`<details class="keys">
    <summary>Keyboard shortcuts</summary>
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
