package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import java.util.Optional;

/**
 * A masked-word head, as BERT has it: hidden states to a score for each word of the vocabulary. E embedding size.
 *
 * @param transform (R, D) to (R, E), with its activation
 * @param norm (R, E) to (R, E)
 * @param decoder (R, E) to (R, V)
 */
record PredictionHead(Linear transform, Block norm, Linear decoder) implements Block {

    /**
     * How a family names the tensors of its head.
     *
     * @param presence what a checkpoint with this head holds
     * @param dense the transform
     * @param norm the norm after it
     * @param decoder its weight (V, E) and bias (V)
     * @param tiedBias another name of the bias, which is tied to the decoder's
     */
    record Names(String presence, String dense, String norm, String decoder, Optional<String> tiedBias) {}

    /** (R, D) to logits (R, V). */
    @Override
    public NDArray forward(NDArray x) {
        return decoder.forward(norm.forward(transform.forward(x)));
    }
}
