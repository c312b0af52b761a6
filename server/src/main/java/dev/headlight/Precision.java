package dev.headlight;

import java.util.Locale;

/** The number format of linear layers. Everything else is float32. */
public enum Precision {
    FLOAT32,
    /**
     * 8 bits of mantissa instead of 24 in weights and inputs, sums in float32: half the memory, and faster on
     * processors with bfloat16 instructions. Probabilities differ in the second or third digit.
     */
    BFLOAT16;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
