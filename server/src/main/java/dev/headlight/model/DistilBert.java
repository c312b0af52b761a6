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
        Embeddings embeddings =
                Bert.embeddings(body, dimensions, hidden, positions, Embeddings.Counting.FROM_ZERO, norm);
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < dimensions.layers(); i++) {
            layers.add(layer(body.at("transformer.layer." + i), config, dimensions, kernels));
        }
        return new Transformer(
                scope,
                dimensions,
                embeddings,
                layers,
                Block.NONE,
                head(weights, config, hidden, embeddings.words(), kernels));
    }

    private static Layer layer(Weights layer, Config config, Dimensions dimensions, Kernels kernels) {
        int hidden = dimensions.hidden();
        int inner = config.positive("hidden_dim");
        Activation activation = FeedForward.activation(config, "activation", "gelu");
        return Layer.normLast(
                new Attention(
                        kernels,
                        dimensions.heads(),
                        Linear.of(layer.at("attention.q_lin"), kernels, hidden, hidden, Activation.NONE),
                        Linear.of(layer.at("attention.k_lin"), kernels, hidden, hidden, Activation.NONE),
                        Linear.of(layer.at("attention.v_lin"), kernels, hidden, hidden, Activation.NONE),
                        Linear.of(layer.at("attention.out_lin"), kernels, hidden, hidden, Activation.NONE)),
                LayerNorm.of(layer.at("sa_layer_norm"), hidden, EPSILON),
                new FeedForward(
                        Linear.of(layer.at("ffn.lin1"), kernels, hidden, inner, activation),
                        Linear.of(layer.at("ffn.lin2"), kernels, inner, hidden, Activation.NONE)),
                LayerNorm.of(layer.at("output_layer_norm"), hidden, EPSILON));
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
                        decoder, words.table(), decoder.get("bias", (int) words.rows()), config, true, kernels)));
    }
}
