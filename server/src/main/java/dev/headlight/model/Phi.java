package dev.headlight.model;

import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;

/**
 * Phi-1 and Phi-2 (Li et al. 2023), as transformers' {@code models/phi/modeling_phi.py} computes them: a part of each head
 * turns, and attention and feed-forward read the same norm.
 */
final class Phi {
    private Phi() {}

    static Family build(Build build) {
        Config config = build.config();
        RotarySettings rotation = RotarySettings.partly(config, "rope_theta", "partial_rotary_factor", 0.5);
        Dimensions dimensions = Dimensions.of(config, 0, rotation.positions());
        float epsilon = config.epsilon("layer_norm_eps", 1e-5);
        Decoder decoder = new Decoder(build, dimensions, epsilon);
        Weights weights = build.weights();
        Weights body = weights.below("model");
        int hidden = dimensions.hidden();
        int size = dimensions.headSize();
        int keyHeads = dimensions.keyHeads(config, "num_key_value_heads", dimensions.heads());
        boolean tied = config.flag("tie_word_embeddings", false);
        Embedding words =
                Embedding.words(body.at("embed_tokens"), weights.at("lm_head"), tied, dimensions.vocabulary(), hidden);
        Rotary rotary = rotation.build(size, dimensions.maxTokens(), build.scope());
        boolean normed = config.flag("qk_layernorm", false);
        int inner = config.positive("intermediate_size");
        Activation activation = build.activation("hidden_act", "gelu_new");
        return new Transformer(
                build.scope(),
                dimensions,
                new Embeddings(words, null, null, null, Block.NONE),
                decoder.layers(body, "layers", layer -> {
                    Weights at = layer.at("self_attn");
                    Block query = build.linear(at.at("q_proj"), hidden, hidden, Activation.NONE);
                    Block key = build.linear(at.at("k_proj"), hidden, keyHeads * size, Activation.NONE);
                    if (normed) {
                        query = query.then(Block.perHead(LayerNorm.of(at.at("q_layernorm"), size, epsilon), size));
                        key = key.then(Block.perHead(LayerNorm.of(at.at("k_layernorm"), size, epsilon), size));
                    }
                    Attention attention = new Attention(
                            build.kernels(),
                            dimensions.heads(),
                            keyHeads,
                            query,
                            key,
                            build.linear(at.at("v_proj"), hidden, keyHeads * size, Activation.NONE),
                            decoder.square(at.at("dense"), true),
                            rotary,
                            Mask.CAUSAL);
                    Block norm = decoder.norm(layer.at("input_layernorm"));
                    return Layer.parallel(
                            norm,
                            attention,
                            norm,
                            decoder.feedForward(layer.at("mlp.fc1"), layer.at("mlp.fc2"), inner, activation, true));
                }),
                decoder.norm(body.at("final_layernorm")),
                build.nextWordHead(words, tied && !config.classifies(), true));
    }
}
