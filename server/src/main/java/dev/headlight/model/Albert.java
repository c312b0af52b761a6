package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.engine.Kernels;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * ALBERT (Lan et al. 2020), as transformers' {@code models/albert/modeling_albert.py} computes it: BERT with words
 * shorter than its hidden states, and layers that share their weights.
 */
final class Albert {
    private static final Bert.Names NAMES = new Bert.Names(
            List.of("attention.query", "attention.key", "attention.value", "attention.dense"),
            "attention.LayerNorm",
            List.of("ffn", "ffn_output"),
            "full_layer_layer_norm");

    private Albert() {}

    static Family build(Config config, Weights weights, Kernels kernels, NDManager scope) {
        Weights body = weights.below("albert");
        int positions = config.positive("max_position_embeddings");
        Dimensions dimensions = Dimensions.of(config, config.positive("type_vocab_size", 2), positions);
        int size = config.positive("embedding_size", 128);
        float epsilon = Bert.epsilon(config);
        Weights widening = body.at("encoder.embedding_hidden_mapping_in");
        Block widened = LayerNorm.of(body.at("embeddings.LayerNorm"), size, epsilon)
                .then(Linear.of(widening, kernels, size, dimensions.hidden(), Activation.NONE));
        Weights predictions = weights.at("predictions");
        Embedding words = Bert.words(body, predictions.at("decoder"), Linear.tied(config), dimensions, size);
        Embeddings embeddings =
                Bert.embeddings(body, words, dimensions, positions, Embeddings.Counting.FROM_ZERO, widened);
        return new Transformer(
                scope,
                dimensions,
                embeddings,
                layers(body, config, dimensions, kernels),
                Block.NONE,
                head(predictions, config, dimensions.hidden(), size, words, kernels));
    }

    /** The layers: each group of them is one layer, several times. */
    private static List<Layer> layers(Weights body, Config config, Dimensions dimensions, Kernels kernels) {
        int groups = config.positive("num_hidden_groups", 1);
        if (config.positive("inner_group_num", 1) != 1) {
            throw config.error("inner_group_num", "1");
        }
        if (dimensions.layers() % groups != 0) {
            throw config.error("num_hidden_groups", "a divisor of num_hidden_layers, " + dimensions.layers());
        }
        int inner = config.positive("intermediate_size");
        Activation activation = FeedForward.activation(config, "hidden_act", "gelu_new");
        List<Layer> different = new ArrayList<>();
        for (int i = 0; i < groups; i++) {
            Weights layer = body.at("encoder.albert_layer_groups." + i + ".albert_layers.0");
            different.add(Bert.layer(layer, NAMES, dimensions, inner, Bert.epsilon(config), activation, kernels));
        }
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < dimensions.layers(); i++) {
            layers.add(different.get(i / (dimensions.layers() / groups)));
        }
        return layers;
    }

    private static Optional<PredictionHead> head(
            Weights predictions, Config config, int hidden, int size, Embedding words, Kernels kernels) {
        if (!predictions.has("dense")) {
            return Optional.empty();
        }
        Activation activation = FeedForward.activation(config, "hidden_act", "gelu_new");
        boolean tied = Linear.tied(config);
        NDArray bias = Linear.decoderBias(predictions, tied, (int) words.rows());
        return Optional.of(new PredictionHead(
                Linear.of(predictions.at("dense"), kernels, hidden, size, activation),
                LayerNorm.of(predictions.at("LayerNorm"), size, Bert.epsilon(config)),
                Linear.decoder(predictions.at("decoder"), words.table(), bias, tied, kernels)));
    }
}
