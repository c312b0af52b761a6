package dev.headlight.model;

import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * DistilBERT (Sanh et al. 2019), as transformers' {@code models/distilbert/modeling_distilbert.py} computes it: BERT
 * without token types, with other tensor and setting names.
 */
final class DistilBert {
    private static final float EPSILON = 1e-12f;

    private static final Bert.Names NAMES = new Bert.Names(
            List.of("attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin"),
            "sa_layer_norm",
            List.of("ffn.lin1", "ffn.lin2"),
            "output_layer_norm");

    private static final PredictionHead.Names HEAD = new PredictionHead.Names(
            "vocab_transform", "vocab_transform", "vocab_layer_norm", "vocab_projector", Optional.empty());

    private DistilBert() {}

    static Family build(Build build) {
        Config config = build.config();
        Weights body = build.weights().below("distilbert");
        int positions = config.positive("max_position_embeddings");
        Dimensions dimensions = new Dimensions(
                config.positive("n_layers"),
                config.positive("n_heads"),
                Dimensions.headSize(config, "n_heads", "dim"),
                config.positive("vocab_size"),
                0,
                positions);
        int hidden = dimensions.hidden();
        Block norm = LayerNorm.of(body.at("embeddings.LayerNorm"), hidden, EPSILON);
        Embedding words = Bert.words(build, body, HEAD.decoder(), dimensions, hidden);
        Embeddings embeddings =
                Bert.embeddings(body, words, dimensions, positions, Embeddings.Counting.FROM_ZERO, norm);
        Activation activation = build.activation("activation", "gelu");
        Bert.PostNorm layer = new Bert.PostNorm(NAMES, dimensions, config.positive("hidden_dim"), EPSILON, activation);
        return new Transformer(
                build.scope(),
                dimensions,
                embeddings,
                IntStream.range(0, dimensions.layers())
                        .mapToObj(i -> layer.of(build, body.at("transformer.layer." + i)))
                        .toList(),
                Block.NONE,
                build.head(HEAD, words, hidden, hidden, activation, EPSILON));
    }
}
