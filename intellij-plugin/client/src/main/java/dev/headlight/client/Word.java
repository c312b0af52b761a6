package dev.headlight.client;

/**
 * A word for a blank.
 *
 * @param text as it would stand in the text
 * @param probability as a person reads it, such as {@code 12.3 %}
 */
public record Word(String text, String probability) {}
