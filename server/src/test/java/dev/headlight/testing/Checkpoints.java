package dev.headlight.testing;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.weights.SafeTensorsFile;
import dev.headlight.weights.SafeTensorsWriter;
import dev.headlight.weights.SafeTensorsWriter.Array;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/** Copies of a small float32 checkpoint with something changed. */
public final class Checkpoints {
    private Checkpoints() {}

    private record Stored(long[] shape, float[] values) {}

    /** Copies a checkpoint; each tensor gets another name, and is left out where that is null. */
    public static void rewrite(Path from, Path to, UnaryOperator<String> rename) throws IOException {
        for (String file : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
            Files.writeString(to.resolve(file), Files.readString(from.resolve(file)));
        }
        Map<String, Stored> renamed = new LinkedHashMap<>();
        read(from).forEach((name, tensor) -> {
            if (rename.apply(name) != null) {
                renamed.put(rename.apply(name), tensor);
            }
        });
        write(to, renamed);
    }

    /**
     * Writes a checkpoint twice: in half precision, and in float32 with the very numbers that half precision has left.
     *
     * @param type F16 or BF16
     */
    public static void halve(Path from, Path halves, Path widened, String type) throws IOException {
        rewrite(from, halves, name -> name);
        rewrite(from, widened, name -> name);
        Map<String, Stored> tensors = read(from);
        StringBuilder header = new StringBuilder("{");
        int size = 0;
        for (Map.Entry<String, Stored> tensor : tensors.entrySet()) {
            int end = size + 2 * tensor.getValue().values().length;
            header.append(size == 0 ? "" : ",")
                    .append("\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                            .formatted(
                                    tensor.getKey(),
                                    type,
                                    Arrays.toString(tensor.getValue().shape()),
                                    size,
                                    end));
            size = end;
        }
        byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + size).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json);
        for (Stored tensor : tensors.values()) {
            for (int i = 0; i < tensor.values().length; i++) {
                int bits = Float.floatToIntBits(tensor.values()[i]);
                short half = type.equals("BF16") ? (short) (bits >> 16) : float16(bits);
                file.putShort(half);
                tensor.values()[i] = type.equals("BF16") ? Float.intBitsToFloat(half << 16) : float32(half);
            }
        }
        Files.write(halves.resolve("model.safetensors"), file.array());
        write(widened, tensors);
    }

    /** Cuts a float32 down to float16, towards zero; what is too small for a normal float16 becomes 0. */
    static short float16(int bits) {
        int exponent = (bits >> 23 & 0xff) - 127 + 15;
        int sign = bits >> 16 & 0x8000;
        return (short) (exponent <= 0 ? sign : sign | exponent << 10 | bits >> 13 & 0x3ff);
    }

    private static float float32(short half) {
        int exponent = half >> 10 & 0x1f;
        int sign = (half & 0x8000) << 16;
        return Float.intBitsToFloat(exponent == 0 ? sign : sign | exponent - 15 + 127 << 23 | (half & 0x3ff) << 13);
    }

    /** Adds a tensor of small, growing numbers. */
    public static void add(Path folder, String name, long... shape) throws IOException {
        Map<String, Stored> tensors = read(folder);
        float[] values = new float[(int) LongStream.of(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 1e-4f;
        }
        tensors.put(name, new Stored(shape, values));
        write(folder, tensors);
    }

    /** Copies each tensor whose name contains a part, with other strings in its place. */
    public static void copyTensors(Path folder, String part, String... others) throws IOException {
        Map<String, Stored> tensors = read(folder);
        for (String name : List.copyOf(tensors.keySet())) {
            for (String other : others) {
                if (name.contains(part)) {
                    tensors.put(name.replace(part, other), tensors.get(name));
                }
            }
        }
        write(folder, tensors);
    }

    /** Replaces all numbers of a tensor by one. */
    public static void fill(Path folder, String name, float value) throws IOException {
        Map<String, Stored> tensors = read(folder);
        Arrays.fill(tensors.get(name).values(), value);
        write(folder, tensors);
    }

    /** Replaces one number of a tensor. */
    public static void set(Path folder, String name, int index, float value) throws IOException {
        Map<String, Stored> tensors = read(folder);
        tensors.get(name).values()[index] = value;
        write(folder, tensors);
    }

    /** Changes the configuration. */
    public static void edit(Path folder, Consumer<JsonObject> change) throws IOException {
        Path file = folder.resolve("config.json");
        JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        change.accept(config);
        Files.writeString(file, config.toString());
    }

    private static Map<String, Stored> read(Path folder) {
        Map<String, Stored> tensors = new LinkedHashMap<>();
        try (SafeTensorsFile file = SafeTensorsFile.open(folder.resolve("model.safetensors"))) {
            for (String name : file.names()) {
                ByteBuffer bytes = file.bytes(name);
                float[] values = new float[bytes.remaining() / Float.BYTES];
                bytes.asFloatBuffer().get(values);
                tensors.put(name, new Stored(file.shape(name), values));
            }
        }
        return tensors;
    }

    private static void write(Path folder, Map<String, Stored> tensors) throws IOException {
        List<Array> arrays = tensors.entrySet().stream()
                .map(entry -> Array.floats(entry.getKey(), entry.getValue().shape()))
                .toList();
        Path beside = folder.resolve("new.safetensors"); // the old one may be mapped
        try (OutputStream out = Files.newOutputStream(beside)) {
            SafeTensorsWriter writer = new SafeTensorsWriter(out, arrays, Map.of());
            for (Stored tensor : tensors.values()) {
                writer.write(tensor.values());
            }
            writer.finish();
        }
        Files.move(beside, folder.resolve("model.safetensors"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
