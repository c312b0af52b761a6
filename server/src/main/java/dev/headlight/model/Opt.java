package dev.headlight.model;

import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.Optional;

/**
 * OPT (Zhang et al. 2022), as transformers' {@code models/opt/modeling_opt.py} computes it. Norms come first, but not in
 * the one of 350 million weights, whose embeddings are also smaller than its hidden states.
 */
final class Opt {
    /** The first two positions are never used. */
    private static final int OFFSET = 2;

    private static final float EPSILON = 1e-5f;

    private Opt() {}

    static Family build(Build build) {
        Config config = build.config();
        int positions = config.positive("max_position_embeddings");
        Dimensions dimensions = Dimensions.of(config, 0, positions);
        Decoder decoder = new Decoder(build, dimensions, EPSILON);
        Weights weights = build.weights();
        Weights body = weights.below("model").below("decoder");
        int hidden = dimensions.hidden();
        int size = config.positive("word_embed_proj_dim", hidden);
        boolean affine = config.flag("layer_norm_elementwise_affine", true);
        boolean biased = config.flag("enable_bias", true);
        boolean first = config.flag("do_layer_norm_before", true);
        int inner = config.positive("ffn_dim");
        Activation activation = build.activation("activation_function", "relu");
        boolean tied = build.tied();
        Embedding words =
                Embedding.words(body.at("embed_tokens"), weights.at("lm_head"), tied, dimensions.vocabulary(), size);
        Block widened =
                size == hidden ? Block.NONE : build.linear(body.at("project_in"), size, hidden, Activation.NONE, false);
        Block narrowed = size == hidden
                ? Block.NONE
                : build.linear(body.at("project_out"), hidden, size, Activation.NONE, false);
        boolean last = first && !config.flag("_remove_final_layer_norm", false);
        Optional<Block> head =
                build.nextWordHead(words, tied && !config.classifies()).map(narrowed::then);
        return new Transformer(
                build.scope(),
                dimensions,
                new Embeddings(
                        (input, scope) -> widened.forward(words.forward(input.idArray(), scope)),
                        Embedding.of(body.at("embed_positions"), positions + OFFSET, hidden),
                        Embeddings.Counting.after(OFFSET),
                        null,
                        Block.NONE),
                decoder.layers(body, "layers", layer -> {
                    Weights at = layer.at("self_attn");
                    Attention attention = new Attention(
                            build.kernels(),
                            dimensions.heads(),
                            dimensions.heads(),
                            decoder.square(at.at("q_proj"), biased),
                            decoder.square(at.at("k_proj"), biased),
                            decoder.square(at.at("v_proj"), biased),
                            decoder.square(at.at("out_proj"), biased),
                            null,
                            Mask.CAUSAL);
                    Block one = norm(layer.at("self_attn_layer_norm"), hidden, affine);
                    Block two = norm(layer.at("final_layer_norm"), hidden, affine);
                    Block mlp = decoder.feedForward(layer.at("fc1"), layer.at("fc2"), inner, activation, biased);
                    return first ? Layer.normFirst(one, attention, two, mlp) : Layer.normLast(attention, one, mlp, two);
                }),
                last ? norm(body.at("final_layer_norm"), hidden, affine) : Block.NONE,
                head);
    }

    private static Block norm(Weights norm, int size, boolean affine) {
        return affine ? LayerNorm.of(norm, size, EPSILON) : LayerNorm.plain(norm, size, EPSILON);
    }
}
