package dev.headlight;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How strongly one token attends to another is measured. */
public enum Measure {
    /** The attention weight α, after the softmax: rows sum to 1. */
    WEIGHT,
    /**
     * ‖α·f(x)‖, the length of what a head adds to a token's state from another token, f being the head's values and its
     * part of the output projection, without the projection's bias (Kobayashi et al. 2020, arXiv 2004.10102). Rows don't
     * sum to 1. Given as shares of the largest in the layer.
     */
    NORM,
    /**
     * Attention rollout up to a layer: the product of its and all earlier layers' matrices, each of which is half the mean
     * over its heads and half the identity, for the residual connection (Abnar and Zuidema 2020, arXiv 2005.00928). The
     * same for all heads of a layer; rows sum to 1.
     */
    ROLLOUT;

    /** Its name in addresses. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Measure> of(String id) {
        return Arrays.stream(values())
                .filter(measure -> measure.id().equals(id))
                .findFirst();
    }
}
