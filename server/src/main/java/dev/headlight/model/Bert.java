package dev.headlight.model;

import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * BERT (Devlin et al. 2019), as transformers' {@code models/bert/modeling_bert.py} computes it. RoBERTa and ELECTRA
 * name their layers as it does.
 */
final class Bert {
    private static final Names NAMES = new Names(
            List.of("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"),
            "attention.output.LayerNorm",
            List.of("intermediate.dense", "output.dense"),
            "output.LayerNorm");

    static final PredictionHead.Names HEAD = new PredictionHead.Names(
            "cls.predictions.transform",
            "cls.predictions.transform.dense",
            "cls.predictions.transform.LayerNorm",
            "cls.predictions.decoder",
            Optional.of("cls.predictions.bias"));

    private Bert() {}

    static Family build(Build build) {
        Config config = build.config();
        Weights body = build.weights().below("bert");
        int positions = config.positive("max_position_embeddings");
        int types = config.positive("type_vocab_size", 2);
        Dimensions dimensions = Dimensions.of(config, types, positions);
        int hidden = dimensions.hidden();
        float epsilon = epsilon(config);
        Block norm = LayerNorm.of(body.at("embeddings.LayerNorm"), hidden, epsilon);
        Embedding words = words(build, body, HEAD.decoder(), dimensions, hidden);
        Embeddings embeddings = embeddings(body, words, dimensions, positions, Embeddings.Counting.FROM_ZERO, norm);
        return new Transformer(
                build.scope(),
                dimensions,
                embeddings,
                layers(build, body, dimensions),
                Block.NONE,
                build.head(HEAD, words, hidden, hidden, build.activation("hidden_act", "gelu"), epsilon));
    }

    static float epsilon(Config config) {
        return config.epsilon("layer_norm_eps", 1e-12);
    }

    /** The words' table; {@code decoder} is where a head that is tied to it would hold it. */
    static Embedding words(Build build, Weights body, String decoder, Dimensions dimensions, int size) {
        return Embedding.words(
                body.at("embeddings.word_embeddings"),
                build.weights().at(decoder),
                build.tied(),
                dimensions.vocabulary(),
                size);
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

    static List<Layer> layers(Build build, Weights body, Dimensions dimensions) {
        Config config = build.config();
        if (!config.string("position_embedding_type", "absolute").equals("absolute")) {
            throw config.error("position_embedding_type", "absolute");
        }
        if (config.flag("is_decoder", false)) {
            throw config.error("is_decoder", "false: this model would be a decoder");
        }
        PostNorm layer = new PostNorm(
                NAMES,
                dimensions,
                config.positive("intermediate_size"),
                epsilon(config),
                build.activation("hidden_act", "gelu"));
        return IntStream.range(0, dimensions.layers())
                .mapToObj(i -> layer.of(build, body.at("encoder.layer." + i)))
                .toList();
    }

    /**
     * The names of a post-norm layer's tensors.
     *
     * @param attention of query, key, value and output
     * @param attentionNorm after attention
     * @param feedForward up and down
     * @param norm after feed-forward
     */
    record Names(List<String> attention, String attentionNorm, List<String> feedForward, String norm) {}

    /**
     * A post-norm layer, as BERT has it.
     *
     * @param inner its feed-forward size
     * @param scores what is done to the scores of its attention
     */
    record PostNorm(
            Names names, Dimensions dimensions, int inner, float epsilon, Activation activation, Scores scores) {

        /** What is done to scores is nothing. */
        PostNorm(Names names, Dimensions dimensions, int inner, float epsilon, Activation activation) {
            this(names, dimensions, inner, epsilon, activation, Scores.PLAIN);
        }

        /** The layer whose tensors are below a name. */
        Layer of(Build build, Weights layer) {
            int hidden = dimensions.hidden();
            List<Linear> projections = names.attention().stream()
                    .map(name -> build.linear(layer.at(name), hidden, hidden, Activation.NONE))
                    .toList();
            return Layer.normLast(
                    new Attention(
                            build.kernels(),
                            dimensions.heads(),
                            dimensions.heads(),
                            projections.get(0),
                            projections.get(1),
                            projections.get(2),
                            projections.get(3),
                            null,
                            Mask.NONE,
                            scores),
                    LayerNorm.of(layer.at(names.attentionNorm()), hidden, epsilon),
                    new FeedForward(
                            build.linear(layer.at(names.feedForward().get(0)), hidden, inner, activation),
                            build.linear(layer.at(names.feedForward().get(1)), inner, hidden, Activation.NONE)),
                    LayerNorm.of(layer.at(names.norm()), hidden, epsilon));
        }
    }
}
