/** The text of an editor's open documents: positions and snapshots. Knows no LSP, no model. */
package dev.headlight.documents;
