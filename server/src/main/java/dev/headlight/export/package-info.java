/** Writes inspections to files: safetensors, JSON, a page, pictures. Knows no LSP, no HTTP, no command line. */
package dev.headlight.export;
