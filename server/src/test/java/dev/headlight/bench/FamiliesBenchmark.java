package dev.headlight.bench;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.engine.Torch;
import dev.headlight.model.Family;
import dev.headlight.model.Input;
import dev.headlight.model.SequenceToSequence;
import dev.headlight.testing.Golden;
import dev.headlight.weights.Checkpoint;
import dev.headlight.weights.SafeTensorsFile;
import dev.headlight.weights.SafeTensorsWriter;
import dev.headlight.weights.SafeTensorsWriter.Array;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Time and memory of a typical checkpoint of each family. Its weights are random; its tensors are those of the family's
 * small checkpoint among the test resources, enlarged. Each family is measured by a process of its own:
 *
 * <pre>java -cp "$(cat target/bench/classpath.txt)" dev.headlight.bench.FamiliesBenchmark roberta target/bench</pre>
 */
public final class FamiliesBenchmark {
    private static final Pattern LAYER = Pattern.compile("(.*?(?:layer|layers|h)\\.)(\\d+)(\\..*)");
    private static final int[] LENGTHS = {16, 128, 512};
    private static final int PASSES = 15;

    private FamiliesBenchmark() {}

    /**
     * How a small checkpoint becomes one of typical size.
     *
     * @param like the checkpoint that is imitated
     * @param layers how many layers it has
     * @param sizes for each dimension of the small one, what it becomes
     * @param fused for the dimensions of tensors that hold query, key and value in one
     * @param settings what of its configuration changes
     */
    private record Sizes(
            String like, int layers, Map<Long, Long> sizes, Map<Long, Long> fused, Map<String, Integer> settings) {}

    private static final Map<Long, Long> NONE = Map.of();
    private static final Map<String, Sizes> FAMILIES = new TreeMap<>();

    static {
        FAMILIES.put("bert", encoder("google-bert/bert-base-uncased", 12, 231, 30_522, 160, 512));
        FAMILIES.put("roberta", encoder("FacebookAI/roberta-base", 12, 466, 50_265, 162, 514));
        FAMILIES.put("xlm-roberta", encoder("FacebookAI/xlm-roberta-base", 12, 466, 250_002, 162, 514));
        FAMILIES.put(
                "deberta-v2",
                new Sizes(
                        "microsoft/deberta-v3-base",
                        12,
                        Map.of(16L, 768L, 24L, 3072L, 300L, 128_100L),
                        NONE,
                        settings(768, 12, 12, 3072, 128_100, 512, "position_buckets", 384)));
        FAMILIES.put(
                "distilbert",
                new Sizes(
                        "distilbert/distilbert-base-uncased",
                        6,
                        Map.of(32L, 768L, 96L, 3072L, 231L, 30_522L, 160L, 512L),
                        NONE,
                        Map.of(
                                "dim",
                                768,
                                "hidden_dim",
                                3072,
                                "n_heads",
                                12,
                                "n_layers",
                                6,
                                "vocab_size",
                                30_522,
                                "max_position_embeddings",
                                512)));
        FAMILIES.put(
                "electra",
                new Sizes(
                        "google/electra-base-generator",
                        12,
                        Map.of(16L, 768L, 32L, 256L, 96L, 1024L, 231L, 30_522L, 160L, 512L),
                        NONE,
                        settings(256, 4, 12, 1024, 30_522, 512, "embedding_size", 768)));
        FAMILIES.put(
                "albert",
                new Sizes(
                        "albert/albert-base-v2",
                        12,
                        Map.of(16L, 128L, 32L, 768L, 96L, 3072L, 231L, 30_000L, 160L, 512L),
                        NONE,
                        settings(768, 12, 12, 3072, 30_000, 512, "embedding_size", 128)));
        FAMILIES.put(
                "modernbert",
                new Sizes(
                        "answerdotai/ModernBERT-base",
                        22,
                        Map.of(32L, 768L, 96L, 1152L, 192L, 2304L, 466L, 50_368L),
                        Map.of(32L, 768L, 96L, 2304L),
                        settings(768, 12, 22, 1152, 50_368, 8192, "local_attention", 128)));
        FAMILIES.put(
                "gpt2",
                new Sizes(
                        "openai-community/gpt2",
                        12,
                        Map.of(32L, 768L, 128L, 3072L, 462L, 50_257L, 160L, 1024L),
                        Map.of(32L, 768L, 96L, 2304L),
                        Map.of("n_embd", 768, "n_head", 12, "n_layer", 12, "n_positions", 1024, "vocab_size", 50_257)));
        FAMILIES.put(
                "qwen2",
                new Sizes(
                        "Qwen/Qwen2-0.5B",
                        24,
                        Map.of(16L, 128L, 32L, 896L, 96L, 4864L, 462L, 151_936L),
                        NONE,
                        settings(896, 14, 24, 4864, 151_936, 131_072, "num_key_value_heads", 2)));
        FAMILIES.put(
                "llama",
                new Sizes(
                        "TinyLlama/TinyLlama-1.1B-Chat-v1.0",
                        22,
                        Map.of(16L, 256L, 32L, 2048L, 96L, 5632L, 462L, 32_000L),
                        NONE,
                        settings(2048, 32, 22, 5632, 32_000, 2048, "num_key_value_heads", 4)));
        FAMILIES.put(
                "bart",
                new Sizes(
                        "facebook/bart-base",
                        6,
                        Map.of(32L, 768L, 64L, 3072L, 96L, 3072L, 466L, 50_265L, 162L, 1026L),
                        NONE,
                        Map.of(
                                "d_model", 768,
                                "encoder_layers", 6,
                                "decoder_layers", 6,
                                "encoder_attention_heads", 12,
                                "decoder_attention_heads", 12,
                                "encoder_ffn_dim", 3072,
                                "decoder_ffn_dim", 3072,
                                "vocab_size", 50_265,
                                "max_position_embeddings", 1024)));
    }

