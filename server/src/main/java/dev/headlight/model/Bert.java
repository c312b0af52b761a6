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
 * BERT (Devlin et al. 2019), as transformers' {@code models/bert/modeling_bert.py} computes it. RoBERTa and ELECTRA name
 * their layers as it does.
 */
final class Bert {
    private Bert() {}

    static Family build(Config config, Weights weights, Kernels kernels, NDManager scope) {
        Weights body = weights.below("bert");
        int positions = config.positive("max_position_embeddings");
        int types = config.positive("type_vocab_size", 2);
        Dimensions dimensions = Dimensions.of(config, types, positions);
        int hidden = dimensions.hidden();
        float epsilon = epsilon(config);
        Block norm = LayerNorm.of(body.at("embeddings.LayerNorm"), hidden, epsilon);
        Embeddings embeddings = embeddings(body, dimensions, hidden, positions, Embeddings.Counting.FROM_ZERO, norm);
        return new Transformer(
                scope,
                dimensions,
                embeddings,
                layers(body, config, dimensions, kernels),
                Block.NONE,
                head(weights.at("cls.predictions"), config, hidden, epsilon, embeddings.words(), kernels));
    }

    static float epsilon(Config config) {
        return config.epsilon("layer_norm_eps", 1e-12);
    }

    static Embeddings embeddings(
            Weights body, Dimensions dimensions, int size, int positions, Embeddings.Counting counting, Block then) {
        Weights embeddings = body.at("embeddings");
        return new Embeddings(
                Embedding.of(embeddings.at("word_embeddings"), dimensions.vocabulary(), size),
                Embedding.of(embeddings.at("position_embeddings"), positions, size),
                counting,
                dimensions.tokenTypes() == 0
                        ? null
                        : Embedding.of(embeddings.at("token_type_embeddings"), dimensions.tokenTypes(), size),
                then);
    }

    static List<Layer> layers(Weights body, Config config, Dimensions dimensions, Kernels kernels) {
        if (!config.string("position_embedding_type", "absolute").equals("absolute")) {
            throw config.error("position_embedding_type", "absolute");
        }
        if (config.flag("is_decoder", false)) {
            throw config.error("is_decoder", "false: this model would be a decoder");
        }
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < dimensions.layers(); i++) {
            layers.add(layer(body.at("encoder.layer." + i), config, dimensions, kernels));
        }
        return layers;
    }

    private static Layer layer(Weights layer, Config config, Dimensions dimensions, Kernels kernels) {
        int hidden = dimensions.hidden();
        int inner = config.positive("intermediate_size");
        float epsilon = epsilon(config);
        Activation activation = FeedForward.activation(config, "hidden_act", "gelu");
        return Layer.normLast(
                new Attention(
                        kernels,
                        dimensions.heads(),
                        Linear.of(layer.at("attention.self.query"), kernels, hidden, hidden, Activation.NONE),
                        Linear.of(layer.at("attention.self.key"), kernels, hidden, hidden, Activation.NONE),
                        Linear.of(layer.at("attention.self.value"), kernels, hidden, hidden, Activation.NONE),
                        Linear.of(layer.at("attention.output.dense"), kernels, hidden, hidden, Activation.NONE)),
                LayerNorm.of(layer.at("attention.output.LayerNorm"), hidden, epsilon),
                new FeedForward(
                        Linear.of(layer.at("intermediate.dense"), kernels, hidden, inner, activation),
                        Linear.of(layer.at("output.dense"), kernels, inner, hidden, Activation.NONE)),
                LayerNorm.of(layer.at("output.LayerNorm"), hidden, epsilon));
    }

    private static Optional<PredictionHead> head(
            Weights predictions, Config config, int hidden, float epsilon, Embedding words, Kernels kernels) {
        if (!predictions.has("transform")) {
            return Optional.empty();
        }
        Weights transform = predictions.at("transform");
        Activation activation = FeedForward.activation(config, "hidden_act", "gelu");
        NDArray bias = predictions.get(predictions.has("bias") ? "bias" : "decoder.bias", (int) words.rows());
        return Optional.of(new PredictionHead(
                Linear.of(transform.at("dense"), kernels, hidden, hidden, activation),
                LayerNorm.of(transform.at("LayerNorm"), hidden, epsilon),
                Linear.decoder(predictions.at("decoder"), words.table(), bias, config, true, kernels)));
    }
}
