package dev.headlight.model;

import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Llama (Touvron et al. 2023), as transformers' {@code models/llama/modeling_llama.py} computes it; so Qwen2, which adds
 * biases to query, key and value, and Mistral. Norms come first and are of the root mean square, positions are rotary,
 * feed-forward is gated, and heads share keys and values.
 */
final class Llama {
    /** How many key heads a family has if its configuration does not mention them, not even as null. */
    private static final Map<String, Integer> KEY_HEADS = Map.of("qwen2", 32, "mistral", 8);

    private final Build build;
    private final Config config;
    private final String type;
    private final Dimensions dimensions;
    private final int hidden;
    private final int keyHeads;
    private final float epsilon;

    private Llama(Build build) {
        this.build = build;
        this.config = build.config();
        this.hidden = config.positive("hidden_size");
        int heads = config.positive("num_attention_heads");
        int headSize = config.has("head_dim")
                ? config.positive("head_dim")
                : Dimensions.headSize(config, "num_attention_heads", "hidden_size");
        this.type = config.string("model_type");
        this.keyHeads = config.mentions("num_key_value_heads")
                ? config.positive("num_key_value_heads", heads)
                : KEY_HEADS.getOrDefault(type, heads);
        this.dimensions = new Dimensions(
                config.positive("num_hidden_layers"),
                heads,
                headSize,
                config.positive("vocab_size"),
                0,
                config.positive("max_position_embeddings"));
        this.epsilon = config.epsilon("rms_norm_eps", 1e-6);
        check(heads);
    }

    static Family build(Build build) {
        return new Llama(build).build();
    }

    private void check(int heads) {
        if (heads % keyHeads != 0) {
            throw config.error("num_key_value_heads", "a divisor of num_attention_heads, " + heads);
        }
        if (dimensions.headSize() % 2 != 0) {
            throw config.error("head_dim", "even");
        }
        boolean slides = type.equals("mistral") || config.flag("use_sliding_window", false);
        boolean within = config.positive("sliding_window", Dimensions.MOST_TOKENS) >= dimensions.maxTokens();
        if (slides && !within) {
            throw config.error("sliding_window", "null or at least " + dimensions.maxTokens());
        }
    }

    /** The rotary base; that positions are scaled in any way is refused. */
    static double rotaryBase(Config parameters, double otherwise) {
        for (String name : List.of("rope_type", "type")) {
            if (!parameters.string(name, "default").equals("default")) {
                throw parameters.error(name, "default: scaled rotary positions are not computed");
            }
        }
        if (parameters.number("partial_rotary_factor", 1) != 1) {
            throw parameters.error("partial_rotary_factor", "1");
        }
        return parameters.number("rope_theta", otherwise);
    }

    private Family build() {
        Weights weights = build.weights();
        Weights body = weights.below("model");
        boolean tied = config.flag("tie_word_embeddings", false);
        Embedding words =
                Embedding.words(body.at("embed_tokens"), weights.at("lm_head"), tied, dimensions.vocabulary(), hidden);
        double base = rotaryBase(config, 10_000);
        for (String name : List.of("rope_scaling", "rope_parameters")) {
            double before = base;
            base = config.at(name)
                    .map(parameters -> rotaryBase(parameters, before))
                    .orElse(before);
        }
        Rotary rotary = Rotary.of(base, dimensions.headSize(), dimensions.maxTokens(), build.scope());
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < dimensions.layers(); i++) {
            Weights layer = body.at("layers." + i);
            layers.add(Layer.normFirst(
                    RmsNorm.of(layer.at("input_layernorm"), hidden, epsilon),
                    attention(layer.at("self_attn"), rotary),
                    RmsNorm.of(layer.at("post_attention_layernorm"), hidden, epsilon),
                    mlp(layer.at("mlp"))));
        }
        return new Transformer(
                build.scope(),
                dimensions,
                new Embeddings(words, null, null, null, Block.NONE),
                layers,
                RmsNorm.of(body.at("norm"), hidden, epsilon),
                build.nextWordHead(words, tied && !config.classifies()));
    }

    private Attention attention(Weights attention, Rotary rotary) {
        int queries = dimensions.hidden();
        int keys = keyHeads * dimensions.headSize();
        boolean biased = type.equals("llama") && config.flag("attention_bias", false);
        boolean biasedInput = biased || type.equals("qwen2");
        return new Attention(
                build.kernels(),
                dimensions.heads(),
                keyHeads,
                build.linear(attention.at("q_proj"), hidden, queries, Activation.NONE, biasedInput),
                build.linear(attention.at("k_proj"), hidden, keys, Activation.NONE, biasedInput),
                build.linear(attention.at("v_proj"), hidden, keys, Activation.NONE, biasedInput),
                build.linear(attention.at("o_proj"), queries, hidden, Activation.NONE, biased),
                rotary,
                Mask.CAUSAL);
    }

    private Block mlp(Weights mlp) {
        int inner = config.positive("intermediate_size");
        boolean biased = type.equals("llama") && config.flag("mlp_bias", false);
        Activation activation = build.activation("hidden_act", "silu");
        return new FeedForward.Gated(
                build.linear(mlp.at("gate_proj"), hidden, inner, activation, biased),
                build.linear(mlp.at("up_proj"), hidden, inner, Activation.NONE, biased),
                build.linear(mlp.at("down_proj"), inner, hidden, Activation.NONE, biased));
    }
}
