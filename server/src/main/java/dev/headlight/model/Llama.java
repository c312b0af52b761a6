package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Llama (Touvron et al. 2023), as transformers' {@code models/llama/modeling_llama.py} computes it, and the families that
 * descend from it: norms come first and are of the root mean square, positions are rotary, feed-forward is gated, and
 * heads share keys and values. Each method says what is special in which family.
 */
final class Llama {
    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";

    private static final Set<String> GEMMAS = Set.of("gemma", "gemma2", "gemma3_text");

    /** How many key heads a family has if its configuration does not mention them, not even as null. */
    private static final Map<String, Integer> KEY_HEADS = Map.of(
            "qwen2",
            32,
            "mistral",
            8,
            "qwen3",
            32,
            "smollm3",
            4,
            "stablelm",
            32,
            "gemma",
            16,
            "gemma2",
            4,
            "gemma3_text",
            4);

    private final Build build;
    private final Config config;
    private final String type;
    private final Dimensions dimensions;
    private final int hidden;
    private final int keyHeads;
    private final boolean bidirectional;
    private final Map<String, Rotary> rotaries = new HashMap<>(); // by kind of layer

    private Llama(Build build) {
        this.build = build;
        this.config = build.config();
        this.type = config.string("model_type");
        this.hidden = config.positive("hidden_size");
        int heads = config.positive("num_attention_heads");
        this.dimensions = new Dimensions(
                config.positive("num_hidden_layers"),
                heads,
                headSize(),
                config.positive("vocab_size"),
                0,
                rotarySettings(FULL).positions());
        this.bidirectional = type.equals("eurobert")
                || type.equals("gemma3_text") && config.flag("use_bidirectional_attention", false);
        this.keyHeads = dimensions.keyHeads(
                config,
                "num_key_value_heads",
                config.mentions("num_key_value_heads") ? heads : KEY_HEADS.getOrDefault(type, heads));
        if (dimensions.headSize() % 2 != 0) {
            throw config.error("head_dim", "even");
        }
        if (!bidirectional) {
            config.requireOff("use_bidirectional_attention");
        }
    }

    static Family build(Build build) {
        return new Llama(build).build();
    }

