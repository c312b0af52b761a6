package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Nomic BERT (Nussbaum et al. 2024), as transformers' {@code models/nomic_bert/modeling_nomic_bert.py} computes it: BERT
 * with rotary positions and a gated feed-forward part. Checkpoints of before it was in transformers have other names.
 */
final class NomicBert {
    private static final PredictionHead.Names HEAD = new PredictionHead.Names(
            "cls.predictions.transform",
            "cls.predictions.transform.dense",
            "cls.predictions.transform.layer_norm",
            "cls.predictions.decoder",
            Optional.of("cls.predictions.bias"));

    private final Build build;
    private final Config config;
    private final RotarySettings turns;
    private final Dimensions dimensions;
    private final int hidden;
    private final int inner;
    private final float epsilon;

    private NomicBert(Build build) {
        this.build = build;
        this.config = build.config();
        config.requireOff(
                "prenorm", "parallel_block", "rotary_emb_interleaved", "qkv_proj_bias", "mlp_fc1_bias", "mlp_fc2_bias");
        if (config.atLeastZero("moe_every_n_layers", 0) > 0) {
            throw config.error("moe_every_n_layers", "0 (mixtures of experts are not supported)");
        }
        this.turns = RotarySettings.partly(
                config, config.either("rotary_emb_base", "rope_theta"), "rotary_emb_fraction", 1, 1000);
        this.hidden = config.positive(config.either("n_embd", "hidden_size"), 768);
        this.inner = config.positive(config.either("n_inner", "intermediate_size"), 3072);
        this.epsilon = config.epsilon(config.either("layer_norm_epsilon", "layer_norm_eps"), 1e-12);
        String headsName = config.either("n_head", "num_attention_heads");
        int heads = config.positive(headsName, 12);
        if (hidden % heads != 0) {
            throw config.error(headsName, "a divisor of the hidden size, " + hidden);
        }
        this.dimensions = new Dimensions(
                config.positive(config.either("n_layer", "num_hidden_layers"), 12),
                heads,
                config.positive("head_dim", hidden / heads),
                config.positive("vocab_size", 30_528),
                config.positive("type_vocab_size", 2),
                config.has("max_position_embeddings") ? turns.positions() : config.positive("n_positions", 2048));
    }

    static Family build(Build build) {
        return new NomicBert(build).build();
    }

    private Family build() {
        Weights body = build.weights().below("nomic_bert").below("bert");
        boolean older = body.has("emb_ln");
        Weights at = body.at("embeddings");
        Embedding words = Embedding.words(
                at.at("word_embeddings"),
                build.weights().at(HEAD.decoder()),
                build.tied(),
                dimensions.vocabulary(),
                hidden);
        Rotary rotary = turns.build(dimensions.headSize(), dimensions.maxTokens(), build.scope());
        return new Transformer(
                build.scope(),
                dimensions,
                new Embeddings(
                        words,
                        null,
                        null,
                        Embedding.of(at.at("token_type_embeddings"), dimensions.tokenTypes(), hidden),
                        norm(older ? body.at("emb_ln") : at.at("LayerNorm"))),
                IntStream.range(0, dimensions.layers())
                        .mapToObj(i -> older
                                ? older(body.at("encoder.layers." + i), rotary)
                                : layer(body.at("layers." + i), rotary))
                        .toList(),
                Block.NONE,
                build.head(HEAD, words, hidden, hidden, build.activation("hidden_act", "silu"), epsilon));
    }

    private Layer layer(Weights layer, Rotary rotary) {
        List<Linear> parts = List.of("q_proj", "k_proj", "v_proj").stream()
                .map(name -> linear(layer.at("self_attn." + name), hidden, dimensions.hidden()))
                .toList();
        return Layer.normLast(
                attention(parts, layer.at("self_attn.o_proj"), rotary),
                norm(layer.at("post_attention_layernorm")),
                gated(layer.at("mlp.gate_proj"), layer.at("mlp.up_proj"), layer.at("mlp.down_proj")),
                norm(layer.at("post_mlp_layernorm")));
    }

    private Layer older(Weights layer, Rotary rotary) {
        NDArray stacked = layer.get("attn.Wqkv.weight", 3L * dimensions.hidden(), hidden);
        List<Linear> parts = Linear.split(stacked, layer.zeros(3 * dimensions.hidden()), 3, build.kernels());
        return Layer.normLast(
                attention(parts, layer.at("attn.out_proj"), rotary),
                norm(layer.at("norm1")),
                gated(layer.at("mlp.fc12"), layer.at("mlp.fc11"), layer.at("mlp.fc2")),
                norm(layer.at("norm2")));
    }

    private Attention attention(List<Linear> parts, Weights output, Rotary rotary) {
        return new Attention(
                build.kernels(),
                dimensions.heads(),
                dimensions.heads(),
                parts.get(0),
                parts.get(1),
                parts.get(2),
                linear(output, dimensions.hidden(), hidden),
                rotary,
                Mask.NONE);
    }

    private Block gated(Weights gate, Weights up, Weights down) {
        return new FeedForward.Gated(
                linear(gate, hidden, inner).with(build.activation("hidden_act", "silu")),
                linear(up, hidden, inner),
                linear(down, inner, hidden));
    }

    private Linear linear(Weights at, int in, int out) {
        return build.linear(at, in, out, Activation.NONE, false);
    }

    private Block norm(Weights norm) {
        return LayerNorm.of(norm, hidden, epsilon);
    }
}
