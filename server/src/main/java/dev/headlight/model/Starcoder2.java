package dev.headlight.model;

import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;

/**
 * StarCoder2 (Lozhkov et al. 2024), as transformers' {@code models/starcoder2/modeling_starcoder2.py} computes it: rotary
 * positions and shared keys as in Llama, norms and feed-forward as in GPT-2.
 */
final class Starcoder2 {
    private Starcoder2() {}

    static Family build(Build build) {
        Config config = build.config();
        RotarySettings rotation = RotarySettings.of(config, 10_000);
        Dimensions dimensions = Dimensions.of(config, 0, rotation.positions());
        Decoder decoder = new Decoder(build, dimensions, config.epsilon("norm_epsilon", 1e-5));
        Weights weights = build.weights();
        Weights body = weights.below("model");
        int hidden = dimensions.hidden();
        int keyHeads = dimensions.keyHeads(config, "num_key_value_heads", 2);
        int keys = keyHeads * dimensions.headSize();
        boolean biased = config.flag("use_bias", true);
        boolean tied = config.flag("tie_word_embeddings", true);
        Embedding words =
                Embedding.words(body.at("embed_tokens"), weights.at("lm_head"), tied, dimensions.vocabulary(), hidden);
        Rotary rotary = rotation.build(dimensions.headSize(), dimensions.maxTokens(), build.scope());
        Mask mask = config.has("sliding_window")
                ? Mask.window(config.positive("sliding_window")).among(dimensions.maxTokens())
                : Mask.CAUSAL;
        int inner = config.positive("intermediate_size");
        Activation activation = build.activation("hidden_act", "gelu_pytorch_tanh");
        return decoder.model(
                new Embeddings(words, null, null, null, Block.NONE),
                decoder.layers(body, "layers", layer -> {
                    Weights at = layer.at("self_attn");
                    Weights mlp = layer.at("mlp");
                    return Layer.normFirst(
                            decoder.norm(layer.at("input_layernorm")),
                            new Attention(
                                    build.kernels(),
                                    dimensions.heads(),
                                    keyHeads,
                                    decoder.square(at.at("q_proj"), biased),
                                    build.linear(at.at("k_proj"), hidden, keys, Activation.NONE, biased),
                                    build.linear(at.at("v_proj"), hidden, keys, Activation.NONE, biased),
                                    decoder.square(at.at("o_proj"), biased),
                                    rotary,
                                    mask),
                            decoder.norm(layer.at("post_attention_layernorm")),
                            decoder.feedForward(mlp.at("c_fc"), mlp.at("c_proj"), inner, activation, biased));
                }),
                decoder.norm(body.at("norm")),
                words,
                tied,
                false);
    }
}
