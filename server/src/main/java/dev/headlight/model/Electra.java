package dev.headlight.model;

import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.Optional;

/**
 * ELECTRA (Clark et al. 2020), as transformers' {@code models/electra/modeling_electra.py} computes it: BERT with
 * embeddings smaller than its hidden states. A generator predicts words; a discriminator only shows attention.
 */
final class Electra {
    private static final PredictionHead.Names HEAD = new PredictionHead.Names(
            "generator_predictions",
            "generator_predictions.dense",
            "generator_predictions.LayerNorm",
            "generator_lm_head",
            Optional.empty());

    private Electra() {}

    static Family build(Build build) {
        Config config = build.config();
        Weights body = build.weights().below("electra");
        int positions = config.positive("max_position_embeddings");
        Dimensions dimensions = Dimensions.of(config, config.positive("type_vocab_size", 2), positions);
        int hidden = dimensions.hidden();
        int size = config.positive("embedding_size", hidden);
        float epsilon = Bert.epsilon(config);
        Block norm = LayerNorm.of(body.at("embeddings.LayerNorm"), size, epsilon);
        Block widened = size == hidden
                ? norm
                : norm.then(build.linear(body.at("embeddings_project"), size, hidden, Activation.NONE));
        Embedding words = Bert.words(build, body, HEAD.decoder(), dimensions, size);
        Embeddings embeddings =
                Bert.embeddings(body, words, dimensions, positions, Embeddings.Counting.FROM_ZERO, widened);
        return new Transformer(
                build.scope(),
                dimensions,
                embeddings,
                Bert.layers(build, body, dimensions),
                Block.NONE,
                build.head(HEAD, words, hidden, size, Activation.GELU, epsilon));
    }
}
