import { html, nothing, type TemplateResult } from 'lit';
import { hex } from '../../colors.ts';
import {
  ATTENTION_NAMES,
  hasSeveral,
  headsOf,
  layersIn,
  type AttentionKind,
  type Inspection,
} from '../../inspection.ts';
import { effectText, scaleOf, tintOf } from '../../why.ts';
import { headName, type Part } from '../../without.ts';

/** What a cell of the grid shows. */
export interface Cell {
  readonly effect: number;
  /** Said after the number. */
  readonly title?: string;
}

export interface GridContent {
  readonly head: (kind: AttentionKind, layer: number, head: number) => Cell | undefined;
  /** The two parts of a layer; undefined if the grid has none. */
  readonly layer?: (
    kind: AttentionKind,
    layer: number,
    part: 'attention' | 'feedForward',
  ) => Cell | undefined;
  /** Where colours end. */
  readonly scale: number;
}

export interface GridActions {
  readonly point: (part: Part | undefined) => void;
  readonly act: (part: Part) => void;
  readonly isOut: (part: Part) => boolean;
  /** What a click does, said to screen readers. */
  readonly verb: string;
}

/** All heads, a row a layer, tinted by what they do; a grid for each kind of attention. */
export function grids(
  inspection: Inspection,
  content: GridContent,
  dark: boolean,
  pinned: Part | undefined,
  actions: GridActions,
): TemplateResult {
  return html`<div class="grids-of-heads" @pointerleave=${() => actions.point(undefined)}>
    ${inspection.attentions.map(({ kind }) => grid(inspection, kind, content, dark, pinned, actions))}
  </div>`;
}

function grid(
  inspection: Inspection,
  kind: AttentionKind,
  content: GridContent,
  dark: boolean,
  pinned: Part | undefined,
  actions: GridActions,
): TemplateResult {
  const heads = headsOf(inspection);
  const parts = content.layer
    ? kind === 'cross'
      ? (['attention'] as const)
      : (['attention', 'feedForward'] as const)
    : [];
  const columns = `max-content repeat(${heads.length}, minmax(26px, 34px))${
    parts.length > 0 ? ` 6px repeat(${parts.length}, minmax(30px, 34px))` : ''
  }`;
  const gap = parts.length > 0 ? html`<span></span>` : nothing;
  return html`<figure class="head-grid">
    ${hasSeveral(inspection) ? html`<figcaption>${ATTENTION_NAMES[kind]}</figcaption>` : nothing}
    <div class="scroller">
      <div
        class="cells-of-heads"
        role="group"
        aria-label="Heads${hasSeveral(inspection) ? ` of ${ATTENTION_NAMES[kind]}` : ''}, a row a layer"
        .style=${`grid-template-columns: ${columns}`}
      >
        <span class="grid-corner">layer · head</span>
        ${heads.map((head) => html`<span class="grid-column">${head + 1}</span>`)} ${gap}
        ${parts.map((part) => html`<span class="grid-column">${part === 'attention' ? 'all' : 'MLP'}</span>`)}
        ${layersIn(inspection, kind).map(
          (layer) =>
            html`<span class="grid-row">${layer + 1}</span> ${heads.map((head) =>
                cell(
                  { what: 'heads', kind, layer, head },
                  `Head ${headName(inspection, kind, layer, head)}`,
                  content.head(kind, layer, head),
                  content.scale,
                  dark,
                  pinned,
                  actions,
                ),
              )}
              ${gap}
              ${parts.map((what) =>
                cell(
                  { what, kind, layer },
                  what === 'attention'
                    ? `All attention of layer ${layer + 1}`
                    : `Feed-forward part of layer ${layer + 1}`,
                  content.layer!(kind, layer, what),
                  content.scale,
                  dark,
                  pinned,
                  actions,
                ),
              )}`,
        )}
      </div>
    </div>
  </figure>`;
}

const samePart = (one: Part | undefined, other: Part) => JSON.stringify(one) === JSON.stringify(other);

function cell(
  part: Part,
  name: string,
  content: Cell | undefined,
  scale: number,
  dark: boolean,
  pinned: Part | undefined,
  actions: GridActions,
): TemplateResult {
  const out = actions.isOut(part);
  const tint = content && !out ? tintOf(content.effect, scale, dark) : undefined;
  const shown = content && Math.abs(content.effect) >= Math.max(0.1, scale / 25);
  const said = out
    ? 'taken out'
    : content
      ? `${effectText(content.effect, 1)} nats${content.title ?? ''}`
      : 'not measured yet';
  return html`<button
    type="button"
    class="effect-cell ${out ? 'out' : ''} ${content ? '' : 'unknown'} ${samePart(pinned, part) ? 'pinned' : ''}"
    tabindex="-1"
    aria-label="${name}: ${said}. ${out ? 'Puts it back' : actions.verb}"
    .style=${tint ? `--tint: ${hex(tint.rgb)}; --ink: ${tint.ink}` : ''}
    @pointerenter=${() => actions.point(part)}
    @focus=${() => actions.point(part)}
    @click=${() => actions.act(part)}
  >
    ${out ? '×' : shown ? effectText(content.effect, 1) : ''}
  </button>`;
}

/** Where the colours of a grid end. */
export const gridScale = (effects: readonly number[]) => scaleOf(effects, 0.5);
