/** Forward passes, written as the papers read. Knows no text, no LSP, no HTTP, no files. */
package dev.headlight.model;
