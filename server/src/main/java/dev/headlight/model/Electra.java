package dev.headlight.model;

import ai.djl.ndarray.NDManager;
import dev.headlight.engine.Kernels;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.Optional;

/**
 * ELECTRA (Clark et al. 2020), as transformers' {@code models/electra/modeling_electra.py} computes it: BERT with words
 * shorter than its hidden states. A generator predicts words; a discriminator only shows attention.
 */
final class Electra {
    private Electra() {}

    static Family build(Config config, Weights weights, Kernels kernels, NDManager scope) {
        Weights body = weights.below("electra");
        int positions = config.positive("max_position_embeddings");
        Dimensions dimensions = Dimensions.of(config, config.positive("type_vocab_size", 2), positions);
        int hidden = dimensions.hidden();
        int size = config.positive("embedding_size", hidden);
        float epsilon = Bert.epsilon(config);
        Block norm = LayerNorm.of(body.at("embeddings.LayerNorm"), size, epsilon);
        Block widened = size == hidden
                ? norm
                : norm.then(Linear.of(body.at("embeddings_project"), kernels, size, hidden, Activation.NONE));
        Embedding words = Bert.words(body, weights.at("generator_lm_head"), Linear.tied(config), dimensions, size);
        Embeddings embeddings =
                Bert.embeddings(body, words, dimensions, positions, Embeddings.Counting.FROM_ZERO, widened);
        return new Transformer(
                scope,
                dimensions,
                embeddings,
                Bert.layers(body, config, dimensions, kernels),
                Block.NONE,
                head(weights, config, hidden, size, epsilon, words, kernels));
    }

    private static Optional<PredictionHead> head(
            Weights weights, Config config, int hidden, int size, float epsilon, Embedding words, Kernels kernels) {
        if (!weights.has("generator_predictions")) {
            return Optional.empty();
        }
        Weights decoder = weights.at("generator_lm_head");
        return Optional.of(new PredictionHead(
                Linear.of(weights.at("generator_predictions.dense"), kernels, hidden, size, Activation.GELU),
                LayerNorm.of(weights.at("generator_predictions.LayerNorm"), size, epsilon),
                Linear.decoder(
                        decoder,
                        words.table(),
                        decoder.bias("bias", (int) words.rows()),
                        Linear.tied(config),
                        kernels)));
    }
}
