package dev.headlight.inspect;

import dev.headlight.text.Span;
import java.util.List;

/**
 * What a word of the text does.
 *
 * @param text the word, as it stands there
 * @param segment 0 for the text, 1 for the second of a pair
 * @param span where it stands in that text; empty for a token that the tokenizer added
 * @param tokens its tokens, counted among those of the inspection
 * @param effect of taking it out
 * @param without the words that stand in the place without it, likeliest first
 */
public record WordEffect(
        String text, int segment, Span span, List<Integer> tokens, Effect effect, List<Prediction> without) {
    public WordEffect {
        tokens = List.copyOf(tokens);
        without = List.copyOf(without);
    }
}
