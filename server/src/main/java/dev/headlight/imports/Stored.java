package dev.headlight.imports;

import dev.headlight.UserException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.stream.LongStream;

/** An array in a file. */
final class Stored {
    private static final int HALF_BIAS = 15;
    private static final int FLOAT_BIAS = 127;

    private final String name;
    private final long[] shape;
    private final Type type;
    private final ByteBuffer bytes;

    /** What its numbers are. */
    enum Type {
        F32(4),
        F16(2),
        BF16(2),
        F64(8);

        private final int size;

        Type(int size) {
            this.size = size;
        }
    }

    /**
     * An array.
     *
     * @param name as its file calls it, for errors
     * @param bytes little-endian, row by row
     * @throws UserException if they are more or fewer than the shape has
     */
    Stored(String name, long[] shape, Type type, ByteBuffer bytes) {
        this.name = name;
        this.shape = shape.clone();
        this.type = type;
        this.bytes = bytes;
        if (LongStream.of(shape).reduce(type.size, (a, b) -> a * b) != bytes.remaining()) {
            throw new UserException("“" + name + "” has not as many numbers as its shape " + Arrays.toString(shape)
                    + " says: save it again.");
        }
    }

    String name() {
        return name;
    }

    long[] shape() {
        return shape.clone();
    }

    /** The same numbers, as the only part along a first axis. */
    Stored alone() {
        long[] one = LongStream.concat(LongStream.of(1), LongStream.of(shape)).toArray();
        return new Stored(name, one, type, bytes);
    }

    /** One of those that it consists of along its first axis. */
    Stored part(int index) {
        long[] rest = Arrays.copyOfRange(shape, 1, shape.length);
        int size = (int) LongStream.of(rest).reduce(1, (a, b) -> a * b);
        return new Stored(name, rest, type, slice(index * size, size));
    }

    /** Some of its numbers, as float32. */
    FloatBuffer floats(int from, int count) {
        if (type == Type.F32) {
            return slice(from, count).asFloatBuffer();
        }
        FloatBuffer floats = FloatBuffer.allocate(count);
        switch (type) {
            case F64 -> {
                ByteBuffer doubles = slice(from, count);
                while (floats.hasRemaining()) {
                    floats.put((float) doubles.getDouble());
                }
            }
            case F16 -> {
                ShortBuffer halves = slice(from, count).asShortBuffer();
                while (floats.hasRemaining()) {
                    floats.put(ofHalf(halves.get()));
                }
            }
            default -> {
                ShortBuffer halves = slice(from, count).asShortBuffer();
                while (floats.hasRemaining()) {
                    floats.put(Float.intBitsToFloat(halves.get() << 16));
                }
            }
        }
        return floats.flip();
    }

    private ByteBuffer slice(int from, int count) {
        return bytes.slice(from * type.size, count * type.size).order(bytes.order());
    }

    /** IEEE 754 binary16 as binary32; Java has this from version 20 on. */
    private static float ofHalf(short bits) {
        int exponent = bits >> 10 & 0x1f;
        int fraction = bits & 0x3ff;
        float magnitude = switch (exponent) {
            case 0 -> fraction * 0x1p-24f;
            case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            default -> Float.intBitsToFloat(exponent - HALF_BIAS + FLOAT_BIAS << 23 | fraction << 13);
        };
        return bits < 0 ? -magnitude : magnitude;
    }
}
