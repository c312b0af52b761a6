package dev.headlight.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.google.gson.Gson;
import dev.headlight.Cancellation;
import dev.headlight.Precision;
import dev.headlight.UserException;
import dev.headlight.engine.Torch;
import dev.headlight.testing.ConformanceCheckpoint;
import dev.headlight.tokens.Token;
import dev.headlight.tokens.Tokenizer;
import dev.headlight.weights.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checkpoints drawn at random by src/test/python/conformance.py, against what Hugging Face transformers made of them: the
 * same ids, token types, spans, logits and attention, or a refusal that is expected. {@code -Dheadlight.conformance=FILE}
 * takes others than those that are committed.
 */
@Tag("slow")
class ConformanceTest {
    private static final double TOLERANCE = 1e-4;
    private static final double FEWEST_AGREED = 0.85;

    /** The allowed error messages for a refused checkpoint, without the names of its folder and files. */
    private static final List<String> REFUSALS = List.of(
            "(hidden_act|hidden_activation|activation|activation_function|classifier_activation) should be gelu, .*",
            "feed_forward_proj should be relu, gelu, .*",
            "scale_attn_by_inverse_layer_idx should be false, .*",
            "add_cross_attention should be false, .*",
            "inner_group_num should be 1, .*",
            "decoder_attention_heads should be as many as encoder_attention_heads, .*",
            "split_special_tokens is true, .*",
            "vocab is of the kind Unigram, of which no \\w+ can be made: .*",
            "tokenizer_class is \\w+, which Headlight doesn't know: .*",
            "\\S+ is missing\\.");

    @TempDir
    Path temp;

    private record Recorded(
            String transformers, List<String> texts, Map<String, String> blobs, List<ConformanceCheckpoint> cases) {}

    /** The recorded files: those that are committed, or another. */
    static Stream<String> files() {
        String other = System.getProperty("headlight.conformance");
        return other == null
                ? Stream.of("cases.json.gz", "newer.json.gz", "encoders.json.gz", "pairs.json.gz", "starcoder2.json.gz")
                : Stream.of(other);
    }

    private static Recorded recorded(String name) throws IOException {
        InputStream own = ConformanceTest.class.getResourceAsStream("/conformance/" + name);
        try (InputStream file = own != null ? own : Files.newInputStream(Path.of(name));
                Reader reader = new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8)) {
            return new Gson().fromJson(reader, Recorded.class);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyCheckpointIsReadAsTransformersReadsItOrRefusedByName(String name) throws IOException {
        Recorded recorded = recorded(name);
        Map<String, List<String>> refused = new TreeMap<>();
        List<String> differing = new ArrayList<>();
        int agreed = 0;
        for (ConformanceCheckpoint checkpoint : recorded.cases()) {
            Path folder = Files.createDirectory(temp.resolve("c"));
            try {
                checkpoint.write(folder, recorded.blobs());
                check(checkpoint, folder, recorded.texts());
                agreed++;
            } catch (UserException e) {
                String sentence = sentence(e, folder);
                if (REFUSALS.stream().noneMatch(sentence::matches)
                        || sentence.endsWith(" is missing.")
                                && checkpoint.missing().isEmpty()) {
                    differing.add(checkpoint.name() + ": " + e.getMessage());
                }
                refused.computeIfAbsent(sentence.replaceAll(", found .*|\\d+", "…"), s -> new ArrayList<>())
                        .add(checkpoint.name());
            } catch (AssertionError | RuntimeException e) {
                differing.add(checkpoint.name() + ": " + e.getMessage());
            }
            delete(folder);
        }
        StringBuilder said = new StringBuilder("transformers %s: %d checkpoints, %d agreed"
                .formatted(recorded.transformers(), recorded.cases().size(), agreed));
        refused.forEach((sentence, names) -> said.append("\n  %d refused: %s".formatted(names.size(), sentence)));
        Files.writeString(
                Path.of(
                        "target",
                        "conformance-" + Path.of(name).getFileName().toString().replace(".json.gz", ".txt")),
                said + "\n" + String.join("\n", differing) + "\n");
        System.err.println(said);
        assertThat(differing).isEmpty();
        assertThat((double) agreed / recorded.cases().size()).isGreaterThanOrEqualTo(FEWEST_AGREED);
    }

    /** The message about a key, without its file. */
    private static String sentence(UserException e, Path folder) {
        String sentence = e.getMessage().replace(folder.toString(), "");
        return sentence.replaceFirst("^(/[\\w.-]+)?:? ", "");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void check(ConformanceCheckpoint expected, Path folder, List<String> texts) {
        try (Checkpoint checkpoint = Checkpoint.open(folder);
                Tokenizer tokenizer = Tokenizer.load(folder);
                Family model =
                        Family.load(checkpoint, Torch.start(), Torch.start().kernels(Precision.FLOAT32))) {
            for (ConformanceCheckpoint.Encoding encoding : expected.all()) {
                checkTokens(encoding, texts, tokenizer);
            }
            assertThat(model.predicts()).as("predicts").isEqualTo(expected.logits() != null);
            checkNumbers(expected, model);
        }
    }

    private static void checkTokens(ConformanceCheckpoint.Encoding expected, List<String> texts, Tokenizer tokenizer) {
        String text = texts.get(expected.text());
        String pair = expected.pair() < 0 ? null : texts.get(expected.pair());
        List<Token> tokens = pair == null ? tokenizer.encode(text) : tokenizer.encode(text, pair);
        assertThat(tokens).as(text).extracting(Token::id).isEqualTo(expected.ids());
        assertThat(tokens).as(text).extracting(Token::type).isEqualTo(expected.types());
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            int sequence = expected.sequences().get(i);
            assertThat(token.added()).as("token %d of %s is added", i, text).isEqualTo(sequence < 0);
            if (!token.added()) {
                String whole = sequence == 0 ? text : pair;
                int start = whole.offsetByCodePoints(0, expected.spans().get(2 * i));
                int end = whole.offsetByCodePoints(0, expected.spans().get(2 * i + 1));
                String stands = whole.substring(start, end);
                assertThat(token.span().of(whole))
                        .as("token %d of %s", i, text)
                        .isEqualTo(stands.isBlank() ? stands : stands.strip());
            }
        }
    }

    private static void checkNumbers(ConformanceCheckpoint expected, Family model) {
        Input input = expected.input();
        int first = expected.sourceTokens();
        int[] rows = expected.logits() == null
                ? new int[0]
                : expected.rows().stream().mapToInt(row -> first + row).toArray();
        try (Trace trace = model.forward(input, rows, Cancellation.NEVER);
                NDManager scope = trace.scope()) {
            if (rows.length > 0) {
                close("logits", trace.logits().toFloatArray(), expected.logits());
            }
            model.masks().forEach((kind, masks) -> {
                for (int layer = 0; layer < masks.size(); layer++) {
                    float[] attention = trace.stack(kind).weights(layer, scope).toFloatArray();
                    expected.checkAttention(kind, layer, attention, ConformanceTest::close);
                }
            });
        }
    }

    private static void close(String what, float[] found, int[] expected) {
        assertThat(found.length).as(what).isEqualTo(expected.length);
        double worst = IntStream.range(0, found.length)
                .mapToDouble(i -> Math.abs(found[i] - expected[i] * 1e-5))
                .max()
                .orElse(0);
        assertThat(worst).as(what).isLessThan(TOLERANCE);
    }
}
