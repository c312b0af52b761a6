package dev.headlight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.engine.Torch;
import dev.headlight.testing.Checkpoints;
import dev.headlight.testing.Golden;
import dev.headlight.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BertTest {
    private static final Input INPUT = new Input(List.of(2, 13, 210, 4, 88, 9, 3), Collections.nCopies(7, 0));

    @TempDir
    Path temp;

    private Family model;

    @BeforeEach
    void load() {
        model = load(Golden.folder("bert"));
    }

    @AfterEach
    void close() {
        model.close();
    }

    private static Family load(Path folder) {
        Torch torch = Torch.start();
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return Family.load(checkpoint, torch, torch.kernels());
        }
    }

    private static float[] logits(Family model, int... rows) {
        try (Trace trace = model.forward(INPUT, rows, () -> {})) {
            return trace.logits().toFloatArray();
        }
    }

    @Test
    void requestedRowsEqualThoseOfAllRows() {
        float[] all = logits(model, IntStream.range(0, 7).toArray());
        float[] some = logits(model, 3, 1);
        int vocabulary = model.dimensions().vocabulary();
        for (int i = 0; i < vocabulary; i++) {
            assertThat(some[i]).isCloseTo(all[3 * vocabulary + i], within(1e-4f));
            assertThat(some[vocabulary + i]).isCloseTo(all[vocabulary + i], within(1e-4f));
        }
    }

    @Test
    void queriesAndKeysDoNotDependOnTheRequestedRows() {
        try (Trace none = model.forward(INPUT, new int[0], () -> {});
                Trace all = model.forward(INPUT, new int[] {0, 1, 2, 3, 4, 5, 6}, () -> {})) {
            assertThat(none.logits()).isNull();
            for (int layer = 0; layer < model.dimensions().layers(); layer++) {
                assertThat(none.stack(AttentionKind.SELF).query(layer).toFloatArray())
                        .containsExactly(
                                all.stack(AttentionKind.SELF).query(layer).toFloatArray(), within(1e-5f));
                assertThat(none.stack(AttentionKind.SELF).key(layer).toFloatArray())
                        .containsExactly(
                                all.stack(AttentionKind.SELF).key(layer).toFloatArray(), within(1e-5f));
            }
        }
    }

    @Test
    void oneHeadAndOneRowEqualThoseOfTheWholeLayer() {
        try (Trace trace = model.forward(INPUT, new int[0], () -> {});
                NDManager scope = trace.scope()) {
            float[] layer = trace.stack(AttentionKind.SELF).weights(1, scope).toFloatArray();
            float[] head = trace.stack(AttentionKind.SELF).weights(1, 2, scope).toFloatArray();
            float[] row =
                    trace.stack(AttentionKind.SELF).weightsFrom(1, 5, scope).toFloatArray();
            for (int i = 0; i < 49; i++) {
                assertThat(head[i]).isCloseTo(layer[2 * 49 + i], within(1e-6f));
            }
            for (int i = 0; i < 28; i++) {
                assertThat(row[i]).isCloseTo(layer[i / 7 * 49 + 5 * 7 + i % 7], within(1e-6f));
            }
        }
    }

    @Test
    void aTraceReportsItsMemory() {
        try (Trace trace = model.forward(INPUT, new int[] {3}, () -> {})) {
            Dimensions of = model.dimensions();
            assertThat(trace.bytes()).isEqualTo(4L * (3 * of.layers() * 7 * of.hidden() + of.vocabulary()));
        }
    }

    @Test
    void aCancelledPassEndsBetweenLayers() {
        AtomicInteger calls = new AtomicInteger();
        Cancellation once = () -> {
            if (calls.incrementAndGet() == 2) {
                throw new CancellationException();
            }
        };
        assertThatThrownBy(() -> model.forward(INPUT, new int[0], once)).isInstanceOf(CancellationException.class);
        assertThat(calls).hasValue(2);
    }

    @Test
    void unknownIdsAndTypesNeverReachNativeCode() {
        for (Input input : List.of(
                new Input(List.of(999_999), List.of(0)),
                new Input(List.of(-1), List.of(0)),
                new Input(List.of(1), List.of(2)),
                new Input(List.of(1), List.of(-1)))) {
            assertThatThrownBy(() -> model.forward(input, new int[0], () -> {})).isInstanceOf(UserException.class);
        }
    }

    @Test
    void invalidLengthsAndRowsNeverReachNativeCode() {
        Input tooLong = new Input(Collections.nCopies(161, 1), Collections.nCopies(161, 0));
        Input uneven = new Input(List.of(1, 2), List.of(0));
        Input empty = new Input(List.of(), List.of());
        for (Input input : List.of(tooLong, uneven, empty)) {
            assertThatThrownBy(() -> model.forward(input, new int[0], () -> {}))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> model.forward(INPUT, new int[] {7}, () -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCheckpointWithoutThePrefixIsTheSameModel() throws IOException {
        Checkpoints.rewrite(Golden.folder("bert"), temp, name -> name.replaceFirst("^bert\\.", ""));
        try (Family same = load(temp)) {
            assertThat(logits(same, 3)).containsExactly(logits(model, 3));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"F16", "BF16"})
    void aHalfPrecisionCheckpointEqualsItsWidenedNumbers(String type) throws IOException {
        Path halves = Files.createDirectory(temp.resolve("halves"));
        Path widened = Files.createDirectory(temp.resolve("widened"));
        Checkpoints.halve(Golden.folder("bert"), halves, widened, type);
        try (Family half = load(halves);
                Family wide = load(widened)) {
            assertThat(logits(half, 3)).containsExactly(logits(wide, 3)).isNotEqualTo(logits(model, 3));
        }
    }

    @Test
    void unusedHeadsAreIgnored() throws IOException {
        Checkpoints.rewrite(Golden.folder("bert"), temp, name -> name);
        Checkpoints.add(temp, "cls.seq_relationship.weight", 2, 32);
        Checkpoints.add(temp, "bert.pooler.dense.weight", 32, 32);
        try (Family same = load(temp)) {
            assertThat(logits(same, 3)).containsExactly(logits(model, 3));
        }
    }

    @Test
    void aCheckpointWithoutAHeadShowsAttentionOnly() throws IOException {
        Checkpoints.rewrite(Golden.folder("bert"), temp, name -> name.startsWith("cls.") ? null : name);
        try (Family headless = load(temp);
                Trace trace = headless.forward(INPUT, new int[0], () -> {})) {
            assertThat(headless.predicts()).isFalse();
            assertThat(trace.stack(AttentionKind.SELF).query(2).getShape().getShape())
                    .containsExactly(4, 7, 8);
        }
    }

    @Test
    void anUntiedDecoderTakesPrecedence() throws IOException {
        Checkpoints.rewrite(Golden.folder("bert"), temp, name -> name);
        Checkpoints.add(
                temp, "cls.predictions.decoder.weight", model.dimensions().vocabulary(), 32);
        Checkpoints.edit(temp, config -> config.addProperty("tie_word_embeddings", false));
        try (Family untied = load(temp)) {
            assertThat(logits(untied, 3)).isNotEqualTo(logits(model, 3));
        }
    }

    @Test
    void aSeparateDecoderIsUsedEvenIfTheConfigurationTiesIt() throws IOException {
        Checkpoints.rewrite(Golden.folder("bert"), temp, name -> name);
        Checkpoints.add(
                temp, "cls.predictions.decoder.weight", model.dimensions().vocabulary(), 32);
        try (Family own = load(temp)) {
            assertThat(logits(own, 3)).isNotEqualTo(logits(model, 3));
        }
    }

    @Test
    void anEmbeddingTableUnderTheHeadsNameIsUsed() throws IOException {
        Checkpoints.rewrite(
                Golden.folder("bert"),
                temp,
                name -> name.replace("bert.embeddings.word_embeddings", "cls.predictions.decoder"));
        try (Family tied = load(temp)) {
            assertThat(logits(tied, 3)).containsExactly(logits(model, 3));
        }
    }

    @Test
    void aMissingBiasIsZero() throws IOException {
        String bias = "bert.encoder.layer.1.attention.self.value.bias";
        Checkpoints.rewrite(Golden.folder("bert"), temp, name -> name);
        Checkpoints.fill(temp, bias, 0);
        try (Family zeros = load(temp)) {
            float[] expected = logits(zeros, 3);
            Checkpoints.rewrite(Golden.folder("bert"), temp, name -> name.equals(bias) ? null : name);
            try (Family absent = load(temp)) {
                assertThat(logits(absent, 3)).containsExactly(expected);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"model_type":"reformer"}                   | model_type should be one of albert, bart, bert,
            {"model_type":null}                         | model_type should be a string
            {"hidden_size":33}                          | num_attention_heads should be a divisor of hidden_size, 33
            {"hidden_size":64}                          | expected [64], found [32]
            {"vocab_size":232}                          | expected [232, 32], found [231, 32]
            {"num_hidden_layers":4}                     | bert.encoder.layer.3.attention.self.query.weight is missing
            {"num_hidden_layers":0}                     | num_hidden_layers should be a whole number from 1 to 1000
            {"intermediate_size":97}                    | expected [97, 32], found [96, 32]
            {"max_position_embeddings":512}             | expected [512, 32], found [160, 32]
            {"hidden_act":"silly"}                      | hidden_act should be gelu
            {"position_embedding_type":"relative_key"}  | position_embedding_type should be absolute
            {"is_decoder":true}                         | is_decoder should be false
            {"layer_norm_eps":"x"}                      | layer_norm_eps should be a number
            """)
    void aMismatchedConfigurationIsNamed(String changes, String because) throws IOException {
        JsonObject changed = JsonParser.parseString(changes).getAsJsonObject();
        Checkpoints.rewrite(Golden.folder("bert"), temp, name -> name);
        Checkpoints.edit(temp, config -> changed.entrySet().forEach(e -> config.add(e.getKey(), e.getValue())));
        assertThatThrownBy(() -> load(temp).close())
                .isInstanceOf(UserException.class)
                .hasMessageContaining(because)
                .hasMessageContaining(temp.toString());
    }
}