    private Family build() {
        Weights weights = build.weights();
        Weights body = weights.below("model");
        boolean tied = config.flag("tie_word_embeddings", GEMMAS.contains(type) || type.equals("smollm3"));
        Embedding words =
                Embedding.words(body.at("embed_tokens"), weights.at("lm_head"), tied, dimensions.vocabulary(), hidden);
        List<String> kinds = kinds();
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < dimensions.layers(); i++) {
            layers.add(layer(body.at("layers." + i), mask(kinds.get(i)), turns(i) ? rotary(kinds.get(i)) : null));
        }
        boolean biased = type.equals("eurobert") && config.flag("mlp_bias", false);
        return new Transformer(
                build.scope(),
                dimensions,
                new Embeddings(words, null, null, null, Block.times(embeddingFactor())),
                layers,
                norm(body.at("norm"), hidden),
                build.nextWordHead(words, tied && !config.classifies(), biased).map(head -> head.then(afterHead())));
    }

    private int headSize() {
        if (config.has("head_dim")) {
            return config.positive("head_dim");
        }
        return switch (type) {
            case "qwen3" -> 128;
            case "gemma", "gemma2", "gemma3_text" -> 256;
            default -> Dimensions.headSize(config, "num_attention_heads", "hidden_size");
        };
    }

    /** Gemma and Granite scale embeddings. */
    private double embeddingFactor() {
        return GEMMAS.contains(type) ? Math.sqrt(hidden) : granite("embedding_multiplier");
    }

    private double granite(String name) {
        return type.equals("granite") ? config.number(name, 1) : 1;
    }

    /** Granite scales logits, Gemma 2 caps them. */
    private Block afterHead() {
        Optional<Double> cap = switch (type) {
            case "gemma2" -> cap("final_logit_softcapping", 30);
            case "gemma3_text" -> cap("final_logit_softcapping", 0);
            default -> Optional.empty();
        };
        return cap.map(Block::capped).orElse(Block.times(1 / granite("logits_scaling")));
    }

    /** A cap that is null if there is none. */
    private Optional<Double> cap(String name, double unmentioned) {
        double cap = config.mentions(name) && !config.has(name) ? 0 : config.number(name, unmentioned);
        return cap == 0 ? Optional.empty() : Optional.of(cap);
    }

    private Layer layer(Weights layer, Mask mask, Rotary rotary) {
        Attention attention = attention(layer.at("self_attn"), mask, rotary);
        Block mlp = mlp(layer.at("mlp"));
        return switch (type) {
            case "olmo2" ->
                Layer.normFirst(Block.NONE, attention, Block.NONE, mlp)
                        .then(norm(layer, "post_attention_layernorm"), norm(layer, "post_feedforward_layernorm"));
            case "gemma2", "gemma3_text" ->
                Layer.normFirst(
                                norm(layer, "input_layernorm"),
                                attention,
                                norm(layer, "pre_feedforward_layernorm"),
                                mlp)
                        .then(norm(layer, "post_attention_layernorm"), norm(layer, "post_feedforward_layernorm"));
            default -> {
                Block first = norm(layer, "input_layernorm");
                if (type.equals("stablelm") && config.flag("use_parallel_residual", false)) {
                    yield Layer.parallel(first, attention, first, mlp);
                }
                Block residual = Block.times(granite("residual_multiplier"));
                yield Layer.normFirst(first, attention, norm(layer, "post_attention_layernorm"), mlp)
                        .then(residual, residual);
            }
        };
    }

    private Block norm(Weights layer, String name) {
        return norm(layer.at(name), hidden);
    }

    private Block norm(Weights norm, int size) {
        if (type.equals("stablelm")) {
            return LayerNorm.of(norm, size, config.epsilon("layer_norm_eps", 1e-5));
        }
        boolean coarser = Set.of("phi3", "olmo2", "eurobert").contains(type);
        float epsilon = config.epsilon("rms_norm_eps", coarser ? 1e-5 : 1e-6);
        return GEMMAS.contains(type) ? RmsNorm.aroundOne(norm, size, epsilon) : RmsNorm.of(norm, size, epsilon);
    }

    private Attention attention(Weights attention, Mask mask, Rotary rotary) {
        int queries = dimensions.hidden();
        int keys = keyHeads * dimensions.headSize();
        boolean unbiased = Set.of("mistral", "qwen2", "phi3", "stablelm").contains(type);
        boolean biased = !unbiased && config.flag("attention_bias", false);
        boolean biasedInput = switch (type) {
            case "qwen2" -> true;
            case "stablelm" -> config.flag("use_qkv_bias", false);
            default -> biased;
        };
        List<Linear> parts = type.equals("phi3")
                ? Linear.split(attention, "qkv_proj.weight", hidden, new int[] {queries, keys, keys}, build.kernels())
                : List.of(
                        build.linear(attention.at("q_proj"), hidden, queries, Activation.NONE, biasedInput),
                        build.linear(attention.at("k_proj"), hidden, keys, Activation.NONE, biasedInput),
                        build.linear(attention.at("v_proj"), hidden, keys, Activation.NONE, biasedInput));
        return new Attention(
                build.kernels(),
                dimensions.heads(),
                keyHeads,
                parts.get(0)
                        .then(vectorNorm(attention, "q", dimensions.heads()))
                        .then(Block.times(queryFactor())),
                parts.get(1).then(vectorNorm(attention, "k", keyHeads)),
                parts.get(2),
                build.linear(attention.at("o_proj"), queries, hidden, Activation.NONE, biased),
                rotary,
                mask,
                new Scores(
                        type.equals("gemma2")
                                ? cap("attn_logit_softcapping", 50).orElse(0.0)
                                : 0,
                        null));
    }

    /** By what a family's own scale of scores differs from 1 / √d. */
    private double queryFactor() {
        double root = Math.sqrt(dimensions.headSize());
        return switch (type) {
            case "gemma2", "gemma3_text" -> root / Math.sqrt(config.number("query_pre_attn_scalar", 256));
            case "granite" -> root * config.number("attention_multiplier", 1);
            default -> 1;
        };
    }

    /** Queries and keys are normed in some families: head by head, or as a whole. */
    private Block vectorNorm(Weights attention, String of, int heads) {
        int size = dimensions.headSize();
        return switch (type) {
            case "qwen3", "gemma3_text" -> Block.perHead(norm(attention.at(of + "_norm"), size), size);
            case "olmo2" -> norm(attention.at(of + "_norm"), heads * size);
            case "stablelm" ->
                config.flag("qk_layernorm", false)
                        ? normOfEach(attention.at(of + "_layernorm.norms"), heads, size)
                        : Block.NONE;
            default -> Block.NONE;
        };
    }

    /** Layer normalization with a weight of each head's own. */
    private Block normOfEach(Weights norms, int heads, int size) {
        NDList each = new NDList();
        IntStream.range(0, heads).forEach(i -> each.add(norms.get(i + ".weight", size)));
        NDArray weights = NDArrays.concat(each, 0);
        return Block.perHead(LayerNorm.plain(norms, size, config.epsilon("layer_norm_eps", 1e-5)), size)
                .then(x -> x.mul(weights));
    }

    private Block mlp(Weights mlp) {
        int inner = config.positive("intermediate_size");
        boolean biased =
                Set.of("llama", "smollm3", "granite", "eurobert").contains(type) && config.flag("mlp_bias", false);
        Activation activation = switch (type) {
            case "gemma" -> build.activation("hidden_act", "gelu_pytorch_tanh");
            case "gemma2", "gemma3_text" -> build.activation("hidden_activation", "gelu_pytorch_tanh");
            default -> build.activation("hidden_act", "silu");
        };
        List<Linear> parts = type.equals("phi3")
                ? Linear.split(mlp, "gate_up_proj.weight", hidden, new int[] {inner, inner}, build.kernels())
                : List.of(
                        build.linear(mlp.at("gate_proj"), hidden, inner, Activation.NONE, biased),
                        build.linear(mlp.at("up_proj"), hidden, inner, Activation.NONE, biased));
        return new FeedForward.Gated(
                parts.get(0).with(activation),
                parts.get(1),
                build.linear(mlp.at("down_proj"), inner, hidden, Activation.NONE, biased));
    }

    /** Whether each layer sees all tokens or a window of them. */
    private List<String> kinds() {
        boolean always = type.equals("mistral") || type.equals("phi3");
        List<String> usual = IntStream.range(0, dimensions.layers())
                .mapToObj(i -> slides(i) ? SLIDING : FULL)
                .toList();
        List<String> said = always ? usual : config.strings("layer_types").orElse(usual);
        if (said.size() != dimensions.layers() || !List.of(FULL, SLIDING).containsAll(said)) {
            throw config.error("layer_types", FULL + " or " + SLIDING + " for each layer");
        }
        return said;
    }

    /** Whether a layer has a window where the configuration does not list them. */
    private boolean slides(int layer) {
        boolean window = config.has("sliding_window");
        return switch (type) {
            case "mistral", "phi3" -> window;
            case "qwen2", "qwen3" ->
                window
                        && config.flag("use_sliding_window", false)
                        && layer >= config.atLeastZero("max_window_layers", 28);
            case "smollm3" -> window && config.flag("use_sliding_window", false) && !turns(layer);
            case "gemma2" -> layer % 2 == 0;
            case "gemma3_text" -> (layer + 1) % config.positive("sliding_window_pattern", 6) != 0;
            default -> false;
        };
    }

    private Mask mask(String kind) {
        if (kind.equals(FULL)) {
            return bidirectional ? Mask.NONE : Mask.CAUSAL;
        }
        int window = config.positive("sliding_window", 4096);
        Mask some = bidirectional ? Mask.near(window / 2) : Mask.window(window);
        return some.among(dimensions.maxTokens());
    }

    /** Whether a layer has rotary positions: every fourth of SmolLM3 has none. */
    private boolean turns(int layer) {
        if (!type.equals("smollm3")) {
            return true;
        }
        int every = config.positive("no_rope_layer_interval", 4);
        return config.numbers("no_rope_layers")
                .map(turning -> layer < turning.size() && turning.get(layer) != 0)
                .orElse((layer + 1) % every != 0);
    }

    private Rotary rotary(String kind) {
        return rotaries.computeIfAbsent(
                type.equals("gemma3_text") ? kind : FULL,
                of -> rotarySettings(of).build(dimensions.headSize(), dimensions.maxTokens(), build.scope()));
    }

    private RotarySettings rotarySettings(String kind) {
        return switch (type) {
            case "gemma3_text" ->
                kind.equals(FULL)
                        ? RotarySettings.ofKind(config, FULL, true, "rope_theta", 1_000_000)
                        : RotarySettings.ofKind(config, SLIDING, false, "rope_local_base_freq", 10_000);
            case "stablelm" -> RotarySettings.partly(config, "rope_theta", "partial_rotary_factor", 0.25);
            case "phi3" -> RotarySettings.partly(config, "rope_theta", "partial_rotary_factor", 1);
            case "smollm3" -> RotarySettings.of(config, 2_000_000);
            default -> RotarySettings.of(config, 10_000);
        };
    }
}
