/**
 * The loopback web server: the pages, and the inspections as JSON and arrays. The only importer of io.javalin. Knows no
 * LSP and no models, only the session.
 */
package dev.headlight.web;
