package dev.headlight.inspect;

/**
 * Shannon entropy, in nats. An overview takes the logarithm of every weight, millions of them; a table makes that four
 * times as fast as {@link Math#log}, and wrong by less than a millionth.
 */
final class Entropy {
    /** Bits of a float's fraction used as the table index. */
    private static final int BITS = 9;

    private static final int FRACTION_BITS = 23;
    private static final int FRACTION = (1 << FRACTION_BITS) - 1;
    private static final int ONE = Float.floatToRawIntBits(1);
    private static final double LOG_2 = Math.log(2);
    /** For the middle of each of 2⁹ parts of [1, 2): its logarithm less one, and one by it. */
    private static final float[] LOGS = new float[1 << BITS];

    private static final float[] INVERSES = new float[1 << BITS];

    static {
        for (int i = 0; i < LOGS.length; i++) {
            double middle = 1 + (i + 0.5) / LOGS.length;
            LOGS[i] = (float) (Math.log(middle) - 1);
            INVERSES[i] = (float) (1 / middle);
        }
    }

    private Entropy() {}

    /**
     * −Σ w · log w, where a weight of zero contributes nothing: of several distributions, the sum of their entropies.
     *
     * @param to the first weight that is not among them
     */
    static double of(float[] weights, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum -= weights[i] * log(weights[i]);
        }
        return sum;
    }

    /** log 2ᵉm ≈ e · log 2 + log c + m/c − 1, where c is near m; of zero, some number. */
    private static double log(float x) {
        int bits = Float.floatToRawIntBits(x);
        float mantissa = Float.intBitsToFloat(bits & FRACTION | ONE);
        int place = bits >>> FRACTION_BITS - BITS & LOGS.length - 1;
        int exponent = (bits >>> FRACTION_BITS) - Float.MAX_EXPONENT;
        return exponent * LOG_2 + (LOGS[place] + mantissa * INVERSES[place]);
    }
}
