package dev.headlight.inspect;

/**
 * A block of each layer's attention whose rows are distributions: all of it, or of an encoder-decoder one of three.
 *
 * @param name what it is called in files: {@code attention}, or {@code encoderAttention} and so on
 * @param layers how many layers have it, from the first on
 * @param queries the tokens that look
 * @param keys the tokens that are looked at
 */
public record Block(String name, int layers, Range queries, Range keys) {

    /** Tokens from one up to another. */
    public record Range(int from, int to) {
        public int size() {
            return to - from;
        }
    }

    /** This block of a layer's matrix [T, T]. */
    public Matrix of(Matrix attention) {
        return attention.part(queries, keys);
    }
}
