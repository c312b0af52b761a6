import { html, nothing, type TemplateResult } from 'lit';
import type { Blank, Inspection } from '../inspection.ts';

const percent = (probability: number) => `${(100 * probability).toFixed(1)} %`;

/** The words for each blank, or the predicted next words, with their probabilities; a click inserts one. */
export function chips(
  inspection: Inspection,
  take: ((blank: number, word: number) => void) | undefined,
): TemplateResult | typeof nothing {
  if (inspection.blanks.length === 0) {
    return nothing;
  }
  return html`<div class="blanks">
    ${inspection.blanks.map((blank, number) => row(inspection, blank, number, take))}
  </div>`;
}

function row(
  inspection: Inspection,
  blank: Blank,
  number: number,
  take: ((blank: number, word: number) => void) | undefined,
): TemplateResult {
  const best = Math.max(...blank.predictions.map(({ probability }) => probability));
  const { causal, blanks } = inspection;
  const label = causal ? 'Next' : blanks.length === 1 ? 'Blank' : `Blank ${number + 1}`;
  const group = causal ? 'Predicted next words' : `Words for ${label.toLowerCase()}`;
  const where = causal ? 'after the text' : 'into the blank';
  return html`<div class="blank" role="group" aria-label=${group}>
    <span class="label">${label}</span>
    ${blank.predictions.map(
      (prediction, word) =>
        html`<button
          type="button"
          class="chip"
          .style=${`--share: ${prediction.probability / best}`}
          ?disabled=${!take}
          title=${take ? `Insert “${prediction.word.trim()}” ${where}` : 'Visualize the text first'}
          @click=${() => take?.(number, word)}
        >
          <span class="word">${prediction.word.trim()}</span
          ><span class="probability">${percent(prediction.probability)}</span>
        </button>`,
    )}
  </div>`;
}
