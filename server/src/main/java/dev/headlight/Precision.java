package dev.headlight;

import java.util.Locale;

/** The number format of linear layers. Everything else is float32. */
public enum Precision {
    /** {@link #BFLOAT16} for checkpoints that are stored so, otherwise {@link #FLOAT32}. */
    AUTO,
    FLOAT32,
    /**
     * 8 bits of mantissa instead of 24 in weights and inputs, sums in float32: half the memory, and faster on
     * processors with bfloat16 instructions. Probabilities differ in the second or third digit.
     */
    BFLOAT16;

    /** The one of a checkpoint, which may be stored as bfloat16. */
    public Precision of(boolean bfloat16) {
        return this != AUTO ? this : bfloat16 ? BFLOAT16 : FLOAT32;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
