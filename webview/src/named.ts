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
