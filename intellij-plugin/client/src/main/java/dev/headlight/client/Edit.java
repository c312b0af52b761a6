package dev.headlight.client;

import dev.headlight.text.Span;

/**
 * A change that the server asks for.
 *
 * @param uri the document
 * @param version of the document that the change is for
 * @param span what to replace
 * @param text the replacement
 */
public record Edit(String uri, int version, Span span, String text) {}
