package dev.headlight.model;

import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;

/**
 * Falcon (Almazrouei et al. 2023), as transformers' {@code models/falcon/modeling_falcon.py} computes it: heads share keys
 * and values, feed-forward reads what attention reads. Those with ALiBi are refused: transformers rounds it to
 * bfloat16, by which it depends on more than distances.
 */
final class Falcon {
    private Falcon() {}

    static Family build(Build build) {
        Config config = build.config();
        config.requireOff("alibi");
        RotarySettings rotation = RotarySettings.of(config, 10_000);
        Dimensions dimensions = Dimensions.of(config, 0, rotation.positions());
        Decoder decoder = new Decoder(build, dimensions, config.epsilon("layer_norm_epsilon", 1e-5));
        Weights weights = build.weights();
        Weights body = weights.below("transformer");
        int hidden = dimensions.hidden();
        boolean tied = build.tied();
        Embedding words = Embedding.words(
                body.at("word_embeddings"), weights.at("lm_head"), tied, dimensions.vocabulary(), hidden);
        Rotary rotary = rotation.build(dimensions.headSize(), dimensions.maxTokens(), build.scope());
        boolean newer = config.flag("new_decoder_architecture", false);
        boolean parallel = newer || config.flag("parallel_attn", true);
        boolean two = newer && config.positive("num_ln_in_parallel_attn", 2) == 2;
        int heads = dimensions.heads();
        int one = config.flag("multi_query", true) ? 1 : heads;
        int groups = newer ? dimensions.keyHeads(config, "num_kv_heads", heads) : one;
        boolean biased = config.flag("bias", false);
        int inner = config.positive("ffn_hidden_size", 4 * hidden);
        Activation activation = build.activation("activation", "gelu");
        return decoder.model(
                new Embeddings(words, null, null, null, Block.NONE),
                decoder.layers(body, "h", layer -> {
                    Attention attention = decoder.grouped(
                            layer.at("self_attention.query_key_value"),
                            biased,
                            groups,
                            decoder.square(layer.at("self_attention.dense"), biased),
                            rotary,
                            Scores.PLAIN);
                    Block first = decoder.norm(layer.at(two ? "ln_attn" : "input_layernorm"));
                    Block mlp = decoder.feedForward(
                            layer.at("mlp.dense_h_to_4h"), layer.at("mlp.dense_4h_to_h"), inner, activation, biased);
                    if (!parallel) {
                        return Layer.normFirst(
                                first, attention, decoder.norm(layer.at("post_attention_layernorm")), mlp);
                    }
                    return Layer.parallel(first, attention, two ? decoder.norm(layer.at("ln_mlp")) : first, mlp);
                }),
                decoder.norm(body.at("ln_f")),
                words,
                tied,
                false);
    }
}
