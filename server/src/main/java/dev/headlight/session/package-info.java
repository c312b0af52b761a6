/**
 * The model and the open inspections: lsp opens them, web shows them. The one place with shared mutable state.
 * Knows no LSP and no HTTP.
 */
package dev.headlight.session;
