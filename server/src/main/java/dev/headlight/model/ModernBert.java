package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * ModernBERT (Warner et al. 2024), as transformers' {@code models/modernbert/modeling_modernbert.py} computes it: norms
 * first, rotary positions, gated feed-forward, and in most layers tokens that see only their surroundings.
 */
final class ModernBert {
    private static final String GLOBAL = "full_attention";
    private static final String LOCAL = "sliding_attention";

    private final Build build;
    private final Config config;
    private final Dimensions dimensions;
    private final float epsilon;

    private ModernBert(Build build) {
        this.build = build;
        this.config = build.config();
        this.dimensions = Dimensions.of(config, 0, config.positive("max_position_embeddings"));
        this.epsilon = config.epsilon("norm_eps", 1e-5);
    }

    static Family build(Build build) {
        return new ModernBert(build).build();
    }

    private Family build() {
        Weights weights = build.weights();
        Weights body = weights.below("model");
        int hidden = dimensions.hidden();
        Embedding words = Embedding.words(
                body.at("embeddings.tok_embeddings"),
                weights.at("decoder"),
                build.tied(),
                dimensions.vocabulary(),
                hidden);
        Block embeddingNorm = norm(body.at("embeddings.norm"));
        return new Transformer(
                build.scope(),
                dimensions,
                new Embeddings(words, null, null, null, embeddingNorm),
                layers(body),
                norm(body.at("final_norm")),
                head(weights, words));
    }

    private List<Layer> layers(Weights body) {
        Rotary global = rotary(GLOBAL, "global_rope_theta", 160_000);
        Rotary local = rotary(LOCAL, "local_rope_theta", 10_000);
        Mask near = Mask.near(config.positive("local_attention", 128) / 2);
        List<Layer> layers = new ArrayList<>();
        List<String> kinds = kinds();
        for (int i = 0; i < dimensions.layers(); i++) {
            boolean wide = kinds.get(i).equals(GLOBAL);
            Weights layer = body.at("layers." + i);
            Block attentionNorm =
                    i == 0 ? Block.NONE : norm(layer.at("attn_norm")); // the embeddings are normed already
            Attention attention = attention(layer.at("attn"), wide ? global : local, wide ? Mask.NONE : near);
            layers.add(Layer.normFirst(attentionNorm, attention, norm(layer.at("mlp_norm")), mlp(layer.at("mlp"))));
        }
        return layers;
    }

    /** Whether each layer sees all or only near tokens; older configurations say how often one sees all. */
    private List<String> kinds() {
        int every = config.positive("global_attn_every_n_layers", 3);
        List<String> kinds = new ArrayList<>();
        for (int i = 0; i < dimensions.layers(); i++) {
            kinds.add(i % every == 0 ? GLOBAL : LOCAL);
        }
        List<String> said = config.strings("layer_types").orElse(kinds);
        if (said.size() != dimensions.layers() || !List.of(GLOBAL, LOCAL).containsAll(said)) {
            throw config.error("layer_types", GLOBAL + " or " + LOCAL + " for each layer");
        }
        return said;
    }

    private Rotary rotary(String kind, String olderName, double otherwise) {
        return RotarySettings.ofKind(config, kind, false, olderName, otherwise)
                .build(dimensions.headSize(), dimensions.maxTokens(), build.scope());
    }

    private Attention attention(Weights attention, Rotary rotary, Mask mask) {
        int hidden = dimensions.hidden();
        boolean biased = config.flag("attention_bias", false);
        NDArray bias = biased ? attention.bias("Wqkv.bias", 3 * hidden) : attention.zeros(3 * hidden);
        List<Linear> parts = Linear.split(attention.get("Wqkv.weight", 3L * hidden, hidden), bias, 3, build.kernels());
        Linear output = build.linear(attention.at("Wo"), hidden, hidden, Activation.NONE, biased);
        return new Attention(
                build.kernels(),
                dimensions.heads(),
                dimensions.heads(),
                parts.get(0),
                parts.get(1),
                parts.get(2),
                output,
                rotary,
                mask);
    }

    private Block mlp(Weights mlp) {
        int hidden = dimensions.hidden();
        int inner = config.positive("intermediate_size");
        boolean biased = config.flag("mlp_bias", false);
        NDArray bias = biased ? mlp.bias("Wi.bias", 2 * inner) : mlp.zeros(2 * inner);
        List<Linear> parts = Linear.split(mlp.get("Wi.weight", 2L * inner, hidden), bias, 2, build.kernels());
        return new FeedForward.Gated(
                parts.get(0).with(build.activation("hidden_activation", "gelu")),
                parts.get(1),
                build.linear(mlp.at("Wo"), inner, hidden, Activation.NONE, biased));
    }

    private Block norm(Weights norm) {
        int hidden = dimensions.hidden();
        return config.flag("norm_bias", false)
                ? LayerNorm.of(norm, hidden, epsilon)
                : LayerNorm.unbiased(norm, hidden, epsilon);
    }

    private Optional<PredictionHead> head(Weights weights, Embedding words) {
        // a classifier's head has the same names up to its last layer
        boolean classifier = config.has("architectures") ? config.classifies() : weights.has("classifier");
        if (!weights.has("head.dense") || classifier && !weights.has("decoder")) {
            return Optional.empty();
        }
        int hidden = dimensions.hidden();
        Activation activation = build.activation("classifier_activation", "gelu");
        boolean biased = config.flag("classifier_bias", false);
        Weights decoder = weights.at("decoder");
        NDArray bias = config.flag("decoder_bias", true)
                ? decoder.bias("bias", dimensions.vocabulary())
                : decoder.zeros(dimensions.vocabulary());
        return Optional.of(new PredictionHead(
                build.linear(weights.at("head.dense"), hidden, hidden, activation, biased),
                norm(weights.at("head.norm")),
                Linear.decoder(decoder, words.table(), bias, build.tied(), build.kernels())));
    }
}
