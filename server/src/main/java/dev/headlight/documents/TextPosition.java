package dev.headlight.documents;

/**
 * A position in a document.
 *
 * @param line from 0
 * @param character from 0, in UTF-16 units
 */
public record TextPosition(int line, int character) {}
