package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.SparseFormat;
import dev.headlight.weights.Weights;

/** Rows of a table, by number: float32, also of one that is stored as float16. The numbers must be checked before: native code doesn't. */
record Embedding(NDArray table) {

    static Embedding of(Weights weights, int rows, int size) {
        return new Embedding(weights.stored("weight", rows, size));
    }

    /**
     * The words' table (V, D): under its own name, or where it is tied to the head's and left out, under that.
     *
     * @param own where the checkpoint would have {@code weight}
     * @param head where the head would have it
     */
    static Embedding words(Weights own, Weights head, boolean tied, int rows, int size) {
        return of(tied && !own.has("weight") && head.has("weight") ? head : own, rows, size);
    }

    long rows() {
        return table.getShape().get(0);
    }

    /** [T] numbers to (T, D), in a scope. */
    NDArray forward(long[] numbers, NDManager scope) {
        return rows(table, numbers, scope).toType(DataType.FLOAT32, false);
    }

    /** Some rows of an array (T, D), as (R, D), in a scope. */
    static NDArray rows(NDArray array, long[] numbers, NDManager scope) {
        try (NDArray index = scope.create(numbers)) {
            return ai.djl.nn.core.Embedding.embedding(index, array, SparseFormat.DENSE)
                    .singletonOrThrow();
        }
    }
}
