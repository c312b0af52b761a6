package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.headlight.PositionTerm;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * DeBERTa (He et al. 2021, arXiv 2006.03654) and DeBERTa v2 and v3 (arXiv 2111.09543), as transformers' {@code
 * models/deberta/modeling_deberta.py} and {@code models/deberta_v2/modeling_deberta_v2.py} compute them: BERT whose scores
 * have terms for distances. What scales them, 1/√(1 + terms) beside 1/√d, is in the queries.
 */
final class Deberta {
    private final Build build;
    private final Config config;
    private final boolean first;
    private final Dimensions dimensions;
    private final float epsilon;
    private final List<PositionTerm> terms;
    private final double factor;

    private Deberta(Build build, boolean first) {
        this.build = build;
        this.config = build.config();
        this.first = first;
        this.epsilon = config.epsilon("layer_norm_eps", 1e-7);
        int types = config.atLeastZero("type_vocab_size", 0);
        this.dimensions = Dimensions.of(config, types, config.positive("max_position_embeddings", 512));
        this.terms = terms();
        this.factor = 1 / Math.sqrt(1 + terms.size());
        config.requireOff("talking_head");
        if (config.atLeastZero("conv_kernel_size", 0) > 0) {
            throw config.error("conv_kernel_size", "0 (the convolution of DeBERTa v2 XL and XXL is not supported)");
        }
        if (config.positive("attention_head_size", dimensions.headSize()) != dimensions.headSize()) {
            throw config.error("attention_head_size", "hidden_size / num_attention_heads, " + dimensions.headSize());
        }
    }

    /** DeBERTa. */
    static Family first(Build build) {
        return new Deberta(build, true).build();
    }

    /** DeBERTa v2 and v3. */
    static Family second(Build build) {
        return new Deberta(build, false).build();
    }

    /** The terms that {@code pos_att_type} lists, or names between bars. */
    private List<PositionTerm> terms() {
        String name = "pos_att_type";
        List<PositionTerm> found = config.names(name).orElse(List.of()).stream()
                .map(id -> PositionTerm.of(id).orElseThrow(() -> config.error(name, "c2p, p2c or both")))
                .toList();
        if (found.stream().distinct().count() < found.size()) {
            throw config.error(name, "c2p, p2c or both");
        }
        return found;
    }

    private Family build() {
        Weights body = build.weights().below("deberta");
        int hidden = dimensions.hidden();
        int size = config.positive("embedding_size", hidden);
        Embedding words = Bert.words(build, body, Bert.HEAD.decoder(), dimensions, size);
        Optional<Relative> relative = config.flag("relative_attention", false) && !terms.isEmpty()
                ? Optional.of(relative(body.at("encoder")))
                : Optional.empty();
        return new Transformer(
                build.scope(),
                dimensions,
                embeddings(body.at("embeddings"), words, size),
                IntStream.range(0, dimensions.layers())
                        .mapToObj(i -> layer(body.at("encoder.layer." + i), relative))
                        .toList(),
                Block.NONE,
                head(words, size));
    }

    private Embeddings embeddings(Weights at, Embedding words, int size) {
        int hidden = dimensions.hidden();
        int types = dimensions.tokenTypes();
        Block norm = norm(at.at("LayerNorm"));
        return new Embeddings(
                words,
                config.flag("position_biased_input", true)
                        ? Embedding.of(
                                at.at("position_embeddings"), config.positive("max_position_embeddings", 512), size)
                        : null,
                Embeddings.Counting.FROM_ZERO,
                types == 0 ? null : Embedding.of(at.at("token_type_embeddings"), types, size),
                size == hidden
                        ? norm
                        : build.linear(at.at("embed_proj"), size, hidden, Activation.NONE, false)
                                .then(norm));
    }

    /**
     * What all layers share.
     *
     * @param table of distances
     * @param rows the row of each, query − key
     */
    private record Relative(NDArray table, int[] rows) {}

    private Relative relative(Weights encoder) {
        int farthest = config.positiveOr("max_relative_positions", config.positive("max_position_embeddings", 512));
        int buckets = first ? 0 : config.positiveOr("position_buckets", 0);
        int span = buckets > 0 ? buckets : farthest;
        NDArray stored = encoder.get("rel_embeddings.weight", 2L * span, dimensions.hidden());
        NDArray table = !first && normed() ? norm(encoder.at("LayerNorm")).forward(stored) : stored;
        int longest = dimensions.maxTokens();
        return new Relative(
                table,
                IntStream.range(1 - longest, longest)
                        .map(distance -> buckets > 0 ? bucket(distance, buckets, farthest) : distance)
                        .map(bucket -> Math.max(0, Math.min(2 * span - 1, span + bucket)))
                        .toArray());
    }

    private boolean normed() {
        return config.names("norm_rel_ebd").orElse(List.of()).contains("layer_norm");
    }

