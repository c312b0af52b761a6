/**
 * What counts as a blank and as a word, as in the server's `dev.headlight.text`: so that no server is started for a text
 * without blanks. Both are tested with the cases in `blanks.json`. Rules that need a whole document are the server's alone:
 * what is found here may turn out to be none.
 */
const BLANK = /\[MASK\]|<mask>|(?:(?<![\p{L}\p{M}\p{N}_])|(?<=\\[nrt]))_{3,}(?![\p{L}\p{M}\p{N}_])/gu;

/** A label of one to three words before a field of a form, and what follows a field. */
const LABEL = /(?:^|_{3}|[|,;•*☐-]|\s{2})[ \t]*(?:\p{L}[\p{L}\p{N}'’./()-]* ?){1,3}:[ \t]*$/u;
const FIELD_END = /^(?:[ \t|.]*$|\s{2}|\t|[ ,;|]*\p{L}[\p{L}\p{N} '’./-]{0,40}:[ \t]*_{3})/u;
/** A line of nothing but underscores and marks of a comment. */
const RULE = /^[\s#/*\-;%!_<>|]*$/;

const PROSE: readonly string[] = ['markdown', 'plaintext', 'latex', 'restructuredtext', 'asciidoc'];

/** Longer lines were not typed; looking for labels in them could take long. */
const LONGEST_LINE = 2_000;

const WORD = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;

/** A part of a text, in UTF-16 units. */
type Part = readonly [start: number, end: number];

const partsOf = (pattern: RegExp, text: string): Part[] =>
  [...text.matchAll(pattern)].map(({ index, 0: found }) => [index, index + found.length]);

/** The blanks of a text, in order. */
export const blanks = (text: string) => partsOf(BLANK, text);

/** The words of a text, in order. */
export const words = (text: string) => partsOf(WORD, text);

/**
 * Whether lines of a document may have a blank: no rules, and no fields of a form. Of a program, code counts too, because
 * only the server tells it from comments and strings.
 */
export const mayHaveBlank = (lines: string, language: string) =>
  blanks(lines).length > 0 &&
  lines.split(/\r\n|\r|\n/).some((line) =>
    blanks(line).some(([start, end]) => {
      if (line[start] !== '_' || line.length > LONGEST_LINE) {
        return true;
      }
      const [before, after] = [line.slice(0, start), line.slice(end)];
      const isField = PROSE.includes(language) && LABEL.test(before) && FIELD_END.test(after);
      return !RULE.test(before + after) && !isField;
    }),
  );
