package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import dev.headlight.AttentionKind;

/** Sees the attention of texts that run at once, layer by layer, while it is there. */
@FunctionalInterface
public interface Watcher {
    /**
     * A layer.
     *
     * @param first the number of the first of the texts seen
     * @param weights float32 (C, H, Q, K) of C texts, each row a distribution over keys; valid during the call
     */
    void see(AttentionKind kind, int layer, int first, NDArray weights);
}
