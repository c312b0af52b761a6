package dev.headlight.client;

/**
 * A word for a blank.
 *
 * @param text as it would be written in the document
 * @param probability formatted, such as {@code 12.3 %}
 */
public record Word(String text, String probability) {}
