package dev.headlight.model;

import ai.djl.ndarray.NDManager;
import dev.headlight.engine.Kernels;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * DistilBERT (Sanh et al. 2019), as transformers' {@code models/distilbert/modeling_distilbert.py} computes it: BERT
 * without token types, with other names for everything.
 */
final class DistilBert {
    private static final float EPSILON = 1e-12f;

    private static final Bert.Names NAMES = new Bert.Names(
            List.of("attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin"),
            "sa_layer_norm",
            List.of("ffn.lin1", "ffn.lin2"),
            "output_layer_norm");

    private DistilBert() {}

    static Family build(Config config, Weights weights, Kernels kernels, NDManager scope) {
        Weights body = weights.below("distilbert");
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
        Embedding words = Bert.words(body, weights.at("vocab_projector"), Linear.tied(config), dimensions, hidden);
        Embeddings embeddings =
                Bert.embeddings(body, words, dimensions, positions, Embeddings.Counting.FROM_ZERO, norm);
        int inner = config.positive("hidden_dim");
        Activation activation = FeedForward.activation(config, "activation", "gelu");
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < dimensions.layers(); i++) {
            Weights layer = body.at("transformer.layer." + i);
            layers.add(Bert.layer(layer, NAMES, dimensions, inner, EPSILON, activation, kernels));
        }
        return new Transformer(
                scope, dimensions, embeddings, layers, Block.NONE, head(weights, config, hidden, words, kernels));
    }

    private static Optional<PredictionHead> head(
            Weights weights, Config config, int hidden, Embedding words, Kernels kernels) {
        if (!weights.has("vocab_transform")) {
            return Optional.empty();
        }
        Weights decoder = weights.at("vocab_projector");
        Activation activation = FeedForward.activation(config, "activation", "gelu");
        return Optional.of(new PredictionHead(
                Linear.of(weights.at("vocab_transform"), kernels, hidden, hidden, activation),
                LayerNorm.of(weights.at("vocab_layer_norm"), hidden, EPSILON),
                Linear.decoder(
                        decoder,
                        words.table(),
                        decoder.bias("bias", (int) words.rows()),
                        Linear.tied(config),
                        kernels)));
    }
}
