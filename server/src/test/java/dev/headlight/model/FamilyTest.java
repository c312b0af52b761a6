package dev.headlight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.AttentionKind;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all families have in common; {@link FamilyParityTest} checks their numbers. */
class FamilyTest {
    private static final List<Integer> IDS =
            List.of(2, 13, 210, 88, 9, 3, 17, 44, 201, 101, 12, 13, 60, 61, 62, 63, 64, 90, 91, 92);
    private static final int TOKENS = IDS.size();
    private static final Input INPUT = new Input(IDS, Collections.nCopies(TOKENS, 0));

    @TempDir
    Path temp;

    private static Family load(Path folder) {
        Torch torch = Torch.start();
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return Family.load(checkpoint, torch, torch.kernels());
        }
    }

    private static float[] logits(Path folder, int... rows) {
        try (Family model = load(folder)) {
            return logits(model, rows);
        }
    }

    private static float[] logits(Family model, int... rows) {
        try (Trace trace = model.forward(INPUT, rows, () -> {})) {
            return trace.logits().toFloatArray();
        }
    }

    /** A copy of a checkpoint with other settings. */
    private Path changed(String name, String settings) throws IOException {
        Path copy = Files.createTempDirectory(temp, name);
        Checkpoints.rewrite(Golden.folder(name), copy, tensor -> tensor);
        JsonObject changes = JsonParser.parseString(settings).getAsJsonObject();
        Checkpoints.edit(copy, config -> changes.entrySet().forEach(e -> config.add(e.getKey(), e.getValue())));
        return copy;
    }

    @ParameterizedTest
    @MethodSource("dev.headlight.testing.Golden#all")
    void requestedRowsEqualThoseOfAllRows(Golden golden) {
        try (Family model = load(golden.folder())) {
            float[] all = logits(model, IntStream.range(0, TOKENS).toArray());
            float[] some = logits(model, 3, 19, 1);
            int vocabulary = model.dimensions().vocabulary();
            for (int i = 0; i < vocabulary; i++) {
                assertThat(some[i]).isCloseTo(all[3 * vocabulary + i], within(1e-4f));
                assertThat(some[vocabulary + i]).isCloseTo(all[19 * vocabulary + i], within(1e-4f));
                assertThat(some[2 * vocabulary + i]).isCloseTo(all[vocabulary + i], within(1e-4f));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.headlight.testing.Golden#all")
    void oneHeadAndOneRowEqualThoseOfTheWholeLayer(Golden golden) {
        try (Family model = load(golden.folder());
                Trace trace = model.forward(INPUT, new int[0], () -> {});
                NDManager scope = trace.scope()) {
            int size = TOKENS * TOKENS;
            for (int layer = 0; layer < model.dimensions().layers(); layer++) {
                float[] whole =
                        trace.stack(AttentionKind.SELF).weights(layer, scope).toFloatArray();
                float[] head =
                        trace.stack(AttentionKind.SELF).weights(layer, 2, scope).toFloatArray();
                float[] row = trace.stack(AttentionKind.SELF)
                        .weightsFrom(layer, 5, scope)
                        .toFloatArray();
                for (int i = 0; i < size; i++) {
                    assertThat(head[i]).isCloseTo(whole[2 * size + i], within(1e-6f));
                    boolean sees =
                            model.masks().get(AttentionKind.SELF).get(layer).sees(i / TOKENS, i % TOKENS);
                    assertThat(sees || head[i] == 0)
                            .as("%d to %d", i / TOKENS, i % TOKENS)
                            .isTrue();
                }
                for (int i = 0; i < row.length; i++) {
                    assertThat(row[i]).isCloseTo(whole[i / TOKENS * size + 5 * TOKENS + i % TOKENS], within(1e-6f));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.headlight.testing.Golden#all")
    void halfPrecisionCheckpointsEqualTheirWidenedNumbers(Golden golden) throws IOException {
        for (String type : List.of("F16", "BF16")) {
            Path halves = Files.createTempDirectory(temp, "halves");
            Path widened = Files.createTempDirectory(temp, "widened");
            Checkpoints.halve(golden.folder(), halves, widened, type);
            assertThat(logits(halves, 3)).containsExactly(logits(widened, 3)).isNotEqualTo(logits(golden.folder(), 3));
        }
    }

    @ParameterizedTest
    @CsvSource({"gpt2, transformer", "qwen2, model", "roberta, roberta", "modernbert, model"})
    void aCheckpointWithoutItsPrefixIsTheSameModel(String name, String prefix) throws IOException {
        Checkpoints.rewrite(Golden.folder(name), temp, tensor -> tensor.replaceFirst("^" + prefix + "\\.", ""));
        assertThat(logits(temp, 3)).containsExactly(logits(Golden.folder(name), 3));
    }

    @ParameterizedTest
    @CsvSource({
        "albert, predictions",
        "distilbert, vocab_",
        "electra, generator_",
        "modernbert, head",
        "qwen2, lm_head",
        "roberta, lm_head"
    })
    void aCheckpointWithoutAHeadShowsAttentionOnly(String name, String head) throws IOException {
        Checkpoints.rewrite(Golden.folder(name), temp, tensor -> tensor.startsWith(head) ? null : tensor);
        try (Family model = load(temp);
                Trace trace = model.forward(INPUT, new int[0], () -> {})) {
            assertThat(model.predicts()).isFalse();
            assertThat(trace.stack(AttentionKind.SELF).query(2).getShape().getShape())
                    .containsExactly(4, TOKENS, 8);
            assertThat(trace.stack(AttentionKind.SELF).key(2).getShape().getShape())
                    .containsExactly(4, TOKENS, 8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama", "mistral"})
    void llamaAndMistralEqualQwen2WithoutBiases(String type) throws IOException {
        Path qwen = changed("qwen2", "{}");
        for (int layer = 0; layer < 3; layer++) {
            for (String part : List.of("q", "k", "v")) {
                Checkpoints.fill(qwen, "model.layers." + layer + ".self_attn." + part + "_proj.bias", 0);
            }
        }
        Path other = Files.createTempDirectory(temp, type);
        Checkpoints.rewrite(qwen, other, tensor -> tensor.endsWith("_proj.bias") ? null : tensor);
        Checkpoints.edit(other, config -> config.addProperty("model_type", type));
        assertThat(logits(other, 3)).containsExactly(logits(qwen, 3)).isNotEqualTo(logits(Golden.folder("qwen2"), 3));
    }

    @Test
    void llamaSupportsBiasesEverywhere() throws IOException {
        Path llama = changed("qwen2", "{\"model_type\":\"llama\",\"attention_bias\":true,\"mlp_bias\":true}");
        for (int layer = 0; layer < 3; layer++) {
            Checkpoints.add(llama, "model.layers." + layer + ".self_attn.o_proj.bias", 32);
            Checkpoints.add(llama, "model.layers." + layer + ".mlp.gate_proj.bias", 96);
            Checkpoints.add(llama, "model.layers." + layer + ".mlp.up_proj.bias", 96);
            Checkpoints.add(llama, "model.layers." + layer + ".mlp.down_proj.bias", 32);
        }
        float[] biased = logits(llama, 3);
        assertThat(biased).isNotEqualTo(logits(Golden.folder("qwen2"), 3));
        for (int layer = 0; layer < 3; layer++) {
            Checkpoints.fill(llama, "model.layers." + layer + ".self_attn.o_proj.bias", 0);
            for (String part : List.of("gate", "up", "down")) {
                Checkpoints.fill(llama, "model.layers." + layer + ".mlp." + part + "_proj.bias", 0);
            }
        }
        assertThat(logits(llama, 3)).containsExactly(logits(Golden.folder("qwen2"), 3), within(1e-6f));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            qwen2      | {"rope_parameters":null,"rope_theta":10000.0,"rope_scaling":null,"head_dim":8}
            qwen2      | {"use_sliding_window":true,"sliding_window":160}
            modernbert | {"layer_types":null,"rope_parameters":null,"global_rope_theta":160000.0,"local_rope_theta":10000.0}
            gpt2       | {"n_inner":128}
            """)
    void olderAndFullerConfigurationsAreEquivalent(String name, String settings) throws IOException {
        assertThat(logits(changed(name, settings), 3)).containsExactly(logits(Golden.folder(name), 3));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            qwen2      | {"rope_scaling":{"type":"mrope"}}                         | type should be one of default, linear, dynamic
            qwen2      | {"rope_parameters":{"rope_type":"proportional"}}          | rope_type should be one of default, linear
            qwen2      | {"rope_parameters":{"rope_type":"llama3"}}                | factor should be a positive number
            phi3       | {"rope_parameters":{"rope_type":"su","short_factor":[1],"long_factor":[1]}} | long_factor should be 2 positive numbers
            qwen2      | {"partial_rotary_factor":0.5}                             | partial_rotary_factor should be 1
            qwen2      | {"layer_types":["sliding_attention"]}                     | layer_types should be full_attention or
            falcon     | {"alibi":true}                                            | alibi should be false
            falcon     | {"num_kv_heads":3}                                        | num_kv_heads should be a divisor of
            bloom      | {"apply_residual_connection_post_layernorm":true}         | apply_residual_connection_post_layernorm should be false
            gemma      | {"use_bidirectional_attention":true}                      | use_bidirectional_attention should be false
            gpt_neo    | {"attention_layers":["global","near"]}                    | attention_layers should be global or local
            deberta    | {"talking_head":true}                                     | talking_head should be false
            deberta    | {"pos_att_type":["c2p","p2p"]}                            | pos_att_type should be c2p, p2c or both
            deberta-v2 | {"conv_kernel_size":3}                                    | conv_kernel_size should be 0
            deberta-v2 | {"position_buckets":4}                                    | rel_embeddings.weight: expected [8, 16], found [16, 16]
            nomic_bert | {"moe_every_n_layers":2}                                  | moe_every_n_layers should be 0
            mpnet      | {"relative_attention_num_buckets":16}                     | relative_attention_num_buckets should be 32
            esm        | {"position_embedding_type":"relative_key"}                | position_embedding_type should be rotary or absolute
            esm        | {"is_decoder":true}                                       | is_decoder should be false
            qwen2      | {"num_key_value_heads":3}                                 | num_key_value_heads should be a divisor of
            qwen2      | {"num_key_value_heads":4}                                 | k_proj.weight: expected [32, 32], found [16, 32]
            qwen2      | {"head_dim":7}                                            | head_dim should be even
            qwen2      | {"hidden_act":"mish"}                                     | hidden_act should be gelu, gelu_new, relu or silu
            gpt2       | {"scale_attn_weights":false}                              | scale_attn_weights should be true
            gpt2       | {"scale_attn_by_inverse_layer_idx":true}                  | scale_attn_by_inverse_layer_idx should be false
            gpt2       | {"add_cross_attention":true}                              | add_cross_attention should be false
            gpt2       | {"n_head":5}                                              | n_head should be a divisor of n_embd, 32
            modernbert | {"layer_types":["full_attention"]}                        | layer_types should be full_attention or
            modernbert | {"layer_types":["a","b","c"]}                             | layer_types should be full_attention or
            modernbert | {"rope_parameters":{"full_attention":{"rope_type":"yarn"}}} | factor should be a positive number
            modernbert | {"rope_parameters":7}                                     | rope_parameters should be an object
            albert     | {"inner_group_num":2}                                     | inner_group_num should be 1
            albert     | {"num_hidden_groups":2}                                   | num_hidden_groups should be a divisor of
            roberta    | {"pad_token_id":161}                                      | max_position_embeddings should be more than
            roberta    | {"is_decoder":true}                                       | is_decoder should be false
            """)
    void unsupportedArithmeticIsRefusedByName(String name, String settings, String because) throws IOException {
        Path folder = changed(name, settings);
        assertThatThrownBy(() -> load(folder).close())
                .isInstanceOf(UserException.class)
                .hasMessageContaining(because)
                .message()
                .matches("[^\\n]+[.]");
    }

    @Test
    void theErrorForAnUnknownFamilyListsTheSupportedOnes() throws IOException {
        Path folder = changed("bert", "{\"model_type\":\"reformer\"}");
        assertThatThrownBy(() -> load(folder).close())
                .isInstanceOf(UserException.class)
                .hasMessageContaining("should be one of " + String.join(", ", Family.types()) + ", found")
                .hasMessageContaining("reformer");
    }

    @Test
    void albertLayersShareWeightsByGroup() throws IOException {
        Path folder = Files.createTempDirectory(temp, "albert");
        Checkpoints.rewrite(Golden.folder("albert"), folder, tensor -> tensor);
        Path two = Files.createTempDirectory(temp, "groups");
        Checkpoints.rewrite(folder, two, tensor -> tensor);
        Checkpoints.copyTensors(two, "layer_groups.0.", "layer_groups.1.", "layer_groups.2.");
        Checkpoints.edit(two, config -> config.addProperty("num_hidden_groups", 3));
        assertThat(logits(two, 3)).containsExactly(logits(folder, 3));
        Checkpoints.fill(two, "albert.encoder.albert_layer_groups.1.albert_layers.0.ffn.weight", 0);
        assertThat(logits(two, 3)).isNotEqualTo(logits(folder, 3));
    }

    @Test
    void robertaCountsPositionsAfterItsPadding() {
        Input padded = new Input(List.of(0, 37, 1, 1, 38, 2), Collections.nCopies(6, 0));
        assertThat(Embeddings.Counting.from(1).positions(padded)).containsExactly(2, 3, 1, 1, 4, 5);
        try (Family model = load(Golden.folder("roberta"))) {
            assertThat(model.dimensions().maxTokens()).isEqualTo(160);
            Input longest = new Input(Collections.nCopies(160, 5), Collections.nCopies(160, 0));
            model.forward(longest, new int[] {159}, () -> {}).close();
        }
    }

    @Test
    void unknownTokenTypesNeverReachTheModel() {
        for (String name : List.of("distilbert", "roberta", "gpt2", "modernbert")) {
            try (Family model = load(Golden.folder(name));
                    Trace typed =
                            model.forward(new Input(IDS, Collections.nCopies(TOKENS, 1)), new int[] {3}, () -> {})) {
                assertThat(typed.logits().toFloatArray()).containsExactly(logits(model, 3));
            }
        }
    }

    @Test
    void noModelGetsMoreTokensThanCanBeInspected() {
        assertThat(new Dimensions(1, 1, 1, 1, 0, 32_768).maxTokens()).isEqualTo(1024);
    }
}
