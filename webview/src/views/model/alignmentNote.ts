import { html, type TemplateResult } from 'lit';
import { nameOf, type Inspection } from '../../inspection.ts';
import type { Difference } from '../../source.ts';

/** How many of a text's tokens another text has, too, and how many words are the same. */
export interface Alignment {
  readonly tokens: number;
  readonly aligned: number;
  /** Aligned tokens that are the same in both, special ones not counted. */
  readonly same: number;
}

export function alignmentOf(here: Inspection, there: Inspection, { aligned }: Difference): Alignment {
  const same = aligned.filter(([own, other]) => {
    const [one, two] = [here.tokens[own]!, there.tokens[other]!];
    return !one.special && !one.unknown && nameOf(one, here) === nameOf(two, there);
  });
  return { tokens: here.tokens.length, aligned: aligned.length, same: same.length };
}

/** Whether a difference says anything: two texts without a common word differ in everything. */
export const isComparable = ({ same }: Alignment) => same > 0;

/** How much of the texts the difference is about. */
export function alignmentNote(alignment: Alignment): TemplateResult {
  const { tokens, aligned } = alignment;
  const counts = `${aligned} of ${tokens} tokens are aligned`;
  return isComparable(alignment)
    ? html`<p class="hint alignment">The difference is about what both texts have: ${counts}.</p>`
    : html`<p class="notice alignment" role="status">
        The two texts have no word in common (${counts}), so their difference says nothing about the heads.
        Compare a text with one that differs in a word or two.
      </p>`;
}
