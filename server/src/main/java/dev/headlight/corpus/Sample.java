package dev.headlight.corpus;

/**
 * A text that was measured.
 *
 * @param id unique in its corpus: its document's name, the line and the column where it begins, from 1, with colons
 *     between them
 * @param text as the model read it
 */
public record Sample(String id, String text) {}
