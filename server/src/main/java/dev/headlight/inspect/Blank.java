package dev.headlight.inspect;

import dev.headlight.text.Span;
import java.util.List;

/**
 * A place where a word is missing, and what the model would put there.
 *
 * @param segment 0 for the text, 1 for the second of a pair
 * @param span what is replaced by a word, in that text
 * @param predictions likeliest first
 */
public record Blank(int segment, Span span, List<Prediction> predictions) {
    public Blank {
        predictions = List.copyOf(predictions);
    }
}
