package dev.headlight;

import java.util.Locale;

/** In which numbers linear layers are computed. Everything else is float32. */
public enum Precision {
    FLOAT32,
    /**
     * 8 bits of mantissa instead of 24 in weights and inputs, sums in float32: half the memory, and faster on processors
     * that have instructions for it. Probabilities differ in the second or third digit.
     */
    BFLOAT16;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
