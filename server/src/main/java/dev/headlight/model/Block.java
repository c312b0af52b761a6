package dev.headlight.model;

import ai.djl.ndarray.NDArray;

/** Computed for each token separately: (T, in) to (T, out), in the scope of its input. */
interface Block {
    /** The identity, for families without this block. */
    Block NONE = x -> x;

    NDArray forward(NDArray x);

    /** Multiplication by a number. */
    static Block times(double factor) {
        return factor == 1 ? NONE : x -> x.mul(factor);
    }

    /** c · tanh(x / c), which stays between −c and c. */
    static Block capped(double cap) {
        return x -> {
            try (NDArray parts = x.div(cap);
                    NDArray curved = parts.tanh()) {
                return curved.mul(cap);
            }
        };
    }

    /** A block for each head: (T, H·size) to (T, H·size). */
    static Block perHead(Block block, int size) {
        return x -> block.forward(x.reshape(-1, size)).reshape(x.getShape());
    }

    /** This, followed by another. */
    default Block then(Block next) {
        return x -> next.forward(forward(x));
    }
}
