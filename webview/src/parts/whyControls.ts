import { html, nothing, type TemplateResult } from 'lit';
import type { Inspection } from '../inspection.ts';
import type { State } from '../state.ts';
import { check, choice, segments, type Choose } from './fields.ts';

/** How words are taken out to see what they do. */
const REMOVALS = ['blank', 'hide'] as const;

const REMOVAL_NAMES = { blank: 'blank out', hide: 'hide' };

/** Controls of the Why view, which has all layers and heads at once. */
export function whyControls(inspection: Inspection, state: State, set: Choose): TemplateResult {
  const onServer = inspection.id !== undefined;
  return html`<div class="controls">
    <div class="options">
      ${
        onServer
          ? segments('Ask about', [
              ['One sentence', !state.set, () => set({ set: false })],
              ['A set of sentences', state.set, () => set({ set: true })],
            ])
          : nothing
      }
      ${
        onServer && !state.set
          ? html`${segments('A click', [
              ['Click shows', !state.taking, () => set({ taking: false })],
              ['Click takes out', state.taking, () => set({ taking: true })],
            ])}
            ${
              inspection.causal
                ? nothing // it has no mask token to blank words out with
                : choice('Words', REMOVALS, REMOVAL_NAMES, state.hiding ? 'hide' : 'blank', (how) =>
                    set({ hiding: how === 'hide' }),
                  )
            }
            ${check('Special tokens', state.sinks, (sinks) => set({ sinks }))}`
          : nothing
      }
      ${onServer ? check('Average heads', state.averaged, (averaged) => set({ averaged })) : nothing}
    </div>
  </div>`;
}
