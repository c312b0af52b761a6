/** The language server, as an editor uses it: started, watched, asked. Knows no editor, and no model. */
package dev.headlight.client;
