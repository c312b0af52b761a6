/** Pure functions on text: spans, blanks, sentences, letter case. Knows no tokens, no models, no documents. */
package dev.headlight.text;
