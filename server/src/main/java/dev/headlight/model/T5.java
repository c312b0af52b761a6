package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * T5 and mT5 (Raffel et al. 2020; Xue et al. 2021), as transformers' {@code models/t5/modeling_t5.py} computes them:
 * positions are a learned bias by distance, which the layers of a stack share; scores are not scaled; norms have no
 * mean. D hidden size, H heads, d head size, V vocabulary.
 */
final class T5 {
    private final Build build;
    private final Config config;
    private final Dimensions dimensions;
    private final int hidden; // D, which need not be H·d
    private final int inner;
    private final float epsilon;
    private final boolean gated;
    private final Activation activation;

    private T5(Build build) {
        this.build = build;
        this.config = build.config();
        int encoderLayers = config.positive("num_layers");
        this.dimensions = new Dimensions(
                Math.max(encoderLayers, decoderLayers(config)),
                config.positive("num_heads"),
                config.positive("d_kv"),
                config.positive("vocab_size"),
                2,
                Dimensions.MOST_TOKENS);
        this.hidden = config.positive("d_model");
        this.inner = config.positive("d_ff");
        this.epsilon = config.epsilon("layer_norm_epsilon", 1e-6);
        String usual = config.string("model_type").equals("mt5") ? "gated-gelu" : "relu";
        String projection = config.string("feed_forward_proj", usual);
        this.gated = projection.startsWith("gated-");
        String name = projection.equals("gated-gelu") ? "gelu_new" : projection.replaceFirst("^gated-", "");
        this.activation = FeedForward.activation(name)
                .orElseThrow(() ->
                        config.error("feed_forward_proj", "relu, gelu, gelu_new or silu, or gated- and one of these"));
    }

    private static int decoderLayers(Config config) {
        return config.positive("num_decoder_layers", config.positive("num_layers"));
    }

    static Family build(Build build) {
        return new T5(build).build();
    }

    private Family build() {
        Weights weights = build.weights().below("transformer");
        Weights encoder = weights.at("encoder");
        Weights decoder = weights.at("decoder");
        Weights head = weights.at("lm_head");
        Weights shared = Stream.of(weights.at("shared"), encoder.at("embed_tokens"), decoder.at("embed_tokens"), head)
                .filter(place -> place.has("weight"))
                .findFirst()
                .orElse(weights.at("shared"));
        Scores before = scores(encoder, true);
        Scores after = scores(decoder, false);
        return new EncoderDecoder(
                build.scope(),
                dimensions,
                SequenceToSequence.Decoding.of(config, 0, 1),
                SequenceToSequence.Filling.SENTINELS,
                embeddings(encoder, shared),
                layers(encoder, config.positive("num_layers"), layer -> encoderLayer(layer, before)),
                norm(encoder, "final_layer_norm"),
                embeddings(decoder, shared),
                layers(decoder, decoderLayers(config), layer -> decoderLayer(layer, after)),
                head(norm(decoder, "final_layer_norm"), head, words(shared)));
    }

    private Embedding words(Weights at) {
        return Embedding.of(at, dimensions.vocabulary(), hidden);
    }

    private Embeddings embeddings(Weights stack, Weights shared) {
        Weights own = stack.at("embed_tokens");
        return new Embeddings(words(own.has("weight") ? own : shared), null, null, null, Block.NONE);
    }

    private static <T> List<T> layers(Weights stack, int count, Function<Weights, T> layer) {
        return IntStream.range(0, count)
                .mapToObj(i -> layer.apply(stack.at("block." + i + ".layer")))
                .toList();
    }

    /** The language modeling head, which is tied unless the checkpoint has its own, whatever the configuration says. */
    private Optional<Block> head(Block norm, Weights head, Embedding words) {
        if (!head.has("weight") && config.classifies()) {
            return Optional.empty();
        }
        NDArray none = build.weights().zeros(dimensions.vocabulary());
        Linear last = Linear.decoder(head, words.table(), none, true, build.kernels());
        return Optional.of(
                norm.then(Block.times(scales() ? 1 / Math.sqrt(hidden) : 1)).then(last));
    }

    /** T5 1.0 multiplies states by 1/√D before its head; T5 1.1, Flan-T5 and mT5 don't. */
    private boolean scales() {
        return config.string("model_type").equals("t5")
                && config.flag("scale_decoder_outputs", config.flag("tie_word_embeddings", true));
    }

    private Layer encoderLayer(Weights layer, Scores scores) {
        return Layer.normFirst(
                norm(layer.at("0"), "layer_norm"),
                attention(layer.at("0.SelfAttention"), Mask.NONE, scores),
                norm(layer.at("1"), "layer_norm"),
                feedForward(layer.at("1.DenseReluDense")));
    }

    private DecoderLayer decoderLayer(Weights layer, Scores scores) {
        return new DecoderLayer(
                attention(layer.at("0.SelfAttention"), Mask.CAUSAL, scores),
                norm(layer.at("0"), "layer_norm"),
                attention(layer.at("1.EncDecAttention"), Mask.NONE, Scores.PLAIN),
                norm(layer.at("1"), "layer_norm"),
                feedForward(layer.at("2.DenseReluDense")),
                norm(layer.at("2"), "layer_norm"),
                true);
    }

    private Attention attention(Weights at, Mask mask, Scores scores) {
        int width = dimensions.hidden(); // H·d
        return new Attention(
                build.kernels(),
                dimensions.heads(),
                dimensions.heads(),
                plain(at.at("q"), hidden, width).then(Block.times(Math.sqrt(dimensions.headSize()))),
                plain(at.at("k"), hidden, width),
                plain(at.at("v"), hidden, width),
                plain(at.at("o"), width, hidden),
                null,
                mask,
                scores);
    }

    /** The position bias, which only a stack's first layer stores. */
    private Scores scores(Weights stack, boolean bothWays) {
        int count = config.positive("relative_attention_num_buckets", 32);
        int farthest = config.positive("relative_attention_max_distance", 128);
        if (count < 4) {
            throw config.error("relative_attention_num_buckets", "at least 4");
        }
        if (farthest <= count / 2) {
            throw config.error("relative_attention_max_distance", "more than half of relative_attention_num_buckets");
        }
        String name = "block.0.layer.0.SelfAttention.relative_attention_bias.weight";
        try (NDArray table = stack.get(name, count, dimensions.heads())) {
            DistanceBias.Buckets buckets = new DistanceBias.Buckets(count, farthest, bothWays);
            return new Scores(0, DistanceBias.learned(table, dimensions.maxTokens(), buckets));
        }
    }

    private Block feedForward(Weights at) {
        Linear down = plain(at.at("wo"), inner, hidden);
        return gated
                ? new FeedForward.Gated(
                        plain(at.at("wi_0"), hidden, inner).with(activation), plain(at.at("wi_1"), hidden, inner), down)
                : new FeedForward(plain(at.at("wi"), hidden, inner).with(activation), down);
    }

    private Linear plain(Weights at, int in, int out) {
        return build.linear(at, in, out, Activation.NONE, false);
    }

    private Block norm(Weights at, String name) {
        return RmsNorm.of(at.at(name), hidden, epsilon);
    }
}
