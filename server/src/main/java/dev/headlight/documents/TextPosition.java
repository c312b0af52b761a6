package dev.headlight.documents;

/**
 * A position in a document.
 *
 * @param line from 0
 * @param character from 0, in the document's {@link PositionEncoding}
 */
public record TextPosition(int line, int character) {}
