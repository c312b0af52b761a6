import { html, nothing, type TemplateResult } from 'lit';
import { hex } from '../../colors.ts';
import type { Inspection } from '../../inspection.ts';
import { unitsOf } from '../../shown.ts';
import { wordText } from '../../without.ts';
import { chance, effectText, scaleOf, tintOf, type Answer, type WordEffect } from '../../why.ts';

/** A stretch of the text: a word, the place that is asked about, or what is between. */
export type Piece =
  | {
      readonly kind: 'word';
      readonly tokens: readonly number[];
      readonly text: string;
      readonly effect?: WordEffect;
    }
  | { readonly kind: 'place'; readonly text: string }
  | { readonly kind: 'break' };

/** The text in pieces: its words with what they do, and the place. */
export function piecesOf(
  inspection: Inspection,
  place: number,
  answer: Answer | undefined,
  sinks: boolean,
): Piece[] {
  const effects = new Map(answer?.words.map((effect) => [effect.tokens[0]!, effect]));
  const blank = inspection.blanks[place];
  const pieces: Piece[] = [];
  let before = 0;
  for (const { tokens, segment } of unitsOf(inspection, true)) {
    const [first, last] = [inspection.tokens[tokens[0]!]!, inspection.tokens[tokens.at(-1)!]!];
    if (segment !== before) {
      before = segment;
      pieces.push({ kind: 'break' });
    }
    const here =
      !inspection.causal &&
      blank?.segment === segment &&
      first.start !== undefined &&
      first.start < blank.end &&
      blank.start < last.end!;
    if (here) {
      pieces.push({ kind: 'place', text: answer?.word.word.trim() ?? '____' });
    } else if (sinks || first.start !== undefined) {
      const effect = effects.get(tokens[0]!);
      pieces.push({ kind: 'word', tokens, text: wordText(inspection, tokens), ...(effect && { effect }) });
    }
  }
  if (inspection.causal) {
    pieces.push({ kind: 'place', text: answer?.word.word.trim() ?? '…' });
  }
  return pieces;
}

export interface WordActions {
  readonly point: (tokens: readonly number[] | undefined) => void;
  readonly pin: (tokens: readonly number[]) => void;
  readonly isOut: (tokens: readonly number[]) => boolean;
}

const namesOf = (words: readonly string[]) => words.map((word) => word.trim()).join(', ');

/** The text, each word tinted by what it does. */
export function words(
  pieces: readonly Piece[],
  direction: 'ltr' | 'rtl',
  answer: Answer | undefined,
  dark: boolean,
  pinned: number | undefined,
  actions: WordActions,
): TemplateResult {
  const scale = scaleOf(answer?.words.map(({ effect }) => effect) ?? [], 1);
  return html`<div
    class="why-words"
    dir=${direction}
    role="group"
    aria-label="The words of the text"
    @pointerleave=${() => actions.point(undefined)}
  >
    ${pieces.map((piece) => {
      if (piece.kind === 'break') {
        return html`<span class="new-line"></span>`;
      }
      if (piece.kind === 'place') {
        return html`<span class="unit place"
          ><span class="text">${piece.text}</span><span class="effect"></span
        ></span>`;
      }
      const { tokens, text, effect } = piece;
      const out = actions.isOut(tokens);
      const tint = effect && !out ? tintOf(effect.effect, scale, dark) : undefined;
      const pressed = pinned === tokens[0];
      return html`<button
        type="button"
        class="unit ${out ? 'out' : ''} ${pressed ? 'pinned' : ''}"
        aria-pressed=${pressed}
        .style=${tint ? `--tint: ${hex(tint.rgb)}; --ink: ${tint.ink}` : ''}
        @pointerenter=${() => actions.point(tokens)}
        @focus=${() => actions.point(tokens)}
        @click=${() => actions.pin(tokens)}
      >
        <span class="text">${text}</span
        ><span class="effect" dir="ltr">${out ? 'out' : effect ? effectText(effect.effect, 1) : ''}</span
        >${effect && !out ? html`<span class="hidden"> nats; without it: ${namesOf(effect.without)}</span>` : nothing}
      </button>`;
    })}
  </div>`;
}

/** What a word does, in a sentence. */
export function wordReadout(effect: WordEffect, { word, rather }: Answer): TemplateResult {
  const before = (which: string, from: number, to: number) =>
    html`<span class="nowrap">“${which.trim()}” ${chance(from)} → ${chance(to)}</span>`;
  return html`<span>Without “${effect.word.trim()}”: <b>${namesOf(effect.without)}</b></span>
    <span class="hint"
      >${before(word.word, word.probability, effect.p)}${
        rather && effect.rather !== undefined
          ? html`, ${before(rather.word, rather.probability, effect.rather)}`
          : nothing
      }</span
    >`;
}
