package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * ESM-2 and ESM-1b, models of proteins (Lin et al. 2023), as transformers' {@code models/esm/modeling_esm.py} computes
 * them: BERT with norms first; a blank has no embedding of its own.
 */
final class Esm {
    /** How many tokens were blanks in training, whose embeddings were 0. */
    private static final double BLANKS_IN_TRAINING = 0.15 * 0.8;

    private final Build build;
    private final Config config;
    private final Dimensions dimensions;
    private final float epsilon;
    private final boolean rotary;
    private final int padding;

    private Esm(Build build) {
        this.build = build;
        this.config = build.config();
        this.padding = config.atLeastZero("pad_token_id", 1);
        String kind = config.string("position_embedding_type", "absolute");
        this.rotary = kind.equals("rotary");
        if (!rotary && !kind.equals("absolute")) {
            throw config.error("position_embedding_type", "rotary or absolute");
        }
        int positions = config.positive("max_position_embeddings");
        if (!rotary && positions <= padding + 1) {
            throw config.error("max_position_embeddings", "more than pad_token_id + 1");
        }
        this.dimensions = Dimensions.of(config, 0, rotary ? positions : positions - padding - 1);
        this.epsilon = Bert.epsilon(config);
        config.requireOff("is_decoder", "is_folding_model");
    }

    static Family build(Build build) {
        return new Esm(build).build();
    }

    private Family build() {
        Weights body = build.weights().below("esm");
        int hidden = dimensions.hidden();
        Embedding words = Bert.words(build, body, "lm_head.decoder", dimensions, hidden);
        Weights at = body.at("embeddings");
        Embeddings embeddings = new Embeddings(
                lookup(words),
                rotary
                        ? null
                        : Embedding.of(
                                at.at("position_embeddings"), config.positive("max_position_embeddings"), hidden),
                Embeddings.Counting.from(padding),
                null,
                config.flag("emb_layer_norm_before", false) ? norm(at.at("layer_norm")) : Block.NONE);
        Rotary turns = rotary ? turns(body.at("rotary_embeddings")) : null;
        return new Transformer(
                build.scope(),
                dimensions,
                embeddings,
                IntStream.range(0, dimensions.layers())
                        .mapToObj(i -> layer(body.at("encoder.layer." + i), turns))
                        .toList(),
                norm(body.at("encoder.emb_layer_norm_after")),
                head(build.weights().at("lm_head"), words));
    }

    /** Rotary positions, of the speeds that a checkpoint may hold. */
    private Rotary turns(Weights stored) {
        int size = dimensions.headSize();
        if (stored.has("inv_freq")) {
            try (NDArray speeds = stored.get("inv_freq", size / 2)) {
                return Rotary.of(speeds.toFloatArray(), 1, dimensions.maxTokens(), build.scope());
            }
        }
        return new RotarySettings(config, Optional.empty(), "rope_theta", 10_000, null, 1)
                .build(size, dimensions.maxTokens(), build.scope());
    }

    /** The head, if the checkpoint holds one; its bias is not its decoder's. */
    private Optional<PredictionHead> head(Weights head, Embedding words) {
        if (!head.has("dense")) {
            return Optional.empty();
        }
        int hidden = dimensions.hidden();
        NDArray bias = head.bias("bias", dimensions.vocabulary());
        return Optional.of(new PredictionHead(
                build.linear(head.at("dense"), hidden, hidden, Activation.GELU),
                norm(head.at("layer_norm")),
                Linear.decoder(head.at("decoder"), words.table(), bias, build.tied(), build.kernels())));
    }

    /** Embeddings of blanks are 0, and the others larger the more blanks there are. */
    private Embeddings.Lookup lookup(Embedding words) {
        if (!config.flag("token_dropout", false)) {
            return (input, scope) -> words.forward(input.idArray(), scope);
        }
        int blank = config.atLeastZero("mask_token_id", 32);
        return (input, scope) -> words.forward(input.idArray(), scope).mul(factors(input, blank, scope));
    }

    private static NDArray factors(Input input, int blank, NDManager scope) {
        long blanks = input.ids().stream().filter(id -> id == blank).count();
        float factor = (float) ((1 - BLANKS_IN_TRAINING) / (1 - (double) blanks / input.tokens()));
        float[] factors = new float[input.tokens()];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = input.ids().get(i) == blank ? 0 : factor;
        }
        return scope.create(factors, new Shape(factors.length, 1));
    }

    private Block norm(Weights norm) {
        return LayerNorm.of(norm, dimensions.hidden(), epsilon);
    }

    private Layer layer(Weights layer, Rotary turns) {
        int hidden = dimensions.hidden();
        int inner = config.positive("intermediate_size");
        List<Linear> parts = List.of("self.query", "self.key", "self.value", "output.dense").stream()
                .map(name -> build.linear(layer.at("attention." + name), hidden, hidden, Activation.NONE))
                .toList();
        Attention attention = new Attention(
                build.kernels(),
                dimensions.heads(),
                dimensions.heads(),
                parts.get(0),
                parts.get(1),
                parts.get(2),
                parts.get(3),
                turns,
                Mask.NONE);
        return Layer.normFirst(
                norm(layer.at("attention.LayerNorm")),
                attention,
                norm(layer.at("LayerNorm")),
                new FeedForward(
                        build.linear(layer.at("intermediate.dense"), hidden, inner, Activation.GELU),
                        build.linear(layer.at("output.dense"), inner, hidden, Activation.NONE)));
    }
}