    private static Sizes encoder(String like, int layers, long vocabulary, int words, long positions, int places) {
        return new Sizes(
                like,
                layers,
                Map.of(32L, 768L, 96L, 3072L, vocabulary, (long) words, positions, (long) places),
                NONE,
                settings(768, 12, layers, 3072, words, places, "num_key_value_heads", 12));
    }

    private static Map<String, Integer> settings(
            int hidden, int heads, int layers, int inner, int words, int places, String own, int value) {
        return Map.of(
                "hidden_size",
                hidden,
                "num_attention_heads",
                heads,
                "num_hidden_layers",
                layers,
                "intermediate_size",
                inner,
                "vocab_size",
                words,
                "max_position_embeddings",
                places,
                own,
                value);
    }

    public static void main(String[] arguments) throws IOException {
        String family = arguments[0];
        Path folder = folder(family, Path.of(arguments[1]));
        long weights = Files.size(folder.resolve("model.safetensors"));
        Torch torch = Torch.start();
        long begun = System.nanoTime();
        try (Checkpoint checkpoint = Checkpoint.open(folder);
                Family model = Family.load(checkpoint, torch, torch.kernels())) {
            double load = (System.nanoTime() - begun) / 1e9;
            StringBuilder times = new StringBuilder();
            for (int tokens : LENGTHS) {
                times.append(String.format(Locale.ROOT, " %6.1f ms", fastest(model, tokens)));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%-12s %-36s %5d MB  load %.2f s  passes of %s tokens:%s  resident %d MB, %d MB of it anonymous%n",
                    family,
                    FAMILIES.get(family).like(),
                    weights / 1_000_000,
                    load,
                    Arrays.toString(LENGTHS),
                    times,
                    status("VmRSS"),
                    status("RssAnon"));
        }
    }

    /** The checkpoint of a family, below a folder; written first if it is not there. */
    static Path folder(String family, Path below) throws IOException {
        Path folder = below.resolve("family-" + family);
        if (!Files.exists(folder.resolve("config.json"))) {
            write(family, FAMILIES.get(family), folder);
        }
        return folder;
    }

