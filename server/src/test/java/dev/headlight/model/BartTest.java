package dev.headlight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.UserException;
import dev.headlight.engine.Kernels;
import dev.headlight.engine.Torch;
import dev.headlight.testing.Checkpoints;
import dev.headlight.testing.Golden;
import dev.headlight.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** BART compared with PyTorch's Transformer layers, see src/test/python/golden_bart.py. */
class BartTest {
    private static final float TOLERANCE = 1e-4f;
    private static final Golden GOLDEN = Golden.of("bart");
    private static final List<AttentionKind> KINDS =
            List.of(AttentionKind.ENCODER, AttentionKind.DECODER, AttentionKind.CROSS);

    @TempDir
    private Path temp;

    static Stream<Kernels> kernels() {
        Torch torch = Torch.start();
        return Stream.of(torch.kernels(), torch.plainKernels());
    }

    private static SequenceToSequence load(Path folder, Kernels kernels) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return (SequenceToSequence) Family.load(checkpoint, Torch.start(), kernels);
        }
    }

    private static SequenceToSequence load(Path folder) {
        return load(folder, Torch.start().kernels());
    }

    private static Input input(Golden.Case recorded) {
        return new Input(recorded.ids(), recorded.tokenTypes());
    }

    private static int source(Golden.Case recorded) {
        return recorded.tokenTypes().indexOf(1);
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void logitsAndTheThreeAttentionsEqualThoseOfPyTorch(Kernels kernels) {
        try (SequenceToSequence model = load(GOLDEN.folder(), kernels)) {
            assertThat(model.masks().keySet()).containsExactlyElementsOf(KINDS);
            assertThat(KINDS).extracting(kind -> model.masks().get(kind).size()).containsExactly(3, 2, 2);
            for (int number = 0; number < GOLDEN.cases().size(); number++) {
                compare(number, model);
            }
        }
    }

    private static void compare(int number, SequenceToSequence model) {
        Golden.Case recorded = GOLDEN.cases().get(number);
        int source = source(recorded);
        int all = recorded.ids().size();
        try (Trace trace = model.forward(
                        input(recorded), IntStream.range(source, all).toArray(), () -> {});
                NDManager scope = trace.scope()) {
            assertClose(trace.logits(), GOLDEN.array(number, "logits"), 0);
            for (AttentionKind kind : KINDS) {
                float[] recordedWeights = GOLDEN.array(number, kind.id());
                AttentionStack stack = trace.stack(kind);
                int rows = kind == AttentionKind.ENCODER ? source : all - source;
                int columns = kind == AttentionKind.DECODER ? all - source : source;
                for (int layer = 0; layer < model.masks().get(kind).size(); layer++) {
                    NDArray attention = stack.weights(layer, scope);
                    assertThat(attention.getShape().getShape()).containsExactly(4, rows, columns);
                    assertClose(attention, recordedWeights, (int) (layer * attention.size()));
                    for (int query : new int[] {0, rows - 1}) {
                        assertThat(stack.weightsFrom(layer, query, scope).toFloatArray())
                                .containsExactly(attention.get(":, {}", query).toFloatArray(), offset());
                    }
                    assertThat(stack.weights(layer, 1, scope).toFloatArray())
                            .containsExactly(attention.get(1).toFloatArray(), offset());
                }
                assertThat(recordedWeights).hasSize(model.masks().get(kind).size() * 4 * rows * columns);
            }
            assertThatThrownBy(() -> trace.stack(AttentionKind.SELF)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Offset<Float> offset() {
        return Offset.offset(1e-6f);
    }

    /** Compares an array with recorded numbers, from a place among them on. */
    private static void assertClose(NDArray found, float[] recorded, int from) {
        float[] numbers = found.toFloatArray();
        double worst = 0;
        for (int i = 0; i < numbers.length; i++) {
            worst = Math.max(worst, Math.abs(numbers[i] - recorded[from + i]));
        }
        assertThat(worst).isLessThan(TOLERANCE);
    }

    @Test
    void queriesAndKeysReproduceTheAttention() {
        Golden.Case recorded = GOLDEN.cases().get(1);
        try (SequenceToSequence model = load(GOLDEN.folder());
                Trace trace = model.forward(input(recorded), new int[0], () -> {});
                NDManager scope = trace.scope()) {
            for (AttentionKind kind : List.of(AttentionKind.ENCODER, AttentionKind.CROSS)) {
                AttentionStack stack = trace.stack(kind);
                NDArray products = stack.query(1).matMul(stack.key(1).transpose(0, 2, 1));
                NDArray weights = products.div(
                                Math.sqrt(stack.query(1).getShape().get(2)))
                        .softmax(-1);
                assertThat(weights.toFloatArray())
                        .containsExactly(stack.weights(1, scope).toFloatArray(), offset());
            }
        }
    }

    @Test
    void generatesGreedily() {
        try (SequenceToSequence model = load(GOLDEN.folder())) {
            for (Golden.Case recorded : GOLDEN.cases()) {
                List<Integer> source = recorded.ids().subList(0, source(recorded));
                assertThat(model.write(source, 12, () -> {})).isEqualTo(recorded.written());
                assertThat(model.write(source, 3, () -> {}))
                        .isEqualTo(recorded.written()
                                .subList(0, Math.min(3, recorded.written().size())));
            }
        }
    }

    @Test
    void cancellationEndsGeneration() {
        try (SequenceToSequence model = load(GOLDEN.folder())) {
            List<Integer> source = GOLDEN.cases().get(0).ids().subList(0, 5);
            assertThatThrownBy(() -> model.write(source, 12, () -> {
                        throw new CancellationException();
                    }))
                    .isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void passesAndGenerationLeaveNoArrays() {
        try (SequenceToSequence model = load(GOLDEN.folder())) {
            Golden.Case recorded = GOLDEN.cases().get(0);
            model.write(recorded.ids().subList(0, source(recorded)), 5, () -> {}); // what is made once is made
            int before = managed(model);
            for (int i = 0; i < 5; i++) {
                model.forward(input(recorded), new int[] {recorded.ids().size() - 1}, () -> {})
                        .close();
                model.write(recorded.ids().subList(0, source(recorded)), 5, () -> {});
            }
            assertThat(managed(model)).isEqualTo(before);
        }
    }

    /** Everything that lives below the root of all scopes. */
    private static int managed(SequenceToSequence model) {
        NDManager root = ((EncoderDecoder) model).scope();
        while (root.getParentManager() != null) {
            root = root.getParentManager();
        }
        return root.getManagedArrays().size();
    }

    @Test
    void sourceTokensMustPrecedeTargetTokens() {
        try (SequenceToSequence model = load(GOLDEN.folder())) {
            for (List<Integer> types : List.of(List.of(0, 0, 0), List.of(1, 1, 1), List.of(0, 1, 0))) {
                assertThatThrownBy(() -> model.forward(new Input(List.of(5, 6, 7), types), new int[0], () -> {}))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    private static float[] logits(Path folder) {
        Golden.Case recorded = GOLDEN.cases().get(0);
        try (SequenceToSequence model = load(folder);
                Trace trace =
                        model.forward(input(recorded), new int[] {recorded.ids().size() - 1}, () -> {})) {
            return trace.logits().toFloatArray();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"F16", "BF16"})
    void halfPrecisionEqualsItsWidenedNumbers(String type) throws IOException {
        Path halves = Files.createTempDirectory(temp, "halves");
        Path widened = Files.createTempDirectory(temp, "widened");
        Checkpoints.halve(GOLDEN.folder(), halves, widened, type);
        assertThat(logits(halves)).containsExactly(logits(widened)).isNotEqualTo(logits(GOLDEN.folder()));
    }

    /** As facebook/bart-base is published: of the stack alone, with its words under three names, and no bias. */
    @Test
    void aCheckpointWithoutAHeadPredictsWithItsEmbeddings() throws IOException {
        Path plain = Files.createTempDirectory(temp, "plain");
        Checkpoints.rewrite(GOLDEN.folder(), plain, name -> name);
        Checkpoints.fill(plain, "final_logits_bias", 0);
        for (String words : List.of("shared", "encoder.embed_tokens", "decoder.embed_tokens")) {
            Path stack = Files.createTempDirectory(temp, "stack");
            Checkpoints.rewrite(
                    GOLDEN.folder(),
                    stack,
                    name -> name.equals("final_logits_bias")
                            ? null
                            : name.replaceFirst("^model\\.", "").replaceFirst("^shared", words));
            assertThat(logits(stack)).containsExactly(logits(plain));
        }
    }

    private Path changed(String from, String to) throws IOException {
        Path folder = Files.createTempDirectory(temp, "bart");
        for (String name : List.of("model.safetensors", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(GOLDEN.folder().resolve(name), folder.resolve(name));
        }
        String config = Files.readString(GOLDEN.folder().resolve("config.json"));
        assertThat(config).contains(from);
        Files.writeString(folder.resolve("config.json"), config.replace(from, to));
        return folder;
    }

    @Test
    void unsupportedSettingsAreRefusedByName() throws IOException {
        Path scaled = changed("\"scale_embedding\": false", "\"scale_embedding\": true");
        assertThatThrownBy(() -> load(scaled))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("scale_embedding should be false");
        Path uneven = changed("\"decoder_attention_heads\": 4", "\"decoder_attention_heads\": 2");
        assertThatThrownBy(() -> load(uneven))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("decoder_attention_heads should be as many as encoder_attention_heads, 4");
    }
}
