import { html, nothing, type TemplateResult } from 'lit';
import { sentenceFor } from '../says.ts';
import type { Overview } from '../source.ts';
import { showsWeights, type State } from '../state.ts';
import { legend } from './legend.ts';

/** One plain sentence about what is seen, from the numbers, and what the drawing's colours mean. */
export function says(state: State, overview: Overview | undefined): TemplateResult | typeof nothing {
  if (!showsWeights(state)) {
    return nothing; // its question is one
  }
  return html`<div class="says">
    <p class="sentence-line">${overview ? sentenceFor(state, overview) : ' '}</p>
    ${legend(state)}
  </div>`;
}
