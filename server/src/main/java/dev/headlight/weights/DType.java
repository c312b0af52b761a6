package dev.headlight.weights;

import java.util.Optional;

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

    static Optional<DType> named(String name) {
        for (DType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
