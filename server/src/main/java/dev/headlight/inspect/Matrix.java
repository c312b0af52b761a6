package dev.headlight.inspect;

/**
 * A matrix of float32, row by row.
 *
 * @param rows how many rows
 * @param columns how many columns
 * @param values [rows · columns]; handed over, not copied: nobody changes it afterwards
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

    /** Some rows and columns; the matrix itself where these are all. */
    Matrix part(Block.Range some, Block.Range of) {
        if (some.size() == rows && of.size() == columns) {
            return this;
        }
        float[] part = new float[some.size() * of.size()];
        for (int row = 0; row < some.size(); row++) {
            System.arraycopy(values, (some.from() + row) * columns + of.from(), part, row * of.size(), of.size());
        }
        return new Matrix(some.size(), of.size(), part);
    }
}
