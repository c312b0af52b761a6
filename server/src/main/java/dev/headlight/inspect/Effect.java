package dev.headlight.inspect;

/**
 * What a change of the text or the model does to the answer of a {@link Why}. The quantity is log p(w), or where the
 * question names a second word, log p(w) − log p(v) (contrastive explanation, Yin and Neubig 2022, arXiv 2202.10419).
 *
 * @param value the quantity as it is, less the quantity with the change, in nats: positive where what was taken out
 *     speaks for the word
 * @param probability p(w) with the change
 * @param rather p(v) with the change; NaN where the question names no second word
 */
public record Effect(double value, double probability, double rather) {}
