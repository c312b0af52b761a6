package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.engine.Kernels;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.engine.Torch;
import dev.headlight.weights.Checkpoint;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * BERT (Devlin et al. 2019), as transformers' {@code models/bert/modeling_bert.py} computes it. T tokens, D hidden size,
 * V vocabulary, R rows of logits.
 */
final class Bert implements Family {
    private final NDManager scope;
    private final Dimensions dimensions;
    private final Embedding words;
    private final Embedding types;
    private final Embedding positions;
    private final LayerNorm embeddingNorm;
    private final List<EncoderLayer> layers = new ArrayList<>();
    private final Optional<PredictionHead> head;

    static Bert load(Checkpoint checkpoint, Torch torch, Kernels kernels) {
        NDManager scope = torch.manager();
        try {
            return new Bert(checkpoint.config(), Weights.of(checkpoint, scope), kernels, scope);
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }

    private Bert(Config config, Weights weights, Kernels kernels, NDManager scope) {
        this.scope = scope;
        this.dimensions = dimensions(config);
        int hidden = dimensions.hidden();
        float epsilon = config.epsilon("layer_norm_eps", 1e-12);
        Weights bert = weights.has("bert") ? weights.at("bert") : weights;

        Weights embeddings = bert.at("embeddings");
        words = Embedding.of(embeddings.at("word_embeddings"), dimensions.vocabulary(), hidden);
        types = Embedding.of(embeddings.at("token_type_embeddings"), dimensions.tokenTypes(), hidden);
        positions = Embedding.of(embeddings.at("position_embeddings"), dimensions.maxTokens(), hidden);
        embeddingNorm = LayerNorm.of(embeddings.at("LayerNorm"), hidden, epsilon);
        for (int i = 0; i < dimensions.layers(); i++) {
            layers.add(layer(bert.at("encoder.layer." + i), config, kernels, epsilon));
        }
        head = weights.has("cls.predictions.transform")
                ? Optional.of(head(weights.at("cls.predictions"), config, kernels, epsilon))
                : Optional.empty();
    }

    private static Dimensions dimensions(Config config) {
        int hidden = config.positive("hidden_size");
        int heads = config.positive("num_attention_heads");
        if (hidden % heads != 0) {
            throw config.error("num_attention_heads", "a divisor of hidden_size, " + hidden);
        }
        if (!config.string("position_embedding_type", "absolute").equals("absolute")) {
            throw config.error("position_embedding_type", "absolute");
        }
        if (config.flag("is_decoder", false)) {
            throw config.error("is_decoder", "false: this model would be a decoder");
        }
        return new Dimensions(
                config.positive("num_hidden_layers"),
                heads,
                hidden / heads,
                config.positive("vocab_size"),
                config.positive("type_vocab_size", 2),
                config.positive("max_position_embeddings"));
    }

    private static Activation activation(Config config) {
        return switch (config.string("hidden_act", "gelu")) {
            case "gelu", "gelu_python" -> Activation.GELU;
            case "gelu_new", "gelu_fast", "gelu_pytorch_tanh" -> Activation.GELU_TANH;
            case "relu" -> Activation.RELU;
            default -> throw config.error("hidden_act", "gelu, gelu_new or relu");
        };
    }

    private EncoderLayer layer(Weights layer, Config config, Kernels kernels, float epsilon) {
        int hidden = dimensions.hidden();
        int inner = config.positive("intermediate_size");
        return new EncoderLayer(
                kernels,
                dimensions.heads(),
                Linear.of(layer.at("attention.self.query"), kernels, hidden, hidden, Activation.NONE),
                Linear.of(layer.at("attention.self.key"), kernels, hidden, hidden, Activation.NONE),
                Linear.of(layer.at("attention.self.value"), kernels, hidden, hidden, Activation.NONE),
                Linear.of(layer.at("attention.output.dense"), kernels, hidden, hidden, Activation.NONE),
                LayerNorm.of(layer.at("attention.output.LayerNorm"), hidden, epsilon),
                Linear.of(layer.at("intermediate.dense"), kernels, hidden, inner, activation(config)),
                Linear.of(layer.at("output.dense"), kernels, inner, hidden, Activation.NONE),
                LayerNorm.of(layer.at("output.LayerNorm"), hidden, epsilon));
    }

    /** The head. Its decoder is the word embeddings' table, which checkpoints leave out or repeat, unless untied. */
    private PredictionHead head(Weights predictions, Config config, Kernels kernels, float epsilon) {
        int hidden = dimensions.hidden();
        Linear transform = Linear.of(predictions.at("transform.dense"), kernels, hidden, hidden, activation(config));
        LayerNorm norm = LayerNorm.of(predictions.at("transform.LayerNorm"), hidden, epsilon);
        boolean tied = config.flag("tie_word_embeddings", true) || !predictions.has("decoder.weight");
        NDArray table = tied ? words.table() : predictions.get("decoder.weight", dimensions.vocabulary(), hidden);
        NDArray bias = predictions.get(predictions.has("bias") ? "bias" : "decoder.bias", dimensions.vocabulary());
        return new PredictionHead(transform, norm, new Linear(kernels, kernels.pack(table), bias, Activation.NONE));
    }

    @Override
    public Dimensions dimensions() {
        return dimensions;
    }

    @Override
    public boolean predicts() {
        return head.isPresent();
    }

    @Override
    public Trace forward(Input input, int[] logitRows, Runnable stillWanted) {
        input.check(dimensions);
        long[] rows = IntStream.of(logitRows).asLongStream().toArray();
        if (LongStream.of(rows).anyMatch(row -> row < 0 || row >= input.tokens())) {
            throw new IllegalArgumentException("a row of logits outside of " + input.tokens() + " tokens");
        }
        Trace trace = new Trace(scope.newSubManager());
        try (NDManager pass = scope.newSubManager()) {
            NDArray x = embeddings(input, pass); // (T, D)
            int last = layers.size() - 1;
            for (EncoderLayer layer : layers.subList(0, last)) {
                stillWanted.run();
                x = layer.forward(x, trace); // (T, D)
            }
            stillWanted.run();
            NDArray chosen = layers.get(last).forward(x, rows, trace); // (R, D)
            if (rows.length > 0) {
                trace.keepLogits(head.orElseThrow().forward(chosen)); // (R, V)
            }
            return trace;
        } catch (RuntimeException e) {
            trace.close();
            throw e;
        }
    }

    private NDArray embeddings(Input input, NDManager pass) {
        long[] order = LongStream.range(0, input.tokens()).toArray();
        NDArray sum = words.forward(input.idArray(), pass)
                .add(types.forward(input.typeArray(), pass))
                .add(positions.forward(order, pass));
        return embeddingNorm.forward(sum); // (T, D)
    }

    @Override
    public void close() {
        scope.close();
    }
}
