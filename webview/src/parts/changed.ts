import { html, nothing, type TemplateResult } from 'lit';
import type { Inspection } from '../inspection.ts';
import { pinnedPair, type State } from '../state.ts';
import { chance } from '../why.ts';
import { isOut, partName, partsOf, type Part } from '../without.ts';

export interface ChangedActions {
  /** Takes a part out, or puts it back; undefined puts all back. */
  readonly toggle: (part: Part | undefined) => void;
  readonly undo: () => void;
  readonly compare: () => void;
}

/** What is taken out, in all views; the words that stand there now, and those before. */
export function changed(
  inspection: Inspection,
  state: State,
  actions: ChangedActions | undefined,
): TemplateResult | typeof nothing {
  const parts = partsOf(inspection);
  if (parts.length === 0) {
    return nothing;
  }
  return html`<section class="changed" aria-label="What is taken out">
    <span class="label">Without</span>
    ${parts.map((part) => {
      const name = partName(part, inspection);
      return actions
        ? html`<button
            type="button"
            class="out-chip"
            aria-label="Put back: ${name}"
            title="Put it back"
            @click=${() => actions.toggle(part)}
          >
            ${name} <span aria-hidden="true">×</span>
          </button>`
        : html`<span class="out-chip">${name}</span>`;
    })}
    <span class="hint"
      >All views show what the model does without ${parts.length === 1 ? 'it' : 'them'}.</span
    >
    ${
      actions
        ? html`<span class="changed-actions">
            <button type="button" class="quiet" title="Ctrl+Z" @click=${actions.undo}>Undo</button>
            ${parts.length > 1 ? html`<button type="button" class="quiet" @click=${() => actions.toggle(undefined)}>Put all back</button>` : nothing}
            <button type="button" class="quiet" @click=${actions.compare}>Compare with the whole</button>
          </span>`
        : nothing
    }
    ${state.whole ? wordsBefore(inspection, state.whole) : nothing}
  </section>`;
}

/** What a view of one head can take out: the head, or what a token looks at in it, if that is pinned. */
export function takeable(
  inspection: Inspection,
  state: State,
  take: (part: Part) => void,
): TemplateResult | typeof nothing {
  const { view, layer, attention: kind, focus } = state;
  const one =
    view === 'head' ? state.heads.size === 1 : view === 'neuron' || (view === 'heatmap' && !state.gallery);
  if (!one || inspection.blanks.length === 0) {
    return nothing;
  }
  const head = view === 'head' ? [...state.heads][0]! : state.head;
  const parts: Part[] = [{ what: 'heads', kind, layer, head }];
  const pair = view === 'heatmap' ? pinnedPair(focus) : undefined;
  if (pair) {
    parts.push({ what: 'edges', kind, layer, head, from: pair.query, to: pair.key });
  }
  return html`<div class="takeable">
    ${parts.map(
      (part) =>
        html`<button type="button" class="take" @click=${() => take(part)}>
          ${isOut(inspection.without, part, inspection) ? 'Put back' : part.what === 'edges' ? 'Cut' : 'Take out'}
          ${partName(part, inspection)}
        </button>`,
    )}
  </div>`;
}

function wordsBefore(now: Inspection, before: Inspection): TemplateResult {
  const list = (of: Inspection, place: number) =>
    (of.blanks[place]?.predictions ?? []).map(
      ({ word, probability }, i) =>
        html`${i > 0 ? ', ' : ''}<b>${word.trim()}</b> <span class="hint">${chance(probability)}</span>`,
    );
  return html`<ul class="before-now">
    ${now.blanks.map(
      (_, place) =>
        html`<li>
          <span class="hint">${now.blanks.length > 1 ? `Blank ${place + 1}, before` : 'Before'}</span>
          <span class="nowrap">${list(before, place)}</span> <span class="hint">now</span>
          <span class="nowrap">${list(now, place)}</span>
        </li>`,
    )}
  </ul>`;
}
