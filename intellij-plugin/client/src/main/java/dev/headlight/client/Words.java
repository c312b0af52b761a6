package dev.headlight.client;

import dev.headlight.text.Span;
import java.util.List;

/**
 * A place in a document and the words for it.
 *
 * @param version of the document that the place refers to
 * @param place what a word would replace
 * @param words most probable first
 */
public record Words(int version, Span place, List<Word> words) {}
