package dev.headlight.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.Precision;
import dev.headlight.engine.Torch;
import dev.headlight.model.Family;
import dev.headlight.model.Input;
import dev.headlight.model.SequenceToSequence;
import dev.headlight.weights.Checkpoint;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Time and memory of a published shape of each family, with random weights: the settings and tensors in shapes.json,
 * which src/test/python/published_shapes.py writes. Prints a row of docs/models for each:
 *
 * <pre>java -cp "$(cat target/bench/classpath.txt)" dev.headlight.bench.FamiliesBenchmark target/bench [--quick] [NAME…]</pre>
 *
 * A NAME is part of a checkpoint's name; without one all are measured, one after another, each by a process of its own,
 * and its file is deleted after it (up to 15 GB). With {@code --quick} only passes of 16 tokens, few of them. The last
 * column says how many times as long a pass takes as one of bert-base in the same process, between the others: that
 * much counts on a busy machine.
 */
public final class FamiliesBenchmark {
    private static final String REFERENCE = "google-bert/bert-base-uncased";
    private static final List<Integer> LENGTHS = List.of(16, 128, 512);
    private static final int PASSES = 15;
    /** A row that takes this long gets fewer passes. */
    private static final double LONG_SECONDS = 40;

    private FamiliesBenchmark() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments[0].equals("--one")) {
            measure(Path.of(arguments[1]), Path.of(arguments[2]), Boolean.parseBoolean(arguments[3]), arguments[4]);
            return;
        }
        Path below = Path.of(arguments[0]);
        List<String> rest = Arrays.asList(arguments).subList(1, arguments.length);
        boolean quick = rest.contains("--quick");
        List<String> names =
                rest.stream().filter(name -> !name.equals("--quick")).toList();
        Path reference = folder("bert", below);
        System.out.println("| like | file | memory | 16 tokens | 128 | 512 | × bert-base |");
        System.out.println("| --- | ---: | ---: | ---: | ---: | ---: | --- |");
        for (JsonObject shape : shapes()) {
            String like = shape.get("like").getAsString();
            if (!names.isEmpty() && names.stream().noneMatch(like::contains)) {
                continue;
            }
            Path folder = like.equals(REFERENCE) ? reference : below.resolve("shape");
            if (folder != reference) {
                write(shape, folder);
            }
            int code = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx384m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            FamiliesBenchmark.class.getName(),
                            "--one",
                            folder.toString(),
                            reference.toString(),
                            String.valueOf(quick),
                            like)
                    .inheritIO()
                    .start()
                    .waitFor();
            if (code != 0) {
                System.out.println("| `" + like + "` | failed with code " + code + " |");
            }
            if (folder != reference) {
                delete(folder);
            }
        }
    }

    /** The shape of a model type, below a folder; written first if it is not there. */
    static Path folder(String family, Path below) throws IOException {
        Path folder = below.resolve("family-" + family);
        if (!Files.exists(folder.resolve("config.json"))) {
            JsonObject shape = shapes().stream()
                    .filter(each -> each.getAsJsonObject("config")
                            .get("model_type")
                            .getAsString()
                            .equals(family))
                    .findFirst()
                    .orElseThrow();
            write(shape, folder);
        }
        return folder;
    }

    private static List<JsonObject> shapes() throws IOException {
        try (Reader reader = new InputStreamReader(
                FamiliesBenchmark.class.getResourceAsStream("/shapes.json"), StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(reader).getAsJsonArray().asList().stream()
                    .map(JsonElement::getAsJsonObject)
                    .toList();
        }
    }

    private static void measure(Path folder, Path reference, boolean quick, String like) throws IOException {
        Torch torch = Torch.start();
        List<Integer> lengths = quick ? LENGTHS.subList(0, 1) : LENGTHS;
        try (Family model = load(folder, torch)) {
            int words = words(folder);
            for (int tokens : LENGTHS) {
                if (!quick || tokens == LENGTHS.get(0)) {
                    pass(model, input(model, tokens, words));
                }
            }
            long memory = status("RssAnon");
            StringBuilder row = new StringBuilder(String.format(
                    Locale.ROOT,
                    "| `%s` | %,d MB | %.1f GB |",
                    like,
                    Files.size(folder.resolve("model.safetensors")) / 1_000_000,
                    memory / 1000.0));
            List<String> ratios = new ArrayList<>();
            try (Family bert = load(reference, torch)) {
                for (int tokens : lengths) {
                    double[] fastest = fastest(
                            model, input(model, tokens, words), bert, input(bert, tokens, words(reference)), quick);
                    row.append(String.format(Locale.ROOT, " %,.0f ms |", fastest[0]));
                    ratios.add(String.format(Locale.ROOT, "%.1f", fastest[0] / fastest[1]));
                }
            }
            row.append(" |".repeat(LENGTHS.size() - lengths.size()));
            System.out.println(row + " " + String.join(", ", ratios) + " |");
        }
    }

    private static Family load(Path folder, Torch torch) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return Family.load(checkpoint, torch, torch.kernels(Precision.AUTO.of(checkpoint.isBfloat16())));
        }
    }

    private static int words(Path folder) throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve("config.json")))
                .getAsJsonObject()
                .get("vocab_size")
                .getAsInt();
    }

    private static Input input(Family model, int tokens, int words) {
        List<Integer> ids =
                new Random(1).ints(tokens, 4, Math.min(words, 16_000)).boxed().toList();
        boolean both = model instanceof SequenceToSequence; // half of its tokens are the target's
        List<Integer> types = IntStream.range(0, tokens)
                .mapToObj(i -> both && i >= tokens / 2 ? 1 : 0)
                .toList();
        return new Input(ids, types);
    }

    /** A pass that keeps queries and keys and computes one row of logits, in milliseconds. */
    private static double pass(Family model, Input input) {
        long begun = System.nanoTime();
        model.forward(input, new int[] {input.tokens() - 1}, () -> {}).close();
        return (System.nanoTime() - begun) / 1e6;
    }

    /** The fastest passes of two models in turn, which other work on the machine disturbs least. */
    private static double[] fastest(Family model, Input input, Family other, Input its, boolean quick) {
        double[] fastest = {Double.MAX_VALUE, Double.MAX_VALUE};
        long begun = System.nanoTime();
        int passes = quick ? 4 : PASSES;
        for (int i = -2; i < passes; i++) {
            double one = pass(model, input);
            double two = pass(other, its);
            if (i >= 0) {
                fastest = new double[] {Math.min(fastest[0], one), Math.min(fastest[1], two)};
            }
            if (i >= 2 && (System.nanoTime() - begun) / 1e9 > LONG_SECONDS) {
                break;
            }
        }
        return fastest;
    }

    private static long status(String what) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(what + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1_000_000)
                .findFirst()
                .orElseThrow();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private static void write(JsonObject shape, Path folder) throws IOException {
        Files.createDirectories(folder);
        boolean narrow = shape.get("dtype").getAsString().equals("bfloat16");
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (JsonElement line : shape.getAsJsonArray("tensors")) {
            JsonArray tensor = line.getAsJsonArray();
            String name = tensor.get(0).getAsString();
            long[] sizes = tensor.get(1).getAsJsonArray().asList().stream()
                    .mapToLong(JsonElement::getAsLong)
                    .toArray();
            if (tensor.size() == 2) {
                shapes.put(name, sizes);
            } else {
                IntStream.range(tensor.get(2).getAsInt(), tensor.get(3).getAsInt())
                        .forEach(layer -> shapes.put(name.replace("#", String.valueOf(layer)), sizes));
            }
        }
        int width = narrow ? Short.BYTES : Float.BYTES;
        try (OutputStream out =
                new BufferedOutputStream(Files.newOutputStream(folder.resolve("model.safetensors")), 1 << 20)) {
            byte[] header = header(shapes, narrow ? "BF16" : "F32", width);
            out.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array());
            out.write(header);
            Random random = new Random(7);
            for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
                byte[] block = block(entry.getKey(), narrow, random);
                for (long left = numbers(entry.getValue()) * width; left > 0; left -= block.length) {
                    out.write(block, 0, (int) Math.min(left, block.length));
                }
            }
        }
        Files.writeString(
                folder.resolve("config.json"), shape.getAsJsonObject("config").toString());
    }

    private static byte[] header(Map<String, long[]> shapes, String type, int width) {
        JsonObject header = new JsonObject();
        long at = 0;
        for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
            JsonObject tensor = new JsonObject();
            tensor.addProperty("dtype", type);
            JsonArray sizes = new JsonArray();
            Arrays.stream(entry.getValue()).forEach(sizes::add);
            tensor.add("shape", sizes);
            JsonArray offsets = new JsonArray();
            offsets.add(at);
            at += numbers(entry.getValue()) * width;
            offsets.add(at);
            tensor.add("data_offsets", offsets);
            header.add(entry.getKey(), tensor);
        }
        String json = header.toString();
        return (json + " ".repeat((8 - json.length() % 8) % 8)).getBytes(StandardCharsets.UTF_8);
    }

    private static long numbers(long[] sizes) {
        return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
    }

    /** Numbers of which a tensor is made, again and again: around 1 in norms, else around 0. */
    private static byte[] block(String name, boolean narrow, Random random) {
        boolean norm = name.toLowerCase(Locale.ROOT).matches(".*(norm\\d?|ln_[12f])\\.weight");
        int count = 1 << 16;
        ByteBuffer block = ByteBuffer.allocate(count * (narrow ? Short.BYTES : Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            float value = (norm ? 1 : 0) + 0.02f * (float) random.nextGaussian();
            if (narrow) {
                block.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
            } else {
                block.putFloat(value);
            }
        }
        return block.array();
    }
}
