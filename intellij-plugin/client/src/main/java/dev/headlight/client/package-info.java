/** A client of the language server: starts it, restarts it and sends it requests. Independent of any editor or model. */
package dev.headlight.client;
