/** The text of documents that an editor has open: positions, and where prose stands in code. Knows no LSP, no model. */
package dev.headlight.documents;
