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
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is BART's own; its numbers are compared by {@link EncoderDecoderTest}. */
class BartTest {
    private static final Golden GOLDEN = Golden.of("bart");

    @TempDir
    private Path temp;

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

    private static Offset<Float> offset() {
        return Offset.offset(1e-6f);
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
    void cancellationEndsGeneration() {
        try (SequenceToSequence model = load(GOLDEN.folder())) {
            List<Integer> source = GOLDEN.cases().get(0).ids().subList(0, 5);
            assertThatThrownBy(() -> model.write(source, model.decoding(), 12, () -> {
                        throw new CancellationException();
                    }))
                    .isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void passesAndGenerationLeaveNoArrays() {
        try (SequenceToSequence model = load(GOLDEN.folder())) {
            Golden.Case recorded = GOLDEN.cases().get(0);
            model.write(
                    recorded.ids().subList(0, source(recorded)),
                    model.decoding(),
                    5,
                    () -> {}); // what is made once is made
            int before = managed(model);
            for (int i = 0; i < 5; i++) {
                model.forward(input(recorded), new int[] {recorded.ids().size() - 1}, () -> {})
                        .close();
                model.write(recorded.ids().subList(0, source(recorded)), model.decoding(), 5, () -> {});
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
        Path separate = changed("\"scale_embedding\": false", "\"share_encoder_decoder_embeddings\": false");
        assertThatThrownBy(() -> load(separate))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("share_encoder_decoder_embeddings should be true");
        Path uneven = changed("\"decoder_attention_heads\": 4", "\"decoder_attention_heads\": 2");
        assertThatThrownBy(() -> load(uneven))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("decoder_attention_heads should be as many as encoder_attention_heads, 4");
    }
}
