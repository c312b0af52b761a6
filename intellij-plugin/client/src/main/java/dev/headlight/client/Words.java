package dev.headlight.client;

import dev.headlight.text.Span;
import java.util.List;

/**
 * A place of a text and the words for it.
 *
 * @param version of the text that the place is in
 * @param place what a word would replace
 * @param words likeliest first
 */
public record Words(int version, Span place, List<Word> words) {}
