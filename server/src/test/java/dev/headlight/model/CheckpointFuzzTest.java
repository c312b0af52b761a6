package dev.headlight.model;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.engine.Torch;
import dev.headlight.testing.Checkpoints;
import dev.headlight.testing.Golden;
import dev.headlight.testing.Hostile;
import dev.headlight.testing.Tally;
import dev.headlight.weights.Checkpoint;
import dev.headlight.weights.SafeTensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Configurations and weights that are right but for a few random changes. {@code -Dheadlight.fuzz} says how many. */
@Tag("slow")
@Timeout(value = 6, unit = TimeUnit.HOURS)
class CheckpointFuzzTest {
    private static final List<String> FAMILIES =
            List.of("bert", "albert", "gpt2", "qwen2", "modernbert", "distilbert", "electra", "roberta", "bart", "t5");
    /** Of a file of weights, of which more is never needed to see how its header is read. */
    private static final int MOST_DATA = 256;

    @TempDir
    Path temp;

    @BeforeAll
    static void start() {
        Torch.start(); // which takes seconds, of no input
    }

    @Test
    void configurations() throws IOException {
        Tally tally = new Tally("config.json");
        int each = Math.max(1, Tally.inputs(4_500) / FAMILIES.size());
        for (String family : FAMILIES) {
            Path folder = copy(family);
            JsonElement right = JsonParser.parseString(Files.readString(folder.resolve("config.json")));
            Hostile hostile = new Hostile(family.hashCode());
            for (int i = 0; i < each; i++) {
                String config = hostile.json(right);
                write(folder.resolve("config.json"), config.getBytes(StandardCharsets.UTF_8));
                tally.take(() -> family + " " + config, () -> run(folder));
            }
        }
        tally.report();
    }

    @Test
    void weights() throws IOException {
        Tally tally = new Tally("model.safetensors, with a pass");
        int each = Math.max(1, Tally.inputs(1_800) / FAMILIES.size());
        for (String family : FAMILIES) {
            Path folder = copy(family);
            byte[] right = Files.readAllBytes(folder.resolve("model.safetensors"));
            Hostile hostile = new Hostile(family.hashCode());
            for (int i = 0; i < each; i++) {
                byte[] file = headerMostly(right, hostile);
                write(folder.resolve("model.safetensors"), file);
                int number = i;
                tally.take(() -> family + " " + number, () -> run(folder));
            }
        }
        tally.report();
    }

    /** Damages the header more often than the numbers, of which there are many more bytes. */
    private static byte[] headerMostly(byte[] right, Hostile hostile) {
        int start = 8 + (int) length(right);
        if (hostile.below(3) == 0) {
            return hostile.damaged(right);
        }
        byte[] file = hostile.damaged(Arrays.copyOf(right, start));
        int kept = file.length;
        byte[] whole = Arrays.copyOf(file, kept + right.length - start);
        System.arraycopy(right, start, whole, kept, right.length - start);
        return whole;
    }

    @Test
    void headers() throws IOException {
        Tally tally = new Tally("headers of model.safetensors");
        String right =
                "{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
                        + "\"b\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[24,32]},"
                        + "\"c\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[32,40]}}";
        JsonElement json = JsonParser.parseString(right);
        Hostile hostile = new Hostile(3);
        Path path = temp.resolve("a.safetensors");
        for (int i = 0; i < Tally.inputs(20_000); i++) {
            byte[] header = (hostile.below(3) == 0 ? right : hostile.json(json)).getBytes(StandardCharsets.UTF_8);
            byte[] file = ByteBuffer.allocate(8 + header.length + 40)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .put(header)
                    .array();
            byte[] damaged = hostile.below(3) == 0 ? hostile.damaged(file) : file;
            write(path, damaged);
            tally.take(
                    () -> HexFormat.of().formatHex(Arrays.copyOf(damaged, Math.min(damaged.length, MOST_DATA))), () -> {
                        try (SafeTensorsFile opened = SafeTensorsFile.open(path)) {
                            opened.names().forEach(opened::shape);
                        }
                    });
        }
        tally.report();
    }

    private static long length(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private Path copy(String family) throws IOException {
        Path folder = Files.createDirectories(temp.resolve(family));
        Checkpoints.rewrite(Golden.folder(family), folder, name -> name);
        return folder;
    }

    /** Loads a checkpoint, and runs it once. */
    private static void run(Path folder) {
        Torch torch = Torch.start();
        try (Checkpoint checkpoint = Checkpoint.open(folder);
                Family model = Family.load(checkpoint, torch, torch.kernels())) {
            int tokens = Math.min(6, model.dimensions().maxTokens());
            int target = model instanceof SequenceToSequence ? tokens / 2 : 0;
            List<Integer> ids = Collections.nCopies(tokens, model.dimensions().vocabulary() - 1);
            List<Integer> types = IntStream.range(0, tokens)
                    .mapToObj(i -> i < tokens - target ? 0 : 1)
                    .toList();
            int[] rows = model.predicts() ? new int[] {tokens - 1} : new int[0];
            try (Trace trace = model.forward(new Input(ids, types), rows, Cancellation.NEVER)) {
                trace.requireFinite(true);
            }
        } catch (NotFiniteException e) { // which the next layer says in a sentence
            throw new UserException("The weights or what they compute contain NaN or infinity.", e);
        }
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
