package dev.headlight.model;

import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;

/**
 * BLOOM (Le Scao et al. 2022), as transformers' {@code models/bloom/modeling_bloom.py} computes it: positions are what
 * ALiBi adds to the scores.
 */
final class Bloom {
    private Bloom() {}

    static Family build(Build build) {
        Config config = build.config();
        config.requireOff("apply_residual_connection_post_layernorm");
        String heads = config.either("n_head", "num_attention_heads");
        Dimensions dimensions = new Dimensions(
                config.positive(config.either("n_layer", "num_hidden_layers")),
                config.positive(heads),
                Dimensions.headSize(config, heads, config.either("n_embed", "hidden_size")),
                config.positive("vocab_size"),
                0,
                Dimensions.MOST_TOKENS);
        Decoder decoder = new Decoder(build, dimensions, config.epsilon("layer_norm_epsilon", 1e-5));
        Weights weights = build.weights();
        Weights body = weights.below("transformer");
        boolean tied = build.tied();
        int hidden = dimensions.hidden();
        Embedding words = Embedding.words(
                body.at("word_embeddings"), weights.at("lm_head"), tied, dimensions.vocabulary(), hidden);
        Scores scores = new Scores(
                0,
                DistanceBias.of(
                        dimensions.heads(),
                        dimensions.maxTokens(),
                        (head, distance) -> DistanceBias.slope(head, dimensions.heads()) * distance));
        return decoder.model(
                new Embeddings(words, null, null, null, decoder.norm(body.at("word_embeddings_layernorm"))),
                decoder.layers(
                        body,
                        "h",
                        layer -> Layer.normFirst(
                                decoder.norm(layer.at("input_layernorm")),
                                decoder.grouped(
                                        layer.at("self_attention.query_key_value"),
                                        true,
                                        dimensions.heads(),
                                        decoder.square(layer.at("self_attention.dense"), true),
                                        null,
                                        scores),
                                decoder.norm(layer.at("post_attention_layernorm")),
                                decoder.feedForward(
                                        layer.at("mlp.dense_h_to_4h"),
                                        layer.at("mlp.dense_4h_to_h"),
                                        4 * hidden,
                                        Activation.GELU_TANH,
                                        true))),
                decoder.norm(body.at("ln_f")),
                words,
                tied,
                false);
    }
}
