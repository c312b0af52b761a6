/**
 * The language server: each handler decodes, asks the session, encodes. The only importer of org.eclipse.lsp4j. Knows
 * no HTTP and no models; it gets the address of an inspection's page from outside.
 */
package dev.headlight.lsp;
