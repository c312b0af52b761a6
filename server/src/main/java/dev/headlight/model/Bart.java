package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * BART (Lewis et al. 2020), as transformers' {@code models/bart/modeling_bart.py} computes it: an encoder and a decoder
 * with learned positions, post-norm layers, and word embeddings usually tied to the head.
 */
final class Bart {
    /** The first two positions are never used. */
    private static final int OFFSET = 2;

    private static final float EPSILON = 1e-5f;

    private final Build build;
    private final Config config;
    private final Dimensions dimensions;
    private final int encoderLayers;
    private final int decoderLayers;
    private final SequenceToSequence.Decoding decoding;

    private Bart(Build build) {
        this.build = build;
        this.config = build.config();
        int heads = config.positive("encoder_attention_heads");
        if (config.positive("decoder_attention_heads") != heads) {
            throw config.error("decoder_attention_heads", "as many as encoder_attention_heads, " + heads);
        }
        config.requireOff("scale_embedding", "static_position_embeddings");
        this.encoderLayers = config.positive("encoder_layers");
        this.decoderLayers = config.positive("decoder_layers");
        this.decoding = SequenceToSequence.Decoding.of(config, 2, 2);
        this.dimensions = new Dimensions(
                Math.max(encoderLayers, decoderLayers),
                heads,
                Dimensions.headSize(config, "encoder_attention_heads", "d_model"),
                config.positive("vocab_size"),
                2,
                config.positive("max_position_embeddings"));
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
                decoding,
                SequenceToSequence.Filling.TEXT,
                embeddings(encoder, read),
                layers(encoderLayers, i -> encoderLayer(encoder.at("layers." + i))),
                Block.NONE,
                embeddings(decoder, written),
                layers(decoderLayers, i -> decoderLayer(decoder.at("layers." + i))),
                head(weights, shared, tied));
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
        int positions = config.positive("max_position_embeddings") + OFFSET;
        int hidden = dimensions.hidden();
        return new Embeddings(
                words,
                Embedding.of(stack.at("embed_positions"), positions, hidden),
                Embeddings.Counting.after(OFFSET),
                null,
                norm(stack, "layernorm_embedding"));
    }

    private static <T> List<T> layers(int count, IntFunction<T> layer) {
        return IntStream.range(0, count).mapToObj(layer).toList();
    }

    private Layer encoderLayer(Weights layer) {
        return Layer.normLast(
                attention(layer.at("self_attn"), Mask.NONE),
                norm(layer, "self_attn_layer_norm"),
                feedForward(layer, "encoder_ffn_dim"),
                norm(layer, "final_layer_norm"));
    }

    private DecoderLayer decoderLayer(Weights layer) {
        return new DecoderLayer(
                attention(layer.at("self_attn"), Mask.CAUSAL),
                norm(layer, "self_attn_layer_norm"),
                attention(layer.at("encoder_attn"), Mask.NONE),
                norm(layer, "encoder_attn_layer_norm"),
                feedForward(layer, "decoder_ffn_dim"),
                norm(layer, "final_layer_norm"),
                false);
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
        Activation activation = build.activation("activation_function", "gelu");
        return new FeedForward(
                build.linear(layer.at("fc1"), hidden, inner, activation),
                build.linear(layer.at("fc2"), inner, hidden, Activation.NONE));
    }

    private LayerNorm norm(Weights weights, String name) {
        return LayerNorm.of(weights.at(name), dimensions.hidden(), EPSILON);
    }
}
