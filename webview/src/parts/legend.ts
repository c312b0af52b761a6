import { html, nothing, type TemplateResult } from 'lit';

import { attentionOf } from '../inspection.ts';
import { hasDifference } from '../models.ts';
import { partsSentence } from '../scores.ts';
import type { State } from '../state.ts';
import { term } from '../terms.ts';

/** What the colours and strengths of a drawing mean, in each view. */
export function legend(state: State): TemplateResult | typeof nothing {
  switch (state.view) {
    case 'head':
      return line(
        html`A line goes from a ${term('query')} to a ${term('key')} that it looks at, in the colour of the
        ${term('head')}; the stronger the ${term('attention')}, the clearer the line.`,
      );
    case 'model':
      return hasDifference(state)
        ? line(
            html`Each square is a ${term('head')}. In the difference, orange looks more here, blue more there;
            all of its squares share a scale.`,
          )
        : line(
            html`Each square is a ${term('head')}, each row a ${term('layer')}: point at one to read what it
            does, click to enlarge
            it.${pinnedOr(state, state.thumbnails === 'lines' ? ' Squares show the strongest 150 weights from 0.024 on.' : '')}`,
          );
    case 'neuron':
      return state.expanded
        ? line(
            html`Blue is above zero, orange below. ${term('query', 'Query')}, ${term('key')} and their product
            each have a scale of their own; ${term('softmax')} makes the scores into weights.
            ${partsSentence(attentionOf(state.inspection!, state.attention)) ?? nothing}`,
          )
        : line(html`A line goes from a ${term('query')} to a ${term('key')}; the clearer, the stronger.`);
    case 'heatmap':
      return line(
        html`Rows are ${term('query', 'queries')}, columns ${term('key', 'keys')}; the colour is the
        ${term('attention')}${state.gallery && state.stretched ? ', in each square up to its own maximum' : ''}.`,
      );
    case 'why':
    case 'corpus':
      return nothing;
  }
  function line(text: TemplateResult): TemplateResult {
    return html`<p class="hint legend-line">${text} ${HONEST}</p>`;
  }
}

/** What thumbnails show of a pinned token, else what else is said of them. */
const pinnedOr = ({ focus }: State, text: string) =>
  focus?.pinned ? ' Squares show what the pinned token looks at, or what looks at it.' : text;

const HONEST = html`Attention is where a head reads, not why a word was chosen: <em>Why</em> measures that.`;
