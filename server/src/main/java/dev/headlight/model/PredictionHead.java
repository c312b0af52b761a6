package dev.headlight.model;

import ai.djl.ndarray.NDArray;

/**
 * A masked-word head, as BERT has it: hidden states to a score for each word of the vocabulary. E embedding size.
 *
 * @param transform (R, D) to (R, E), with its activation
 * @param norm (R, E) to (R, E)
 * @param decoder (R, E) to (R, V)
 */
record PredictionHead(Linear transform, Block norm, Linear decoder) implements Block {

    /** (R, D) to logits (R, V). */
    @Override
    public NDArray forward(NDArray x) {
        return decoder.forward(norm.forward(transform.forward(x)));
    }
}
