package dev.headlight.client;

import dev.headlight.text.Span;

/**
 * A change that the server asks for.
 *
 * @param uri which document
 * @param version the version of it that the change is for
 * @param span what is replaced
 * @param text by what
 */
public record Edit(String uri, int version, Span span, String text) {}
