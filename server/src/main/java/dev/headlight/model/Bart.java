package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.model.SequenceToSequence.Filling;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * BART (Lewis et al. 2020), as transformers' {@code models/bart/modeling_bart.py} computes it, and those that descend
 * from it: an encoder and a decoder, with word embeddings usually tied to the head. mBART (Liu et al. 2020), M2M-100 and
 * NLLB (Fan et al. 2020; Costa-jussà et al. 2022), Marian (Junczys-Dowmunt et al. 2018) and PEGASUS (Zhang et al. 2020)
 * differ in what {@link Kind} says. D hidden size, V vocabulary.
 */
final class Bart {
    /** The first two positions are never used. */
    private static final int OFFSET = 2;

    private static final float EPSILON = 1e-5f;

    private enum Positions {
        LEARNED,
        /** Sines and cosines (Vaswani et al. 2017, section 3.5), the cosines after the sines. */
        SINES,
        /** The same as fairseq counts and computes them: after the padding's id, and padding has none. */
        COUNTED
    }

    /**
     * What differs.
     *
     * @param normFirst whether norms come first in a layer, and a last one after each stack
     * @param embeddingNorm whether embeddings are normalized
     * @param start the token that a decoder is given first, unless the configuration names another
     * @param end the token that ends a target, likewise
     */
    private record Kind(
            boolean normFirst, boolean embeddingNorm, Positions positions, Filling filling, int start, int end) {}

    private static final Map<String, Kind> KINDS = Map.of(
            "bart", new Kind(false, true, Positions.LEARNED, Filling.TEXT, 2, 2),
            "mbart", new Kind(true, true, Positions.LEARNED, Filling.TEXT, 2, 2),
            "m2m_100", new Kind(true, false, Positions.COUNTED, Filling.NOTHING, 2, 2),
            "marian", new Kind(false, false, Positions.SINES, Filling.NOTHING, 58100, 0),
            "pegasus", new Kind(true, false, Positions.SINES, Filling.NOTHING, 0, 1));

    private final Build build;
    private final Config config;
    private final Kind kind;
    private final Dimensions dimensions;
    private final int encoderLayers;
    private final int decoderLayers;

    private Bart(Build build) {
        this.build = build;
        this.config = build.config();
        String type = config.string("model_type");
        this.kind = KINDS.get(type);
        int heads = config.positive("encoder_attention_heads");
        if (config.positive("decoder_attention_heads") != heads) {
            throw config.error("decoder_attention_heads", "as many as encoder_attention_heads, " + heads);
        }
        if (type.equals("bart")) {
            config.requireOff("static_position_embeddings");
        }
        if (!config.flag("share_encoder_decoder_embeddings", true)) {
            throw config.error("share_encoder_decoder_embeddings", "true: source and target have one vocabulary");
        }
        this.encoderLayers = config.positive("encoder_layers");
        this.decoderLayers = config.positive("decoder_layers");
        this.dimensions = new Dimensions(
                Math.max(encoderLayers, decoderLayers),
                heads,
                Dimensions.headSize(config, "encoder_attention_heads", "d_model"),
                config.positive("vocab_size"),
                2,
                config.positive("max_position_embeddings"));
        if (config.positive("decoder_vocab_size", dimensions.vocabulary()) != dimensions.vocabulary()) {
            throw config.error("decoder_vocab_size", "vocab_size, " + dimensions.vocabulary());
        }
    }

    static Family build(Build build) {
        return new Bart(build).build();
    }

    private Family build() {
        Weights weights = build.weights();
        Weights body = weights.below("model");
        Weights encoder = body.at("encoder");
        Weights decoder = body.at("decoder");
        boolean tied = build.tied();
        Weights head = weights.at("lm_head");
        Weights shared = tied ? shared(body, head) : body.at("shared");
        Embedding read = words(encoder.at("embed_tokens"), shared, tied);
        Embedding written = words(decoder.at("embed_tokens"), shared, tied);
        return new EncoderDecoder(
                build.scope(),
                dimensions,
                SequenceToSequence.Decoding.of(config, kind.start, kind.end),
                kind.filling,
                embeddings(encoder, read),
                layers(encoderLayers, i -> encoderLayer(encoder.at("layers." + i))),
                lastNorm(encoder),
                embeddings(decoder, written),
                layers(decoderLayers, i -> decoderLayer(decoder.at("layers." + i))),
                head(weights, shared, tied).map(lastNorm(decoder)::then));
    }

    /** The language modeling head; none for a text classifier without one. */
    private Optional<Linear> head(Weights weights, Weights shared, boolean tied) {
        Weights head = weights.at("lm_head");
        boolean own = head.has("weight");
        if (!own && config.classifies()) {
            return Optional.empty();
        }
        Embedding words = words(head, shared, tied);
        return Optional.of(Linear.decoder(head, words.table(), bias(weights), tied, build.kernels()));
    }

    /** Finds the embedding table shared by encoder, decoder and head: checkpoints store it under any of their names. */
    private static Weights shared(Weights body, Weights head) {
        return Stream.of(body.at("shared"), head, body.at("decoder.embed_tokens"), body.at("encoder.embed_tokens"))
                .filter(place -> place.has("weight"))
                .findFirst()
                .orElse(body.at("shared"));
    }

    private Embedding words(Weights own, Weights shared, boolean tied) {
        Weights from = tied && !own.has("weight") ? shared : own;
        return Embedding.of(from, dimensions.vocabulary(), dimensions.hidden());
    }

