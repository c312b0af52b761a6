package dev.headlight.inspect;

/**
 * A matrix of float32, row by row.
 *
 * @param rows how many rows
 * @param columns how many columns
 * @param values [rows · columns]; not copied: the caller must not change it afterwards
 */
public record Matrix(int rows, int columns, float[] values) {
    public Matrix {
        if (values.length != rows * columns) {
            throw new IllegalArgumentException(values.length + " values for " + rows + " × " + columns);
        }
    }

    public float at(int row, int column) {
        return values[row * columns + column];
    }

    /** Each row as shares of its sum; a row of zeros stays one. */
    Matrix shares() {
        float[] shares = values.clone();
        for (int from = 0; from < shares.length; from += columns) {
            float sum = 0;
            for (int i = from; i < from + columns; i++) {
                sum += shares[i];
            }
            for (int i = from; i < from + columns && sum > 0; i++) {
                shares[i] /= sum;
            }
        }
        return new Matrix(rows, columns, shares);
    }
}
