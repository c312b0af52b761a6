package dev.headlight.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.headlight.AttentionKind;
import dev.headlight.model.Input;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A checkpoint that src/test/python/conformance.py drew, and what transformers made of it. Numbers are in units of 1e-5.
 *
 * @param files by name, as keys into the recorded contents
 * @param tensors of each its file, name, what its numbers are made from, whether it scales a norm, type and shape
 * @param missing tensors without which transformers draws numbers at random
 * @param encodings of each a text, a second one or -1, ids, types, sequences and spans in code points
 * @param chosen the encoding that the model was given; {@code target} the decoder's, of an encoder-decoder
 * @param rows whose logits are recorded
 * @param attention of each layer (of each block) of the first and last token, or the last three of an encoder-decoder
 */
public record ConformanceCheckpoint(
        String name,
        String family,
        long seed,
        JsonObject config,
        Map<String, String> files,
        List<JsonArray> tensors,
        List<String> missing,
        List<JsonArray> encodings,
        int chosen,
        Integer target,
        List<Integer> rows,
        int[] logits,
        List<int[]> attention) {

    /** Tokens of a text or a pair. */
    public record Encoding(
            int text, int pair, List<Integer> ids, List<Integer> types, List<Integer> sequences, List<Integer> spans) {}

    /** Compares numbers. */
    @FunctionalInterface
    public interface Comparison {
        void close(String what, float[] found, int[] expected);
    }

    public List<Encoding> all() {
        return encodings.stream().map(ConformanceCheckpoint::encoding).toList();
    }

    private static Encoding encoding(JsonArray recorded) {
        List<Integer> ids = numbers(recorded.get(2));
        List<Integer> types = numbers(recorded.get(3));
        return new Encoding(
                recorded.get(0).getAsInt(),
                recorded.get(1).getAsInt(),
                ids,
                types.isEmpty() ? Collections.nCopies(ids.size(), 0) : types,
                numbers(recorded.get(4)),
                numbers(recorded.get(5)));
    }

    private static List<Integer> numbers(JsonElement array) {
        List<Integer> numbers = new ArrayList<>();
        array.getAsJsonArray().forEach(number -> numbers.add(number.getAsInt()));
        return numbers;
    }

    /** How many tokens the source of an encoder-decoder has; 0 of other models. */
    public int sourceTokens() {
        return target == null ? 0 : all().get(chosen).ids().size();
    }

    /** What the model was given. */
    public Input input() {
        Encoding encoding = all().get(chosen);
        if (target == null) {
            return new Input(encoding.ids(), encoding.types());
        }
        List<Integer> written = all().get(target).ids();
        List<Integer> ids = new ArrayList<>(encoding.ids());
        ids.add(config.get("decoder_start_token_id").getAsInt());
        ids.addAll(written.subList(0, written.size() - 1));
        List<Integer> types = new ArrayList<>(Collections.nCopies(encoding.ids().size(), 0));
        types.addAll(Collections.nCopies(written.size(), 1));
        return new Input(ids, types);
    }

    /** Compares the attention of a layer, [H, Q, K], with what is recorded of it. */
    public void checkAttention(AttentionKind kind, int layer, float[] found, Comparison comparison) {
        int all = input().tokens();
        int source = target == null ? all : sourceTokens();
        boolean ofSource = kind == AttentionKind.SELF || kind == AttentionKind.ENCODER;
        int queries = ofSource ? source : all - source;
        int keys = kind == AttentionKind.DECODER ? all - source : source;
        int[] rows = target == null
                ? new int[] {0, queries - 1}
                : IntStream.range(Math.max(0, queries - 3), queries).toArray();
        comparison.close(
                kind.id() + " " + layer, rows(found, queries, keys, rows), attention.get(layersBefore(kind) + layer));
    }

    /** How many layers are recorded before those of an attention. */
    private int layersBefore(AttentionKind kind) {
        return switch (kind) {
            case SELF, ENCODER -> 0;
            case DECODER -> layers("encoder_layers", "num_layers");
            case CROSS -> layers("encoder_layers", "num_layers") + layers("decoder_layers", "num_decoder_layers");
        };
    }

    private int layers(String name, String other) {
        return config.get(config.has(name) ? name : other).getAsInt();
    }

    /** Some rows of matrices [H, Q, K]. */
    private static float[] rows(float[] all, int queries, int keys, int[] rows) {
        int heads = all.length / queries / keys;
        float[] some = new float[heads * rows.length * keys];
        int at = 0;
        for (int head = 0; head < heads; head++) {
            for (int row : rows) {
                System.arraycopy(all, (head * queries + row) * keys, some, at, keys);
                at += keys;
            }
        }
        return some;
    }

    /** Writes the checkpoint into a folder; {@code blobs} are the contents of files. */
    public void write(Path folder, Map<String, String> blobs) throws IOException {
        Files.writeString(folder.resolve("config.json"), config.toString());
        for (Map.Entry<String, String> file : files.entrySet()) {
            String content = blobs.get(file.getValue());
            byte[] bytes = file.getKey().endsWith(".model")
                    ? Base64.getDecoder().decode(content)
                    : content.getBytes(StandardCharsets.UTF_8);
            Files.write(folder.resolve(file.getKey()), bytes);
        }
        Map<String, List<JsonArray>> byFile = new LinkedHashMap<>();
        tensors.forEach(tensor -> byFile.computeIfAbsent(tensor.get(0).getAsString(), name -> new ArrayList<>())
                .add(tensor));
        JsonObject places = new JsonObject();
        for (Map.Entry<String, List<JsonArray>> file : byFile.entrySet()) {
            writeTensors(folder.resolve(file.getKey()), file.getValue());
            file.getValue().forEach(tensor -> places.addProperty(tensor.get(1).getAsString(), file.getKey()));
        }
        if (!byFile.containsKey("model.safetensors")) {
            JsonObject index = new JsonObject();
            index.add("weight_map", places);
            Files.writeString(folder.resolve("model.safetensors.index.json"), index.toString());
        }
    }

    private void writeTensors(Path file, List<JsonArray> all) throws IOException {
        JsonObject header = new JsonObject();
        List<byte[]> contents = new ArrayList<>();
        long end = 0;
        for (JsonArray tensor : all) {
            byte[] content = content(tensor);
            JsonObject entry = new JsonObject();
            entry.add("dtype", tensor.get(4));
            entry.add("shape", tensor.get(5));
            JsonArray offsets = new JsonArray();
            offsets.add(end);
            offsets.add(end += content.length);
            entry.add("data_offsets", offsets);
            header.add(tensor.get(1).getAsString(), entry);
            contents.add(content);
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer whole = ByteBuffer.allocate(8 + json.length + (int) end).order(ByteOrder.LITTLE_ENDIAN);
        whole.putLong(json.length).put(json);
        contents.forEach(whole::put);
        Files.write(file, whole.array());
    }

    private byte[] content(JsonArray tensor) {
        int count = 1;
        for (JsonElement dimension : tensor.get(5).getAsJsonArray()) {
            count *= dimension.getAsInt();
        }
        boolean norm = tensor.get(3).getAsString().equals("norm");
        String type = tensor.get(4).getAsString();
        ByteBuffer bytes = ByteBuffer.allocate(8 * count).order(ByteOrder.LITTLE_ENDIAN);
        long state = start(tensor.get(2).getAsString());
        for (int i = 1; i <= count; i++) {
            int noise = noise(state + i * 0x9E3779B97F4A7C15L);
            float value = norm ? 1 + Math.floorDiv(noise, 2) / 128f : noise / 128f;
            switch (type) {
                case "F32" -> bytes.putFloat(value);
                case "F64" -> bytes.putDouble(value);
                case "BF16" -> bytes.putShort((short) (Float.floatToIntBits(value) >> 16));
                case "F16" -> bytes.putShort(Checkpoints.float16(Float.floatToIntBits(value)));
                default -> throw new IllegalStateException(type);
            }
        }
        byte[] content = new byte[bytes.position()];
        bytes.flip().get(content);
        return content;
    }

    private long start(String name) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest((seed + " " + name).getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(hash).order(ByteOrder.LITTLE_ENDIAN).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A whole number in -64…63, by splitmix64. */
    private static int noise(long state) {
        long z = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return (int) ((z ^ z >>> 31) >>> 57) - 64;
    }
}
