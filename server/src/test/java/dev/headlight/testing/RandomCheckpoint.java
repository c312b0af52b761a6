package dev.headlight.testing;

import com.google.gson.Gson;
import dev.headlight.hub.Hub;
import dev.headlight.weights.SafeTensorsWriter;
import dev.headlight.weights.SafeTensorsWriter.Array;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * BERT checkpoints of any size with random weights, for measuring speed and memory: what they predict is noise. They
 * come with the embedded model's tokenizer.
 *
 * @param layers how many layers
 * @param heads heads a layer
 * @param hidden hidden size; the feed-forward size is four times that
 * @param vocabulary size of the vocabulary, at least the tokenizer's 30,522
 */
public record RandomCheckpoint(int layers, int heads, int hidden, int vocabulary) {
    /** The size of google-bert/bert-base-uncased: 440 MB. */
    public static final RandomCheckpoint BERT_BASE = new RandomCheckpoint(12, 12, 768, 30_522);

    /** Writes a checkpoint into the folder given, of the size of bert-base. */
    public static void main(String[] arguments) throws IOException {
        BERT_BASE.write(Path.of(arguments[0]), 7);
    }

    /** The checkpoint in a folder, written first if it is not complete. */
    public Path in(Path folder) throws IOException {
        if (!Files.exists(folder.resolve("tokenizer.json"))) {
            write(folder, 7);
        }
        return folder;
    }

    /** Writes the checkpoint into a folder. */
    public void write(Path folder, long seed) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), new Gson().toJson(config()));
        Random random = new Random(seed);
        Map<String, long[]> shapes = shapes();
        List<Array> arrays = shapes.entrySet().stream()
                .map(entry -> Array.floats(entry.getKey(), entry.getValue()))
                .toList();
        Path weights = folder.resolve("model.safetensors");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(weights), 1 << 20)) {
            SafeTensorsWriter writer = new SafeTensorsWriter(out, arrays, Map.of("format", "pt"));
            for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
                writeRandom(writer, entry.getKey(), entry.getValue(), random);
            }
            writer.finish();
        }
        for (String file : List.of("tokenizer_config.json", "tokenizer.json")) {
            Files.write(
                    folder.resolve(file),
                    Files.readAllBytes(Hub.locate(Hub.EMBEDDED).resolve(file)));
        }
    }

    /** Numbers of the spread that training leaves: attention is far from uniform, and nothing overflows. */
    private static void writeRandom(SafeTensorsWriter writer, String name, long[] shape, Random random)
            throws IOException {
        boolean norm = name.endsWith("LayerNorm.weight");
        float spread = name.endsWith("bias") ? 0.05f : name.contains("query") || name.contains("key") ? 0.06f : 0.02f;
        long left = 1;
        for (long dimension : shape) {
            left *= dimension;
        }
        while (left > 0) {
            float[] values = new float[(int) Math.min(left, 1 << 16)];
            for (int i = 0; i < values.length; i++) {
                values[i] = norm ? 1 + 0.1f * (float) random.nextGaussian() : spread * (float) random.nextGaussian();
            }
            writer.write(values);
            left -= values.length;
        }
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model_type", "bert");
        config.put("architectures", List.of("BertForMaskedLM"));
        config.put("hidden_act", "gelu");
        config.put("hidden_size", hidden);
        config.put("intermediate_size", 4 * hidden);
        config.put("layer_norm_eps", 1e-12);
        config.put("max_position_embeddings", 512);
        config.put("num_attention_heads", heads);
        config.put("num_hidden_layers", layers);
        config.put("type_vocab_size", 2);
        config.put("vocab_size", vocabulary);
        return config;
    }

    /** The names and shapes of a BertForMaskedLM, as transformers saves it. */
    public Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("bert.embeddings.word_embeddings.weight", new long[] {vocabulary, hidden});
        shapes.put("bert.embeddings.position_embeddings.weight", new long[] {512, hidden});
        shapes.put("bert.embeddings.token_type_embeddings.weight", new long[] {2, hidden});
        putNorm(shapes, "bert.embeddings.LayerNorm");
        for (int i = 0; i < layers; i++) {
            String layer = "bert.encoder.layer." + i + ".";
            for (String linear : List.of("self.query", "self.key", "self.value", "output.dense")) {
                putLinear(shapes, layer + "attention." + linear, hidden, hidden);
            }
            putNorm(shapes, layer + "attention.output.LayerNorm");
            putLinear(shapes, layer + "intermediate.dense", 4 * hidden, hidden);
            putLinear(shapes, layer + "output.dense", hidden, 4 * hidden);
            putNorm(shapes, layer + "output.LayerNorm");
        }
        putLinear(shapes, "cls.predictions.transform.dense", hidden, hidden);
        putNorm(shapes, "cls.predictions.transform.LayerNorm");
        shapes.put("cls.predictions.bias", new long[] {vocabulary});
        return shapes;
    }

    private void putNorm(Map<String, long[]> shapes, String name) {
        shapes.put(name + ".weight", new long[] {hidden});
        shapes.put(name + ".bias", new long[] {hidden});
    }

    private static void putLinear(Map<String, long[]> shapes, String name, int out, int in) {
        shapes.put(name + ".weight", new long[] {out, in});
        shapes.put(name + ".bias", new long[] {out});
    }
}
