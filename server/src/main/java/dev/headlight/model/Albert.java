package dev.headlight.model;

import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * ALBERT (Lan et al. 2020), as transformers' {@code models/albert/modeling_albert.py} computes it: BERT with embeddings
 * smaller than its hidden states, and layers that share their weights.
 */
final class Albert {
    private static final Bert.Names NAMES = new Bert.Names(
            List.of("attention.query", "attention.key", "attention.value", "attention.dense"),
            "attention.LayerNorm",
            List.of("ffn", "ffn_output"),
            "full_layer_layer_norm");

    private static final PredictionHead.Names HEAD = new PredictionHead.Names(
            "predictions.dense",
            "predictions.dense",
            "predictions.LayerNorm",
            "predictions.decoder",
            Optional.of("predictions.bias"));

    private Albert() {}

    static Family build(Build build) {
        Config config = build.config();
        Weights body = build.weights().below("albert");
        int positions = config.positive("max_position_embeddings");
        Dimensions dimensions = Dimensions.of(config, config.positive("type_vocab_size", 2), positions);
        int size = config.positive("embedding_size", 128);
        float epsilon = Bert.epsilon(config);
        Weights widening = body.at("encoder.embedding_hidden_mapping_in");
        Block widened = LayerNorm.of(body.at("embeddings.LayerNorm"), size, epsilon)
                .then(build.linear(widening, size, dimensions.hidden(), Activation.NONE));
        Embedding words = Bert.words(build, body, HEAD.decoder(), dimensions, size);
        Embeddings embeddings =
                Bert.embeddings(body, words, dimensions, positions, Embeddings.Counting.FROM_ZERO, widened);
        return new Transformer(
                build.scope(),
                dimensions,
                embeddings,
                layers(build, body, dimensions),
                Block.NONE,
                build.head(HEAD, words, dimensions.hidden(), size, activation(build), epsilon));
    }

    private static Activation activation(Build build) {
        return build.activation("hidden_act", "gelu_new");
    }

    /** The layers: each group repeats one layer. */
    private static List<Layer> layers(Build build, Weights body, Dimensions dimensions) {
        Config config = build.config();
        int groups = config.positive("num_hidden_groups", 1);
        if (config.positive("inner_group_num", 1) != 1) {
            throw config.error("inner_group_num", "1");
        }
        if (dimensions.layers() % groups != 0) {
            throw config.error("num_hidden_groups", "a divisor of num_hidden_layers, " + dimensions.layers());
        }
        Bert.PostNorm layer = new Bert.PostNorm(
                NAMES, dimensions, config.positive("intermediate_size"), Bert.epsilon(config), activation(build));
        List<Layer> different = new ArrayList<>();
        for (int i = 0; i < groups; i++) {
            different.add(layer.of(build, body.at("encoder.albert_layer_groups." + i + ".albert_layers.0")));
        }
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < dimensions.layers(); i++) {
            layers.add(different.get(i / (dimensions.layers() / groups)));
        }
        return layers;
    }
}
