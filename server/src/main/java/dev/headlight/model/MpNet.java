package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.List;
import java.util.stream.IntStream;

/**
 * MPNet (Song et al. 2020), as transformers' {@code models/mpnet/modeling_mpnet.py} computes it: RoBERTa with a bias by
 * distance that all layers share.
 */
final class MpNet {
    private static final int PADDING = 1;
    private static final int BUCKETS = 32;
    private static final int FARTHEST = 128;

    private static final Bert.Names NAMES = new Bert.Names(
            List.of("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o"),
            "attention.LayerNorm",
            List.of("intermediate.dense", "output.dense"),
            "output.LayerNorm");

    private MpNet() {}

    static Family build(Build build) {
        Config config = build.config();
        Weights body = build.weights().below("mpnet");
        int positions = config.positive("max_position_embeddings");
        if (positions <= PADDING + 1) {
            throw config.error("max_position_embeddings", "more than " + (PADDING + 1));
        }
        if (config.positive("relative_attention_num_buckets", BUCKETS) != BUCKETS) {
            throw config.error("relative_attention_num_buckets", String.valueOf(BUCKETS));
        }
        Dimensions dimensions = Dimensions.of(config, 0, positions - PADDING - 1);
        int hidden = dimensions.hidden();
        float epsilon = Bert.epsilon(config);
        Embedding words = Bert.words(build, body, Roberta.HEAD.decoder(), dimensions, hidden);
        Bert.PostNorm layer = new Bert.PostNorm(
                NAMES,
                dimensions,
                config.positive("intermediate_size"),
                epsilon,
                build.activation("hidden_act", "gelu"),
                new Scores(0, bias(body, dimensions)));
        return new Transformer(
                build.scope(),
                dimensions,
                Bert.embeddings(
                        body,
                        words,
                        dimensions,
                        positions,
                        Embeddings.Counting.from(PADDING),
                        LayerNorm.of(body.at("embeddings.LayerNorm"), hidden, epsilon)),
                IntStream.range(0, dimensions.layers())
                        .mapToObj(i -> layer.of(build, body.at("encoder.layer." + i)))
                        .toList(),
                Block.NONE,
                build.head(Roberta.HEAD, words, hidden, hidden, Activation.GELU, epsilon));
    }

    private static DistanceBias bias(Weights body, Dimensions dimensions) {
        try (NDArray table = body.get("encoder.relative_attention_bias.weight", BUCKETS, dimensions.heads())) {
            return DistanceBias.learned(
                    table, dimensions.maxTokens(), new DistanceBias.Buckets(BUCKETS, FARTHEST, true));
        }
    }
}
