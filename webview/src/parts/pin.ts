import { html, nothing, type TemplateResult } from 'lit';
import { unitWith, type Shown, type Unit } from '../shown.ts';
import { pinnedPair, type Change, type State } from '../state.ts';

/** What is pinned, in every view, and the way from a pair to the heads that look so. */
export function pin(
  state: State,
  { queries, keys }: Shown,
  set: (change: Change) => void,
): TemplateResult | typeof nothing {
  const { focus, view, order, inspection } = state;
  if (!focus?.pinned) {
    return nothing;
  }
  const name = (units: readonly Unit[], token: number) =>
    units[unitWith(units, token)]?.quoted ?? `“${inspection!.tokens[token]!.text}”`;
  const pair = pinnedPair(focus);
  const what = pair
    ? `${name(queries, pair.query)} → ${name(keys, pair.key)}`
    : focus.side === 'query'
      ? name(queries, focus.token)
      : `what looks at ${name(keys, focus.token)}`;
  const sorted = view === 'model' && order === 'pair';
  return html`<span class="pin-chips on-${view}">
    <button
      type="button"
      class="out-chip"
      aria-label="Pinned: ${what}: release it"
      title="Release the pin (Escape)"
      @click=${() => set({ focus: undefined })}
    >
      Pinned: ${what} <span aria-hidden="true">×</span>
    </button>
    ${
      pair && !sorted
        ? html`<button type="button" class="take" @click=${() => set({ view: 'model', order: 'pair' })}>
            Which heads do this?
          </button>`
        : nothing
    }
  </span>`;
}
