package dev.headlight.inspect;

import dev.headlight.text.Span;
import java.util.List;

/**
 * A place where a word is missing, and what the model would put there.
 *
 * @param segment 0 for the text, 1 for the second of a pair
 * @param span what is replaced by a word, in that text
 * @param predictions likeliest first
 * @param token the token whose scores tell the words, counted among those of the inspection; -1 where it is not shown
 */
public record Blank(int segment, Span span, List<Prediction> predictions, int token) {
    public Blank {
        predictions = List.copyOf(predictions);
    }

    /** One that is in no inspection. */
    public Blank(int segment, Span span, List<Prediction> predictions) {
        this(segment, span, predictions, -1);
    }

    Blank at(int shown) {
        return new Blank(segment, span, predictions, shown);
    }
}
