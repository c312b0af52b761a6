package dev.headlight.model;

import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;

/**
 * GPT-NeoX (Black et al. 2022), of which Pythia is, as transformers' {@code models/gpt_neox/modeling_gpt_neox.py}
 * computes it: a quarter of each head turns, and feed-forward reads what attention reads.
 */
final class GptNeoX {
    private GptNeoX() {}

    static Family build(Build build) {
        Config config = build.config();
        RotarySettings rotation = RotarySettings.partly(config, "rotary_emb_base", "rotary_pct", 0.25);
        Dimensions dimensions = Dimensions.of(config, 0, rotation.positions());
        Decoder decoder = new Decoder(build, dimensions, config.epsilon("layer_norm_eps", 1e-5));
        Weights weights = build.weights();
        Weights body = weights.below("gpt_neox");
        boolean tied = config.flag("tie_word_embeddings", false);
        Weights head = weights.at(weights.has("embed_out") ? "embed_out" : "lm_head");
        Embedding words =
                Embedding.words(body.at("embed_in"), head, tied, dimensions.vocabulary(), dimensions.hidden());
        Rotary rotary = rotation.build(dimensions.headSize(), dimensions.maxTokens(), build.scope());
        int inner = config.positive("intermediate_size");
        boolean biased = config.flag("attention_bias", true);
        boolean parallel = config.flag("use_parallel_residual", true);
        Activation activation = build.activation("hidden_act", "gelu");
        return new Transformer(
                build.scope(),
                dimensions,
                new Embeddings(words, null, null, null, Block.NONE),
                decoder.layers(body, "layers", layer -> {
                    Attention attention = decoder.grouped(
                            layer.at("attention.query_key_value"),
                            biased,
                            dimensions.heads(),
                            decoder.square(layer.at("attention.dense"), biased),
                            rotary,
                            Scores.PLAIN);
                    Block first = decoder.norm(layer.at("input_layernorm"));
                    Block second = decoder.norm(layer.at("post_attention_layernorm"));
                    Block mlp = decoder.feedForward(
                            layer.at("mlp.dense_h_to_4h"), layer.at("mlp.dense_4h_to_h"), inner, activation, true);
                    return parallel
                            ? Layer.parallel(first, attention, second, mlp)
                            : Layer.normFirst(first, attention, second, mlp);
                }),
                decoder.norm(body.at("final_layer_norm")),
                build.nextWordHead(head, words, tied && !config.classifies(), false));
    }
}
