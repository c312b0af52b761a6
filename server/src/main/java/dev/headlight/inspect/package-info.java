/**
 * Text in, plain values out: predictions, attention, head patterns. No DJL array leaves this package. Knows no LSP, no
 * HTTP, no editor.
 */
package dev.headlight.inspect;
