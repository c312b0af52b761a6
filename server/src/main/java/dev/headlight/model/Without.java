package dev.headlight.model;

import dev.headlight.AttentionKind;
import dev.headlight.OutOfRangeException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is taken out of a pass. Numbers count from 0; tokens of an encoder-decoder are those of its source, followed by
 * those of its target, but in an {@link Edge} each sequence counts its own.
 *
 * @param hidden tokens that no token may look at, in any layer. Their own rows stay, as with an {@code attention_mask} of
 *     0 in transformers (attention knockout, Geva et al. 2023, arXiv 2304.14767)
 * @param heads heads whose output is zero (Michel et al. 2019, arXiv 1905.10650)
 * @param averaged heads whose output is its mean over the positions of the text
 * @param edges what one token of one head may not look at
 * @param attention layers whose attention adds nothing
 * @param feedForward layers whose feed-forward part adds nothing; of an encoder-decoder, {@code ENCODER} or
 *     {@code DECODER}
 */
public record Without(
        Set<Integer> hidden,
        Set<Head> heads,
        Set<Head> averaged,
        Set<Edge> edges,
        Set<Sublayer> attention,
        Set<Sublayer> feedForward) {

    /** Nothing is taken out. */
    public static final Without NOTHING = new Without(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

    /** A head of a layer. */
    public record Head(AttentionKind kind, int layer, int head) {}

    /** What one token looks at another with, in one head. */
    public record Edge(AttentionKind kind, int layer, int head, int query, int key) {}

    /** The attention of a layer, or its feed-forward part. */
    public record Sublayer(AttentionKind kind, int layer) {}

    public Without {
        hidden = Set.copyOf(hidden);
        heads = Set.copyOf(heads);
        averaged = Set.copyOf(averaged);
        edges = Set.copyOf(edges);
        attention = Set.copyOf(attention);
        feedForward = Set.copyOf(feedForward);
    }

    public static Without hiding(Set<Integer> tokens) {
        return new Without(tokens, Set.of(), Set.of(), Set.of(), Set.of(), Set.of());
    }

    public static Without head(Head head) {
        return new Without(Set.of(), Set.of(head), Set.of(), Set.of(), Set.of(), Set.of());
    }

    public static Without averaging(Head head) {
        return new Without(Set.of(), Set.of(), Set.of(head), Set.of(), Set.of(), Set.of());
    }

    public static Without edge(Edge edge) {
        return new Without(Set.of(), Set.of(), Set.of(), Set.of(edge), Set.of(), Set.of());
    }

    public static Without attention(Sublayer sublayer) {
        return new Without(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(sublayer), Set.of());
    }

    public static Without feedForward(Sublayer sublayer) {
        return new Without(Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(sublayer));
    }

    /** This and something else. */
    public Without and(Without other) {
        return new Without(
                both(hidden, other.hidden),
                both(heads, other.heads),
                both(averaged, other.averaged),
                both(edges, other.edges),
                both(attention, other.attention),
                both(feedForward, other.feedForward));
    }

    private static <T> Set<T> both(Set<T> some, Set<T> others) {
        return Stream.concat(some.stream(), others.stream()).collect(Collectors.toUnmodifiableSet());
    }

    /** The first layer of a kind of attention that it changes; {@code otherwise} if it changes none. */
    int firstLayer(AttentionKind kind, int otherwise) {
        if (!hidden.isEmpty()) {
            return 0;
        }
        return Stream.of(
                        heads.stream().filter(at -> at.kind == kind).map(Head::layer),
                        averaged.stream().filter(at -> at.kind == kind).map(Head::layer),
                        edges.stream().filter(at -> at.kind == kind).map(Edge::layer),
                        attention.stream().filter(at -> at.kind == kind).map(Sublayer::layer),
                        feedForward.stream().filter(at -> at.kind == kind).map(Sublayer::layer))
                .flatMap(layers -> layers)
                .min(Integer::compare)
                .orElse(otherwise);
    }

    /** The sizes of a kind of attention. */
    record Extent(int layers, int heads, int queries, int keys) {}

    /**
     * Checks that everything it names exists.
     *
     * @param extents the kinds of attention of the model
     * @param tokens how many tokens the pass takes
     * @throws OutOfRangeException if something does not exist
     */
    void check(Map<AttentionKind, Extent> extents, int tokens) {
        hidden.forEach(token -> require(token >= 0 && token < tokens, "token " + token));
        Stream.concat(heads.stream(), averaged.stream()).forEach(at -> checkHead(extents, at));
        for (Edge edge : edges) {
            checkHead(extents, new Head(edge.kind, edge.layer, edge.head));
            Extent extent = extents.get(edge.kind);
            require(
                    edge.query >= 0 && edge.query < extent.queries && edge.key >= 0 && edge.key < extent.keys,
                    "edge from token " + edge.query + " to token " + edge.key);
        }
        attention.forEach(at -> checkLayer(extents, at.kind, at.layer));
        for (Sublayer at : feedForward) {
            require(at.kind != AttentionKind.CROSS, "feed-forward part of cross-attention");
            checkLayer(extents, at.kind, at.layer);
        }
    }

    private static void checkHead(Map<AttentionKind, Extent> extents, Head at) {
        checkLayer(extents, at.kind, at.layer);
        require(
                at.head >= 0 && at.head < extents.get(at.kind).heads,
                at.kind.id() + " layer " + at.layer + ", head " + at.head);
    }

    private static void checkLayer(Map<AttentionKind, Extent> extents, AttentionKind kind, int layer) {
        require(extents.containsKey(kind), kind.id() + " attention");
        require(layer >= 0 && layer < extents.get(kind).layers, kind.id() + " layer " + layer);
    }

    private static void require(boolean there, String what) {
        if (!there) {
            throw new OutOfRangeException(what);
        }
    }
}
