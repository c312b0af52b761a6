/** The text of an editor's open documents: positions, and the prose within code. Knows no LSP, no model. */
package dev.headlight.documents;
