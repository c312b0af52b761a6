package dev.headlight.weights;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes the safetensors format: the header first, then the arrays' numbers in order. */
public final class SafeTensorsWriter {
    private final OutputStream out;
    private long left;

    /** Hears of a file's size before its first byte is written. */
    public interface Sized {
        void bytes(long size) throws IOException;
    }

    /** An array to be written. */
    public static final class Array {
        private final String name;
        private final DType type;
        private final long[] shape;

        private Array(String name, DType type, long... shape) {
            this.name = name;
            this.type = type;
            this.shape = shape;
        }

        /** One of float32, type F32. */
        public static Array floats(String name, long... shape) {
            return new Array(name, DType.F32, shape);
        }

        /** One of unsigned bytes, type U8. */
        public static Array bytes(String name, long... shape) {
            return new Array(name, DType.U8, shape);
        }

        private long size() {
            return Arrays.stream(shape).reduce(type.bytes(), Math::multiplyExact);
        }
    }

    /**
     * Writes the header.
     *
     * @param out receives everything; closed by the caller
     * @param arrays in the order in which they will be written
     * @param metadata free text by name
     */
    public SafeTensorsWriter(OutputStream out, List<Array> arrays, Map<String, String> metadata) throws IOException {
        this(out, arrays, metadata, size -> {});
    }

    /** The same, for who needs to know the file's size first. */
    public SafeTensorsWriter(OutputStream out, List<Array> arrays, Map<String, String> metadata, Sized sized)
            throws IOException {
        this.out = out;
        JsonObject header = new JsonObject();
        if (!metadata.isEmpty()) {
            JsonObject texts = new JsonObject();
            metadata.forEach(texts::addProperty);
            header.add("__metadata__", texts);
        }
        for (Array array : arrays) {
            header.add(array.name, entry(array, left));
            left += array.size();
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8; // the data starts at a multiple of eight
        byte[] start = Arrays.copyOf(json, padded);
        Arrays.fill(start, json.length, padded, (byte) ' ');
        sized.bytes(8L + padded + left);
        out.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded)
                .array());
        out.write(start);
    }

    private static JsonObject entry(Array array, long begin) {
        JsonArray shape = new JsonArray();
        Arrays.stream(array.shape).forEach(shape::add);
        JsonArray offsets = new JsonArray();
        offsets.add(begin);
        offsets.add(begin + array.size());
        JsonObject entry = new JsonObject();
        entry.addProperty("dtype", array.type.name());
        entry.add("shape", shape);
        entry.add("data_offsets", offsets);
        return entry;
    }

    /** Writes the next numbers of an array of float32. */
    public void write(float[] values) throws IOException {
        byte[] bytes = new byte[values.length * Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
        write(bytes);
    }

    /** Writes the next numbers of an array of bytes. */
    public void write(byte[] values) throws IOException {
        left -= values.length;
        out.write(values);
    }

    /** Checks that all numbers declared in the header were written. */
    public void finish() throws IOException {
        if (left != 0) {
            throw new IllegalStateException(left + " bytes are missing");
        }
        out.flush();
    }
}
