package dev.headlight.model;

import ai.djl.ndarray.NDArray;

/** What is computed for each token by itself: (T, in) to (T, out), in the scope of what it is given. */
interface Block {
    /** Where a family has nothing in this place. */
    Block NONE = x -> x;

    NDArray forward(NDArray x);

    /** This, and another behind it. */
    default Block then(Block next) {
        return x -> next.forward(forward(x));
    }
}
