import { html, nothing, type TemplateResult } from 'lit';
import type { Blank, Inspection } from '../inspection.ts';
import type { Named, Take } from './named.ts';

const percent = (probability: number) => `${(100 * probability).toFixed(1)} %`;

/**
 * The words for each blank, or the predicted next words, with their probabilities; a click inserts one.
 *
 * @param named asks about other words; undefined without a server
 */
export function chips(
  inspection: Inspection,
  take: Take,
  named: Named | undefined,
): TemplateResult | typeof nothing {
  if (inspection.blanks.length === 0) {
    return nothing;
  }
  const asks = inspection.without ? undefined : named; // the server asks the whole model only
  // the bars of all blanks share a scale
  const best = Math.max(...inspection.blanks.flatMap((one) => one.predictions.map((p) => p.probability)));
  return html`<div class="blanks">
      ${inspection.blanks.map((blank, number) => row(inspection, blank, number, best, take, asks))}
    </div>
    ${asks?.together(inspection, take) ?? nothing}`;
}

function row(
  inspection: Inspection,
  blank: Blank,
  number: number,
  best: number,
  take: Take,
  named: Named | undefined,
): TemplateResult {
  const { causal, blanks } = inspection;
  const label = causal ? 'Next' : blanks.length === 1 ? 'Blank' : `Blank ${number + 1}`;
  const group = causal ? 'Predicted next words' : `Words for ${label.toLowerCase()}`;
  const where = causal ? 'after the text' : 'into the blank';
  return html`<div class="blank" role="group" aria-label=${group}>
    <span class="label">${label}</span>
    ${blank.predictions.map(
      (prediction) =>
        html`<button
          type="button"
          class="chip"
          .style=${`--share: ${prediction.probability / best}`}
          ?disabled=${!take}
          title=${take ? `Insert “${prediction.word.trim()}” ${where}` : 'Visualize the text first'}
          @click=${() => take?.(new Map([[number, prediction.word]]))}
        >
          <span class="word" dir="auto">${prediction.word.trim()}</span
          ><span class="probability">${percent(prediction.probability)}</span>
        </button>`,
    )}
    ${named?.row(inspection, number, causal ? 'what follows' : label.toLowerCase(), take) ?? nothing}
  </div>`;
}
