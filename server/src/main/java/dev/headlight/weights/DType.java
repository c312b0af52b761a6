package dev.headlight.weights;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.Optional;
import java.util.stream.IntStream;

/** The element types of the safetensors format whose size is a whole number of bytes. */
enum DType {
    F32(4),
    F16(2),
    BF16(2),
    I64(8),
    F64(8),
    C64(8),
    U64(8),
    I32(4),
    U32(4),
    I16(2),
    U16(2),
    I8(1),
    U8(1),
    BOOL(1),
    F8_E4M3(1),
    F8_E5M2(1);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    /** Whether no number of this type is NaN or infinity; true of the types that aren't read. */
    boolean isFinite(ByteBuffer numbers) {
        return switch (this) {
            case F32 -> {
                IntBuffer all = numbers.asIntBuffer();
                yield IntStream.range(0, all.limit()).allMatch(i -> (~all.get(i) & 0x7f800000) != 0);
            }
            case F16 -> isFinite(numbers.asShortBuffer(), 0x7c00);
            case BF16 -> isFinite(numbers.asShortBuffer(), 0x7f80);
            case F64 -> {
                DoubleBuffer all = numbers.asDoubleBuffer();
                yield IntStream.range(0, all.limit()).allMatch(i -> Double.isFinite(all.get(i)));
            }
            default -> true;
        };
    }

    /** NaN and infinity have all bits of the exponent set. */
    private static boolean isFinite(ShortBuffer all, int exponent) {
        return IntStream.range(0, all.limit()).allMatch(i -> (~all.get(i) & exponent) != 0);
    }

    static Optional<DType> named(String name) {
        for (DType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
