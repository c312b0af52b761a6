/**
 * The model and the inspections now open: lsp opens them, web shows them. The one place with shared mutable state.
 * Knows no LSP and no HTTP.
 */
package dev.headlight.session;
