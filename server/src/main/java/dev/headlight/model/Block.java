package dev.headlight.model;

import ai.djl.ndarray.NDArray;

/** Computed for each token separately: (T, in) to (T, out), in the scope of its input. */
interface Block {
    /** The identity, for families without this block. */
    Block NONE = x -> x;

    NDArray forward(NDArray x);

    /** This, followed by another. */
    default Block then(Block next) {
        return x -> next.forward(forward(x));
    }
}
