/**
 * What counts as a blank and as a word, as in the server's `dev.headlight.text.Blanks`: so that no server is started for
 * a text without blanks. Both are tested with the cases in `blanks.json`.
 */
const BLANK = /\[MASK\]|<mask>|(?<![\p{L}\p{M}\p{N}_])_{3,}(?![\p{L}\p{M}\p{N}_])/gu;

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;

/** A part of a text, in UTF-16 units. */
type Part = readonly [start: number, end: number];

const partsOf = (pattern: RegExp, text: string): Part[] =>
  [...text.matchAll(pattern)].map(({ index, 0: found }) => [index, index + found.length]);

/** The blanks of a text, in order. */
export const blanks = (text: string) => partsOf(BLANK, text);

/** The words of a text, in order. */
export const words = (text: string) => partsOf(WORD, text);

/** Whether a text is exactly one word. */
export const isWord = (text: string) => {
  const [first] = words(text);
  return first !== undefined && first[0] === 0 && first[1] === text.length;
};

/**
 * Whether lines of a document may have a blank. Of a program, code counts too: only the server tells it from comments and
 * strings. In Markdown, a line of underscores is a rule.
 */
export const mayHaveBlank = (lines: string, language: string) =>
  blanks(language === 'markdown' ? lines.replaceAll(/^[ \t]*_+[ \t]*$/gm, '') : lines).length > 0;
