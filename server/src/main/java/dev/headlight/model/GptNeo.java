package dev.headlight.model;

import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * GPT-Neo (Black et al. 2021), as transformers' {@code models/gpt_neo/modeling_gpt_neo.py} computes it: scores are not
 * scaled, and in every second layer tokens see only those near them.
 */
final class GptNeo {
    private static final String GLOBAL = "global";
    private static final String LOCAL = "local";

    private GptNeo() {}

    static Family build(Build build) {
        Config config = build.config();
        String layerCount = config.either("num_layers", "num_hidden_layers");
        String heads = config.either("num_heads", "num_attention_heads");
        int positions = config.positive("max_position_embeddings");
        Dimensions dimensions = new Dimensions(
                config.positive(layerCount),
                config.positive(heads),
                Dimensions.headSize(config, heads, "hidden_size"),
                config.positive("vocab_size"),
                0,
                positions);
        Decoder decoder = new Decoder(build, dimensions, config.epsilon("layer_norm_epsilon", 1e-5));
        Weights weights = build.weights();
        Weights body = weights.below("transformer");
        int hidden = dimensions.hidden();
        boolean tied = build.tied();
        Embedding words = Embedding.words(body.at("wte"), weights.at("lm_head"), tied, dimensions.vocabulary(), hidden);
        int inner = config.positive("intermediate_size", 4 * hidden);
        Activation activation = build.activation("activation_function", "gelu_new");
        Mask near = Mask.window(config.positive("window_size", 256)).among(dimensions.maxTokens());
        Block unscaled = Block.times(Math.sqrt(dimensions.headSize()));
        List<String> kinds = kinds(config, dimensions.layers());
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < dimensions.layers(); i++) {
            Weights layer = body.at("h." + i);
            Weights at = layer.at("attn.attention");
            Attention attention = new Attention(
                    build.kernels(),
                    dimensions.heads(),
                    dimensions.heads(),
                    decoder.square(at.at("q_proj"), false).then(unscaled),
                    decoder.square(at.at("k_proj"), false),
                    decoder.square(at.at("v_proj"), false),
                    decoder.square(at.at("out_proj"), true),
                    null,
                    kinds.get(i).equals(LOCAL) ? near : Mask.CAUSAL);
            layers.add(Layer.normFirst(
                    decoder.norm(layer.at("ln_1")),
                    attention,
                    decoder.norm(layer.at("ln_2")),
                    decoder.feedForward(layer.at("mlp.c_fc"), layer.at("mlp.c_proj"), inner, activation, true)));
        }
        Embedding places = Embedding.of(body.at("wpe"), positions, hidden);
        return decoder.model(
                new Embeddings(words, places, Embeddings.Counting.FROM_ZERO, null, Block.NONE),
                layers,
                decoder.norm(body.at("ln_f")),
                words,
                tied,
                false);
    }

    private static List<String> kinds(Config config, int layers) {
        List<String> usual = IntStream.range(0, layers)
                .mapToObj(i -> i % 2 == 0 ? GLOBAL : LOCAL)
                .toList();
        List<String> kinds = config.strings("attention_layers").orElse(usual);
        if (kinds.size() != layers || !List.of(GLOBAL, LOCAL).containsAll(kinds)) {
            throw config.error("attention_layers", GLOBAL + " or " + LOCAL + " for each layer");
        }
        return kinds;
    }
}
