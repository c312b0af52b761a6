/**
 * What Headlight adds to LSP: requests, notifications, and the messages they carry. The server and its client in Java
 * share it; docs/lsp-extensions.md describes it for everybody else. Knows no models, no HTTP and no editors.
 */
package dev.headlight.protocol;