    /**
     * The bucket of a distance, with its sign: near ones exact, far ones by their logarithm, in float32 as transformers
     * computes it.
     */
    static int bucket(int distance, int buckets, int farthest) {
        int middle = buckets / 2;
        int away = Math.abs(distance);
        if (away <= middle) {
            return distance;
        }
        float share = (float) Math.log((float) away / middle) / (float) Math.log((float) ((farthest - 1.0) / middle));
        int bucket = (int) Math.ceil(share * (middle - 1)) + middle;
        return distance < 0 ? -bucket : bucket;
    }

    private Layer layer(Weights layer, Optional<Relative> relative) {
        int hidden = dimensions.hidden();
        int inner = config.positive("intermediate_size");
        Activation activation = build.activation("hidden_act", "gelu");
        List<Linear> parts = first ? stacked(layer.at("attention.self")) : separate(layer.at("attention.self"));
        Block query = parts.get(0).then(Block.times(factor));
        Attention attention = new Attention(
                build.kernels(),
                dimensions.heads(),
                dimensions.heads(),
                query,
                parts.get(1),
                parts.get(2),
                square(layer.at("attention.output.dense"), true),
                null,
                Mask.NONE,
                new Scores(0, null, relative.isPresent() ? sorted() : List.of()),
                relative.map(found -> new Disentangled(
                                found.table(),
                                found.rows(),
                                projections(layer.at("attention.self"), query, parts.get(1))))
                        .orElse(null));
        return Layer.normLast(
                attention,
                norm(layer.at("attention.output.LayerNorm")),
                new FeedForward(
                        build.linear(layer.at("intermediate.dense"), hidden, inner, activation),
                        build.linear(layer.at("output.dense"), inner, hidden, Activation.NONE)),
                norm(layer.at("output.LayerNorm")));
    }

    private List<PositionTerm> sorted() {
        return terms.stream().sorted().toList();
    }

    private List<Linear> separate(Weights self) {
        return List.of("query_proj", "key_proj", "value_proj").stream()
                .map(name -> square(self.at(name), true))
                .toList();
    }

    /** Query, key and value, stacked head by head; the key has no bias. */
    private List<Linear> stacked(Weights self) {
        int heads = dimensions.heads();
        int size = dimensions.headSize();
        int hidden = dimensions.hidden();
        float[] query = self.bias("q_bias", hidden).toFloatArray();
        float[] value = self.bias("v_bias", hidden).toFloatArray();
        float[] all = new float[3 * hidden];
        for (int head = 0; head < heads; head++) {
            System.arraycopy(query, head * size, all, 3 * head * size, size);
            System.arraycopy(value, head * size, all, (3 * head + 2) * size, size);
        }
        return Linear.grouped(
                self.get("in_proj.weight", 3L * hidden, hidden),
                build.scope().create(all, new Shape(all.length)),
                heads,
                1,
                size,
                build.kernels());
    }

    /** What makes keys and queries of distances: of their own, or those of tokens. */
    private Map<PositionTerm, Block> projections(Weights self, Block query, Block key) {
        boolean shared = !first && config.flag("share_att_key", false);
        Map<PositionTerm, Block> projections = new EnumMap<>(PositionTerm.class);
        for (PositionTerm term : terms) {
            boolean keys = term == PositionTerm.C2P;
            if (shared) {
                projections.put(term, keys ? key : query);
            } else if (keys) {
                projections.put(term, square(self.at(first ? "pos_proj" : "pos_key_proj"), !first));
            } else {
                Linear own = square(self.at(first ? "pos_q_proj" : "pos_query_proj"), true);
                projections.put(term, own.then(Block.times(factor)));
            }
        }
        return projections;
    }

    private Linear square(Weights at, boolean biased) {
        return build.linear(at, dimensions.hidden(), dimensions.hidden(), Activation.NONE, biased);
    }

    private Block norm(Weights norm) {
        return LayerNorm.of(norm, dimensions.hidden(), epsilon);
    }

    /**
     * The head that the configuration names, or the one that the checkpoint holds: the published ones hold the newer, and
     * don't say so. In a discriminator (v3) it is left over, and knows no words.
     */
    private Optional<PredictionHead> head(Embedding words, int size) {
        int hidden = dimensions.hidden();
        Activation activation = build.activation("hidden_act", "gelu");
        boolean older = config.flag("legacy", true);
        if (older && build.weights().has(Bert.HEAD.presence())) {
            return build.head(Bert.HEAD, words, hidden, size, activation, epsilon);
        }
        Weights head = build.weights().at("lm_predictions.lm_head");
        if (older && build.weights().has("mask_predictions") || !head.has("dense")) {
            return Optional.empty();
        }
        if (size != hidden) {
            throw config.error("embedding_size", "hidden_size, " + hidden + ", with legacy false");
        }
        return Optional.of(new PredictionHead(
                build.linear(head.at("dense"), hidden, hidden, activation),
                norm(head.at("LayerNorm")),
                new Linear(
                        build.kernels(),
                        build.kernels().pack(words.table()),
                        head.bias("bias", dimensions.vocabulary()),
                        Activation.NONE)));
    }
}
