import type { Rgb } from './colors.ts';
import type { AttentionKind, Inspection } from './inspection.ts';
import { grouped } from './numbers.ts';
import { signedRamp, takesDarkText } from './ramps.ts';

/** A word that can be asked about. */
export interface Candidate {
  readonly word: string;
  readonly id: number;
  readonly probability: number;
}

/** What is asked; without words, the server asks about the likeliest two. */
export interface Asked {
  readonly place: number;
  readonly word: number | undefined;
  readonly rather: number | 'none' | undefined;
  /** Whether special tokens count as words. */
  readonly sinks: boolean;
  /** Whether words are hidden from the others instead of blanked out. */
  readonly hiding: boolean;
  /** Whether heads are averaged instead of removed. */
  readonly averaged: boolean;
}

/** What taking something out does: the quantity as it is less the quantity without, in nats. */
interface Effect {
  readonly effect: number;
  /** p(w) without it. */
  readonly p: number;
  /** p(v) without it. */
  readonly rather?: number;
}

export interface WordEffect extends Effect {
  readonly word: string;
  readonly segment: number;
  readonly tokens: readonly number[];
  /** The three words that stand there without it. */
  readonly without: readonly string[];
}

export interface HeadEffect extends Effect {
  readonly attention?: AttentionKind;
  readonly layer: number;
  readonly head: number;
  /** Words that it looks at from the place, with their shares of its attention. */
  readonly looksAt: readonly (readonly [word: string, weight: number])[];
}

export interface LayerEffect {
  readonly attention?: AttentionKind;
  readonly layer: number;
  readonly attentionEffect: number;
  /** Cross-attention has none of its own. */
  readonly feedForwardEffect?: number;
}

/** What the model would answer after some layers. */
export interface LensRow {
  readonly layer: number;
  readonly top: readonly string[];
  readonly chances: readonly number[];
  readonly p: number;
  readonly rather?: number;
}

/** An answer, as far as it is there. */
export interface Answer {
  readonly question: string;
  /** log p(w) − log p(v), or log p(w), in nats. */
  readonly quantity: number;
  readonly word: Candidate;
  readonly rather?: Candidate;
  readonly words: readonly WordEffect[];
  readonly heads: readonly HeadEffect[];
  readonly layers: readonly LayerEffect[];
  readonly lens: readonly LensRow[];
  /** The answer as a sentence, once all is measured. */
  readonly answer?: string;
}

/** A line of the server's answer: a part of it. */
export type AnswerPart = Partial<Answer> & { readonly done?: boolean; readonly error?: string };

const NOTHING = { words: [], heads: [], layers: [], lens: [] };

/** An answer with another part of it: lists grow, and others stay the same objects. */
export function joined(before: Answer | undefined, { done: _, error: __, ...part }: AnswerPart): Answer {
  const known = { ...NOTHING, ...before } as Answer;
  return {
    ...known,
    ...part,
    words: part.words ? [...known.words, ...part.words] : known.words,
    heads: part.heads ? [...known.heads, ...part.heads] : known.heads,
    layers: part.layers ? [...known.layers, ...part.layers] : known.layers,
    lens: part.lens ?? known.lens,
  };
}

/** The strongest of some effects, by their size. */
export const strongest = <T extends { readonly effect: number }>(all: readonly T[], most: number): T[] =>
  [...all].sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect)).slice(0, most);

/** What each token does: its word's effect, or 0. */
export function effectsOf(words: readonly WordEffect[], tokens: number): number[] {
  const effects = new Array<number>(tokens).fill(0);
  for (const { tokens: of, effect } of words) {
    of.forEach((token) => {
      effects[token] = effect;
    });
  }
  return effects;
}

/** An effect in nats, with its sign. */
export const effectText = (effect: number, digits = 2) => {
  const text = Math.abs(effect).toFixed(digits);
  return Number(text) === 0 ? text : `${effect < 0 ? '−' : '+'}${text}`;
};

/** A probability, with as many digits as say something. */
export function chance(p: number): string {
  const percent = 100 * p;
  return percent >= 10
    ? `${percent.toFixed(0)} %`
    : percent >= 0.1
      ? `${percent.toFixed(1)} %`
      : percent >= 0.001
        ? `${percent.toFixed(3)} %`
        : '< 0.001 %';
}

/** How many times as likely one word is as another. */
export function times(quantity: number): string {
  const ratio = Math.exp(Math.abs(quantity));
  return ratio >= 10_000
    ? 'more than 10,000 times'
    : ratio >= 10
      ? `${grouped(Math.round(ratio))} times`
      : `${ratio.toFixed(1)} times`;
}

/** The largest effect that colours run to; small effects stay pale. */
export const scaleOf = (effects: readonly number[], least: number) =>
  effects.reduce((most, effect) => Math.max(most, Math.abs(effect)), least);

/** A colour for an effect: orange speaks for w, blue for v. And the ink that is read on it. */
export function tintOf(
  effect: number,
  scale: number,
  dark: boolean,
): { readonly rgb: Rgb; readonly ink: string } {
  const size = Math.min(1, Math.abs(effect) / scale) ** 0.7;
  const rgb = signedRamp(dark)(0.5 - Math.sign(effect) * size * 0.42);
  return { rgb, ink: takesDarkText(rgb) ? '#000' : '#fff' };
}

/** Where the place of a blank is among the tokens: the token whose output predicts it. */
export function tokenOf(inspection: Inspection, place: number): number | undefined {
  return inspection.blanks[place]?.token;
}

/** What layers look like side by side: which heads of a kind of attention are known. */
export function gridOf(heads: readonly HeadEffect[], kind: AttentionKind): ReadonlyMap<string, HeadEffect> {
  return new Map(
    heads
      .filter((head) => (head.attention ?? 'self') === kind)
      .map((head) => [`${head.layer}.${head.head}`, head]),
  );
}
