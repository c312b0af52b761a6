/** A text whose first letter is of a script that is written from right to left. */
const FROM_RIGHT =
  /^\P{L}*[\p{sc=Hebrew}\p{sc=Arabic}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}\p{sc=Samaritan}\p{sc=Mandaic}\p{sc=Adlam}\p{sc=Hanifi_Rohingya}]/u;

/** A text from right to left apart from the sentence around it, whose numbers it would otherwise move. */
export const isolated = (text: string) => (directionOf(text) === 'rtl' ? `\u2068${text}\u2069` : text);

/** The direction that a text is read in, by its first letter, as browsers choose it for `dir="auto"`. */
export const directionOf = (text: string): 'ltr' | 'rtl' => (FROM_RIGHT.test(text) ? 'rtl' : 'ltr');
