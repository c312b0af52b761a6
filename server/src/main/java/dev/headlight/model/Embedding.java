package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.SparseFormat;
import dev.headlight.weights.Weights;

/**
 * Looks up rows of a table: float32, even if stored as float16 or bfloat16. The caller must check the indices, because native code
 * doesn't.
 */
record Embedding(NDArray table) {

    static Embedding of(Weights weights, int rows, int size) {
        return new Embedding(weights.stored("weight", rows, size));
    }

    /**
     * The word embeddings (V, D): under their own name, or under the head's if tied and left out.
     *
     * @param own where the embeddings' {@code weight} would be
     * @param head where the head's would be
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
