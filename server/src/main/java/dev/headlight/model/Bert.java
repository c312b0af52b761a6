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
    private static final Names NAMES = new Names(
            List.of("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"),
            "attention.output.LayerNorm",
            List.of("intermediate.dense", "output.dense"),
            "output.LayerNorm");

    private Bert() {}

    static Family build(Config config, Weights weights, Kernels kernels, NDManager scope) {
        Weights body = weights.below("bert");
        int positions = config.positive("max_position_embeddings");
        int types = config.positive("type_vocab_size", 2);
        Dimensions dimensions = Dimensions.of(config, types, positions);
        int hidden = dimensions.hidden();
        float epsilon = epsilon(config);
        Block norm = LayerNorm.of(body.at("embeddings.LayerNorm"), hidden, epsilon);
        Weights predictions = weights.at("cls.predictions");
        boolean tied = Linear.tied(config);
        Embedding words = words(body, predictions.at("decoder"), tied, dimensions, hidden);
        Embeddings embeddings = embeddings(body, words, dimensions, positions, Embeddings.Counting.FROM_ZERO, norm);
        return new Transformer(
                scope,
                dimensions,
                embeddings,
                layers(body, config, dimensions, kernels),
                Block.NONE,
                head(predictions, config, hidden, epsilon, words, kernels));
    }

    static float epsilon(Config config) {
        return config.epsilon("layer_norm_eps", 1e-12);
    }

    /** The words' table; {@code head} is where a head that is tied to it would hold it. */
    static Embedding words(Weights body, Weights head, boolean tied, Dimensions dimensions, int size) {
        return Embedding.words(body.at("embeddings.word_embeddings"), head, tied, dimensions.vocabulary(), size);
    }

    static Embeddings embeddings(
            Weights body,
            Embedding words,
            Dimensions dimensions,
            int positions,
            Embeddings.Counting counting,
            Block then) {
        Weights embeddings = body.at("embeddings");
        int size = (int) words.table().getShape().get(1);
        return new Embeddings(
                words,
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
        int inner = config.positive("intermediate_size");
        Activation activation = FeedForward.activation(config, "hidden_act", "gelu");
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < dimensions.layers(); i++) {
            Weights layer = body.at("encoder.layer." + i);
            layers.add(layer(layer, NAMES, dimensions, inner, epsilon(config), activation, kernels));
        }
        return layers;
    }

    /**
     * Where the tensors of a layer stand that norms behind its sums, as BERT's do.
     *
     * @param attention of query, key, value and output
     * @param attentionNorm behind attention
     * @param feedForward up and down
     * @param norm behind feed-forward
     */
    record Names(List<String> attention, String attentionNorm, List<String> feedForward, String norm) {}

    /** Such a layer; {@code inner} is its feed-forward size. */
    static Layer layer(
            Weights layer,
            Names names,
            Dimensions dimensions,
            int inner,
            float epsilon,
            Activation activation,
            Kernels kernels) {
        int hidden = dimensions.hidden();
        List<Linear> projections = names.attention().stream()
                .map(name -> Linear.of(layer.at(name), kernels, hidden, hidden, Activation.NONE))
                .toList();
        return Layer.normLast(
                new Attention(
                        kernels,
                        dimensions.heads(),
                        projections.get(0),
                        projections.get(1),
                        projections.get(2),
                        projections.get(3)),
                LayerNorm.of(layer.at(names.attentionNorm()), hidden, epsilon),
                new FeedForward(
                        Linear.of(layer.at(names.feedForward().get(0)), kernels, hidden, inner, activation),
                        Linear.of(layer.at(names.feedForward().get(1)), kernels, inner, hidden, Activation.NONE)),
                LayerNorm.of(layer.at(names.norm()), hidden, epsilon));
    }

    private static Optional<PredictionHead> head(
            Weights predictions, Config config, int hidden, float epsilon, Embedding words, Kernels kernels) {
        if (!predictions.has("transform")) {
            return Optional.empty();
        }
        Weights transform = predictions.at("transform");
        Activation activation = FeedForward.activation(config, "hidden_act", "gelu");
        boolean tied = Linear.tied(config);
        NDArray bias = Linear.decoderBias(predictions, tied, (int) words.rows());
        return Optional.of(new PredictionHead(
                Linear.of(transform.at("dense"), kernels, hidden, hidden, activation),
                LayerNorm.of(transform.at("LayerNorm"), hidden, epsilon),
                Linear.decoder(predictions.at("decoder"), words.table(), bias, tied, kernels)));
    }
}
