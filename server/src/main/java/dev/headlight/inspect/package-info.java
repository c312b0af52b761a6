/**
 * Text in, plain values out: predictions, attention, head patterns. DJL's arrays stop here. Knows no LSP, no HTTP, no
 * editor.
 */
package dev.headlight.inspect;
