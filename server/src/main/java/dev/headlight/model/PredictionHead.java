package dev.headlight.model;

import ai.djl.ndarray.NDArray;

/**
 * BERT's masked-word head: hidden states to a score for each word of the vocabulary.
 *
 * @param transform (R, D) to (R, D), with its activation
 * @param decoder (R, D) to (R, V)
 */
record PredictionHead(Linear transform, LayerNorm norm, Linear decoder) {

    /** (R, D) to logits (R, V). */
    NDArray forward(NDArray x) {
        return decoder.forward(norm.forward(transform.forward(x)));
    }
}