    /**
     * A pass that keeps queries and keys and computes one row of logits, in milliseconds: the fastest of several, which
     * other work on the machine disturbs least.
     */
    private static double fastest(Family model, int tokens) {
        List<Integer> ids = new Random(1).ints(tokens, 5, 16_000).boxed().toList();
        boolean both = model instanceof SequenceToSequence; // half of its tokens are the target's
        List<Integer> types = IntStream.range(0, tokens)
                .mapToObj(i -> both && i >= tokens / 2 ? 1 : 0)
                .toList();
        Input input = new Input(ids, types);
        double[] times = new double[PASSES];
        for (int i = -2; i < PASSES; i++) {
            long begun = System.nanoTime();
            model.forward(input, new int[] {tokens - 1}, () -> {}).close();
            if (i >= 0) {
                times[i] = (System.nanoTime() - begun) / 1e6;
            }
        }
        Arrays.sort(times);
        return times[0];
    }

    private static long status(String what) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(what + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1_000_000)
                .findFirst()
                .orElseThrow();
    }

    private static void write(String family, Sizes sizes, Path folder) throws IOException {
        Files.createDirectories(folder);
        boolean llama = family.equals("llama"); // a Qwen2 without its biases
        Path small = Golden.folder(llama ? "qwen2" : family);
        Map<String, long[]> shapes = new LinkedHashMap<>();
        try (SafeTensorsFile file = SafeTensorsFile.open(small.resolve("model.safetensors"))) {
            for (String name : file.names()) {
                add(shapes, name, enlarged(name, file.shape(name), sizes), sizes.layers());
            }
        }
        shapes.remove("lm_head.weight"); // tied
        List<Array> arrays = shapes.entrySet().stream()
                .map(entry -> Array.floats(entry.getKey(), entry.getValue()))
                .toList();
        Random random = new Random(7);
        try (OutputStream out =
                new BufferedOutputStream(Files.newOutputStream(folder.resolve("model.safetensors")), 1 << 20)) {
            SafeTensorsWriter writer = new SafeTensorsWriter(out, arrays, Map.of("format", "pt"));
            for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
                writeRandom(writer, entry.getKey(), entry.getValue(), random);
            }
            writer.finish();
        }
        JsonObject config = JsonParser.parseString(Files.readString(small.resolve("config.json")))
                .getAsJsonObject();
        sizes.settings().forEach(config::addProperty);
        config.remove("layer_types");
        config.addProperty("model_type", family);
        config.addProperty("tie_word_embeddings", true);
        Files.writeString(folder.resolve("config.json"), config.toString());
    }

    private static long[] enlarged(String name, long[] shape, Sizes sizes) {
        boolean fused = name.contains("qkv") || name.contains("c_attn");
        Map<Long, Long> of = fused ? sizes.fused() : sizes.sizes();
        return Arrays.stream(shape).map(size -> of.getOrDefault(size, size)).toArray();
    }

    /** Adds a tensor; one per layer, and those that only layers after the first have. */
    private static void add(Map<String, long[]> shapes, String name, long[] shape, int layers) {
        Matcher layer = LAYER.matcher(name);
        if (!layer.matches() || name.contains("albert_layer")) {
            shapes.put(name, shape);
        } else if (layer.group(2).equals("0")) {
            for (int i = 0; i < layers; i++) {
                shapes.put(layer.group(1) + i + layer.group(3), shape);
            }
        } else {
            for (int i = 1; i < layers; i++) {
                shapes.put(layer.group(1) + i + layer.group(3), shape);
            }
        }
    }

    private static void writeRandom(SafeTensorsWriter writer, String name, long[] shape, Random random)
            throws IOException {
        boolean norm = name.toLowerCase(Locale.ROOT).matches(".*(norm|ln_[12f])\\.weight");
        float[] values = new float[1 << 16];
        for (int i = 0; i < values.length; i++) {
            values[i] = (norm ? 1 : 0) + 0.02f * (float) random.nextGaussian();
        }
        long left = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        while (left > 0) {
            int count = (int) Math.min(left, values.length);
            writer.write(count == values.length ? values : Arrays.copyOf(values, count));
            left -= count;
        }
    }
}
