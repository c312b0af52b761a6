package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * GPT-2 (Radford et al. 2019), as transformers' {@code models/gpt2/modeling_gpt2.py} computes it. Its weights are
 * stored as (in, out), and those of query, key and value as one tensor tensor.
 */
final class Gpt2 {
    private final Build build;
    private final Config config;
    private final Dimensions dimensions;
    private final float epsilon;

    private Gpt2(Build build) {
        this.build = build;
        this.config = build.config();
        this.dimensions = new Dimensions(
                config.positive("n_layer"),
                config.positive("n_head"),
                Dimensions.headSize(config, "n_head", "n_embd"),
                config.positive("vocab_size"),
                0,
                config.positive("n_positions"));
        this.epsilon = config.epsilon("layer_norm_epsilon", 1e-5);
        if (!config.flag("scale_attn_weights", true)) {
            throw config.error("scale_attn_weights", "true");
        }
        config.requireOff("scale_attn_by_inverse_layer_idx", "add_cross_attention");
    }

    static Family build(Build build) {
        return new Gpt2(build).build();
    }

    private Family build() {
        Weights weights = build.weights();
        Weights body = weights.below("transformer");
        int hidden = dimensions.hidden();
        boolean tied = build.tied();
        Embedding words = Embedding.words(body.at("wte"), weights.at("lm_head"), tied, dimensions.vocabulary(), hidden);
        Embedding positions = Embedding.of(body.at("wpe"), config.positive("n_positions"), hidden);
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < dimensions.layers(); i++) {
            layers.add(layer(body.at("h." + i)));
        }
        return new Transformer(
                build.scope(),
                dimensions,
                new Embeddings(words, positions, Embeddings.Counting.FROM_ZERO, null, Block.NONE),
                layers,
                LayerNorm.of(body.at("ln_f"), hidden, epsilon),
                build.nextWordHead(words, tied && !config.classifies()));
    }

    private Layer layer(Weights layer) {
        int hidden = dimensions.hidden();
        int inner = config.positive("n_inner", 4 * hidden);
        Activation activation = build.activation("activation_function", "gelu_new");
        NDArray weight = transposed(layer, "attn.c_attn.weight", hidden, 3 * hidden);
        List<Linear> parts = Linear.split(weight, layer.bias("attn.c_attn.bias", 3 * hidden), 3, build.kernels());
        Attention attention = new Attention(
                build.kernels(),
                dimensions.heads(),
                dimensions.heads(),
                parts.get(0),
                parts.get(1),
                parts.get(2),
                linear(layer.at("attn.c_proj"), hidden, hidden, Activation.NONE),
                null,
                Mask.CAUSAL);
        return Layer.normFirst(
                LayerNorm.of(layer.at("ln_1"), hidden, epsilon),
                attention,
                LayerNorm.of(layer.at("ln_2"), hidden, epsilon),
                new FeedForward(
                        linear(layer.at("mlp.c_fc"), hidden, inner, activation),
                        linear(layer.at("mlp.c_proj"), inner, hidden, Activation.NONE)));
    }

    private Linear linear(Weights linear, int in, int out, Activation activation) {
        return Linear.packed(
                transposed(linear, "weight", in, out), linear.bias("bias", out), build.kernels(), activation);
    }

    /**
     * A weight stored as (in, out), transposed to (out, in): a copy, independent of the mapped file.
     */
    private static NDArray transposed(Weights weights, String name, int in, int out) {
        try (NDArray stored = weights.get(name, in, out);
                NDArray turned = stored.transpose()) {
            return turned.duplicate();
        }
    }
}
