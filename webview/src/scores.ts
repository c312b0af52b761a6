import { lengthOf, type Attention } from './inspection.ts';

/** What a score is made of, beside q · k / √d. */
export interface ScoreParts {
  /** c · tanh(product / c), if the model caps scores; else the product itself. */
  readonly capped: number;
  /** What is added by how far the key is from the query; 0 if nothing is. */
  readonly bias: number;
}

/** Whether a score is more than q · k / √d. */
export const hasParts = ({ cap, bias }: Attention) => cap !== undefined || bias !== undefined;

/**
 * The parts of a score, whose sum goes into the softmax.
 *
 * @param product q · k / √d
 * @param distance key − query, in tokens
 */
export function scoreParts(
  attention: Attention,
  head: number,
  product: number,
  distance: number,
): ScoreParts {
  const { cap, bias, keys } = attention;
  return {
    capped: cap === undefined ? product : cap * Math.tanh(product / cap),
    bias: bias?.[head]?.[distance + lengthOf(keys) - 1] ?? 0,
  };
}

/** What is done to scores, as a sentence; none if nothing is. */
export function partsSentence({ cap, bias }: Attention): string | undefined {
  const what = [
    ...(cap === undefined ? [] : [`capped: ${cap} · tanh(q · k / √d / ${cap})`]),
    ...(bias === undefined ? [] : ['with a number added for how far the key is from the query']),
  ];
  return what.length === 0 ? undefined : `This model's scores are q · k / √d, ${what.join(', ')}.`;
}
