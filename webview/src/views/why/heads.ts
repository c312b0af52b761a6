import { html, nothing, type TemplateResult } from 'lit';
import { headColor } from '../../colors.ts';
import { isolated } from '../../direction.ts';
import type { Inspection } from '../../inspection.ts';
import { chance, effectText, type HeadEffect } from '../../why.ts';
import { headName, type Part } from '../../without.ts';

export interface HeadRowActions {
  readonly open: (head: HeadEffect) => void;
  readonly point: (part: Part | undefined) => void;
  /** Takes it out or puts it back; undefined where nothing can be taken out. */
  readonly take?: (part: Part) => void;
  readonly isOut: (part: Part) => boolean;
  readonly averaged: boolean;
}

const partOfHead = ({ attention = 'self', layer, head }: HeadEffect, averaged = false): Part => ({
  what: averaged ? 'averaged' : 'heads',
  kind: attention,
  layer,
  head,
});

/** What a head looks at from the place, those with a share worth naming. */
export const looks = ({ looksAt }: HeadEffect) =>
  looksAt
    .filter(([, weight], i) => i === 0 || weight >= 0.1)
    .map(([word, weight]) => `“${isolated(word.trim())}” ${chance(weight)}`);

/** The same, each in one piece. */
function looksAt(head: HeadEffect): TemplateResult {
  const all = looks(head);
  return all.length === 0
    ? html`not from here`
    : html`${all.map((one, i) => html`<span class="nowrap">${one}${i < all.length - 1 ? ',' : ''}</span> `)}`;
}

/** The strongest heads, with what they look at. */
export function strongestHeads(
  inspection: Inspection,
  heads: readonly HeadEffect[],
  pattern: (head: HeadEffect) => string | undefined,
  scale: number,
  dark: boolean,
  actions: HeadRowActions,
): TemplateResult {
  return html`<ol class="strongest">
    ${heads.map((head) => {
      const { attention = 'self', layer } = head;
      const name = headName(inspection, attention, layer, head.head);
      const part = partOfHead(head, actions.averaged);
      const out = actions.isOut(part);
      const shows = pattern(head);
      const share = Math.min(1, Math.abs(head.effect) / scale);
      return html`<li
        class=${out ? 'out' : ''}
        @pointerenter=${() => actions.point(partOfHead(head))}
        @pointerleave=${() => actions.point(undefined)}
      >
        <button
          type="button"
          class="head-name"
          title="Show the lines of head ${name}"
          aria-label="Show the lines of head ${name}"
          .style=${`--head-color: ${headColor(head.head, inspection.heads, dark)}`}
          @click=${() => actions.open(head)}
        >
          ${name}
        </button>
        <span class="amount"
          ><span class="number">${effectText(head.effect)}</span
          ><span class="meter ${head.effect < 0 ? 'against' : ''}" .style=${`--share: ${share}`}></span
        ></span>
        <span class="looks"
          >${looksAt(head)}${shows ? html` <span class="kind">${shows}</span>` : nothing}</span
        >
        ${
          actions.take
            ? html`<button
                type="button"
                class="take"
                aria-label="${out ? 'Put back' : 'Take out'} head ${name}"
                @click=${() => actions.take!(part)}
              >
                ${out ? 'Put back' : 'Take out'}
              </button>`
            : nothing
        }
      </li>`;
    })}
  </ol>`;
}