    private NDArray bias(Weights weights) {
        if (!weights.has("final_logits_bias")) {
            return weights.zeros(dimensions.vocabulary());
        }
        try (NDArray row = weights.get("final_logits_bias", 1, dimensions.vocabulary())) {
            return row.squeeze(0).duplicate(); // the array that it is a slice of may be mapped, and is closed here
        }
    }

    private Embeddings embeddings(Weights stack, Embedding words) {
        Block scale = Block.times(config.flag("scale_embedding", false) ? Math.sqrt(dimensions.hidden()) : 1);
        int padding = config.atLeastZero("pad_token_id", 1);
        return new Embeddings(
                (input, scope) -> scale.forward(words.forward(input.idArray(), scope)),
                positions(stack.at("embed_positions"), padding),
                switch (kind.positions) {
                    case LEARNED -> Embeddings.Counting.after(OFFSET);
                    case SINES -> Embeddings.Counting.FROM_ZERO;
                    case COUNTED -> Embeddings.Counting.from(padding);
                },
                null,
                kind.embeddingNorm ? norm(stack, "layernorm_embedding") : Block.NONE);
    }

    private Embedding positions(Weights at, int padding) {
        int count = config.positive("max_position_embeddings");
        int hidden = dimensions.hidden();
        return switch (kind.positions) {
            case LEARNED -> Embedding.of(at, count + OFFSET, hidden);
            case SINES -> at.has("weight") ? Embedding.of(at, count, hidden) : sines(count);
            case COUNTED -> counted(padding);
        };
    }

    /** Of a position p: sin(p / 10000^(2i/D)) of each i, then the cosines. */
    private Embedding sines(int count) {
        int hidden = dimensions.hidden();
        int sines = (hidden + 1) / 2;
        float[] values = new float[count * hidden];
        for (int i = 0; i < values.length; i++) {
            int column = i % hidden;
            boolean sine = column < sines;
            double angle = i / hidden / Math.pow(10_000, 2.0 * (sine ? column : column - sines) / hidden);
            values[i] = (float) (sine ? Math.sin(angle) : Math.cos(angle));
        }
        return new Embedding(build.scope().create(values, new Shape(count, hidden)));
    }

    /** The same, with wavelengths up to 10000 · 2π, in float32 as they are published; zeros for padding. */
    private Embedding counted(int padding) {
        int hidden = dimensions.hidden();
        int half = hidden / 2;
        int count = padding + 1 + dimensions.maxTokens();
        float step = (float) (Math.log(10_000) / (half - 1));
        float[] values = new float[count * hidden];
        for (int i = 0; i < values.length; i++) {
            int column = i % hidden;
            int position = i / hidden;
            float angle = position * (float) Math.exp(column % half * -step);
            boolean none = position == padding || column == 2 * half;
            values[i] = none ? 0 : (float) (column < half ? Math.sin(angle) : Math.cos(angle));
        }
        return new Embedding(build.scope().create(values, new Shape(count, hidden)));
    }

    private static <T> List<T> layers(int count, IntFunction<T> layer) {
        return IntStream.range(0, count).mapToObj(layer).toList();
    }

    private Layer encoderLayer(Weights layer) {
        Attention attention = attention(layer.at("self_attn"), Mask.NONE);
        Block first = norm(layer, "self_attn_layer_norm");
        Block feedForward = feedForward(layer, "encoder_ffn_dim");
        Block second = norm(layer, "final_layer_norm");
        return kind.normFirst
                ? Layer.normFirst(first, attention, second, feedForward)
                : Layer.normLast(attention, first, feedForward, second);
    }

    private DecoderLayer decoderLayer(Weights layer) {
        return new DecoderLayer(
                attention(layer.at("self_attn"), Mask.CAUSAL),
                norm(layer, "self_attn_layer_norm"),
                attention(layer.at("encoder_attn"), Mask.NONE),
                norm(layer, "encoder_attn_layer_norm"),
                feedForward(layer, "decoder_ffn_dim"),
                norm(layer, "final_layer_norm"),
                kind.normFirst);
    }

    private Attention attention(Weights attention, Mask mask) {
        return new Attention(
                build.kernels(),
                dimensions.heads(),
                dimensions.heads(),
                projection(attention, "q_proj"),
                projection(attention, "k_proj"),
                projection(attention, "v_proj"),
                projection(attention, "out_proj"),
                null,
                mask);
    }

    private Linear projection(Weights attention, String name) {
        int hidden = dimensions.hidden();
        return build.linear(attention.at(name), hidden, hidden, Activation.NONE);
    }

    private FeedForward feedForward(Weights layer, String size) {
        int hidden = dimensions.hidden();
        int inner = config.positive(size);
        Activation activation = build.activation(
                "activation_function", config.string("model_type").equals("m2m_100") ? "relu" : "gelu");
        return new FeedForward(
                build.linear(layer.at("fc1"), hidden, inner, activation),
                build.linear(layer.at("fc2"), inner, hidden, Activation.NONE));
    }

    private Block lastNorm(Weights stack) {
        return kind.normFirst ? norm(stack, "layer_norm") : Block.NONE;
    }

    private LayerNorm norm(Weights weights, String name) {
        return LayerNorm.of(weights.at(name), dimensions.hidden(), EPSILON);
    }
}
