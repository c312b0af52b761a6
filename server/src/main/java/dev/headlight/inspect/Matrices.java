package dev.headlight.inspect;

import ai.djl.ndarray.NDArray;
import dev.headlight.AttentionKind;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** Arrays as matrices, which hold no native memory. */
final class Matrices {
    private Matrices() {}

    /** An array (rows, columns). */
    static Matrix matrix(NDArray array) {
        return new Matrix(size(array, 0), size(array, 1), array.toFloatArray());
    }

    /** The matrices of an array (H, rows, columns). */
    static List<Matrix> split(NDArray array) {
        FloatBuffer floats = floats(array);
        return IntStream.range(0, size(array, 0))
                .mapToObj(i -> part(floats, i, size(array, 1), size(array, 2)))
                .toList();
    }

    /**
     * Shows the matrices of several texts to a visitor.
     *
     * @param first the number of the first text
     * @param weights (C, H, Q, K)
     */
    static void visit(AttentionKind kind, int layer, int first, NDArray weights, HeadVisitor visitor) {
        int heads = size(weights, 1);
        FloatBuffer floats = floats(weights);
        int queries = size(weights, 2);
        int keys = size(weights, 3);
        for (int text = 0; text < size(weights, 0); text++) {
            for (int head = 0; head < heads; head++) {
                visitor.visit(kind, layer, head, first + text, part(floats, text * heads + head, queries, keys));
            }
        }
    }

    /** An array's numbers where they are; valid while it is open. */
    static FloatBuffer floats(NDArray array) {
        return array.toByteBuffer(true).asFloatBuffer();
    }

    /** One of several matrices of a size that stand one after another, by its number. */
    static Matrix part(FloatBuffer matrices, int number, int rows, int columns) {
        float[] values = new float[rows * columns];
        matrices.get(number * values.length, values);
        return new Matrix(rows, columns, values);
    }

    private static int size(NDArray array, int axis) {
        return (int) array.getShape().get(axis);
    }
}
