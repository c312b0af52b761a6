package dev.headlight.inspect;

import java.util.List;

/**
 * What the model would answer after some of its layers (logit lens, nostalgebraist 2020).
 *
 * @param layers how many layers ran; 0 for the embeddings alone
 * @param top the words of the prediction head there, likeliest first
 * @param probability p(w) there
 * @param rather p(v) there; NaN where the question names no second word
 */
public record LensRow(int layers, List<Prediction> top, double probability, double rather) {
    public LensRow {
        top = List.copyOf(top);
    }
}
