/** Pure functions on text: spans, blanks, words, sentences, letter case, languages. Knows no tokens, models or documents. */
package dev.headlight.text;
