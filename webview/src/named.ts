import type { Inspection } from './inspection.ts';

/** A word that somebody names, and how probable it is in a blank. */
export interface NamedWord {
  readonly word: string;
  readonly tokens: readonly string[];
  readonly probability: number;
}

/** A text whose blanks were filled one after another. */
export interface Together {
  readonly probability: number;
  /** In the order in which they were filled in; each probability is given those before. */
  readonly words: readonly { readonly blank: number; readonly word: string; readonly probability: number }[];
}

/** Words by the numbers of their blanks. */
export type Words = ReadonlyMap<number, string>;

/** A text of an inspection with words in its blanks. */
export function filled(text: string, segment: number, { blanks }: Inspection, words: Words): string {
  return blanks
    .map((blank, number) => ({ ...blank, word: words.get(number) }))
    .filter((blank) => blank.segment === segment && blank.word !== undefined)
    .sort((a, b) => b.start - a.start)
    .reduce((now, { start, end, word }) => now.slice(0, start) + word + now.slice(end), text);
}
