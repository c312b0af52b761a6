package dev.headlight.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.Measure;
import dev.headlight.OutOfRangeException;
import dev.headlight.PositionTerm;
import dev.headlight.UserException;
import dev.headlight.model.AttentionStack;
import dev.headlight.model.Dimensions;
import dev.headlight.model.Mask;
import dev.headlight.model.Trace;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.lang.ref.SoftReference;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The attentions of an inspection, computed on request from queries and keys, which stay in native memory until it is
 * closed. Used by one thread at a time. H heads, Q queries, K keys, d head size; axes are always [head][query][key].
 *
 * <p>Every method throws {@link OutOfRangeException} for an attention, layer, head or token that does not exist.
 */
public final class Heads implements Layers, AutoCloseable {
    private final Trace trace;
    private final Dimensions dimensions;
    private final List<Token> tokens;
    private final Selection held;
    private final Map<AttentionKind, AttentionShape> shapes = new EnumMap<>(AttentionKind.class);
    private final Set<Integer> separators;
    private final Measure measure;
    private final Map<List<Object>, SoftReference<Overview>> overviews;

    /**
     * The heads of an inspection.
     *
     * @param separators ids of the tokens that end a text
     */
    Heads(Trace trace, Dimensions dimensions, Inspection inspection, Set<Integer> separators) {
        this.trace = trace;
        this.dimensions = dimensions;
        this.tokens = inspection.tokens();
        this.held = inspection.held();
        this.separators = Set.copyOf(separators);
        this.measure = Measure.WEIGHT;
        this.overviews = new HashMap<>();
        inspection.attentions().forEach(shape -> shapes.put(shape.kind(), shape));
    }

    private Heads(Heads of, Measure measure) {
        this.trace = of.trace;
        this.dimensions = of.dimensions;
        this.tokens = of.tokens;
        this.held = of.held;
        this.separators = of.separators;
        this.measure = measure;
        this.overviews = of.overviews;
        this.shapes.putAll(of.shapes);
    }

    /** What the pass left behind, which is this object's. */
    Trace trace() {
        return trace;
    }

    /** The same heads by another measure, in place of attention weights: as long open as this is, and not to be closed. */
    public Heads by(Measure other) {
        return new Heads(this, other);
    }

    /** What the numbers are. */
    public Measure measure() {
        return measure;
    }

    /**
     * What 1 stands for in a layer: of {@link Measure#NORM} the largest norm of its heads, otherwise 1.
     *
     * @throws UserException if the attention has no such measure
     */
    public double unit(AttentionKind kind, int layer) {
        checkLayer(kind, layer);
        if (measure != Measure.NORM) {
            return 1;
        }
        try (NDManager scope = trace.scope()) {
            return trace.stack(kind).norms(place(kind, layer), scope).max().getFloat();
        }
    }

    /** The numbers of all heads of a layer: (H, Q, K), 0 to 1, in a scope. */
    private NDArray all(AttentionKind kind, int layer, NDManager scope) {
        AttentionStack stack = trace.stack(kind);
        int place = place(kind, layer);
        return switch (measure) {
            case WEIGHT -> stack.weights(place, scope);
            case NORM -> {
                NDArray norms = stack.norms(place, scope);
                yield norms.div(norms.max().maximum(Float.MIN_NORMAL));
            }
            case ROLLOUT -> {
                if (kind == AttentionKind.CROSS) {
                    throw new UserException("Rollout follows attention from layer to layer within a text, and"
                            + " cross-attention leads to the other one: choose another measure.");
                }
                if (place < layer || heads() < dimensions.heads()) {
                    throw new UserException("Rollout needs all heads of all layers up to this one, and the file holds"
                            + " only some: choose another measure.");
                }
                NDArray one = stack.rollout(place).expandDims(0);
                NDArray repeated = one.repeat(0, heads());
                repeated.attach(scope);
                one.close();
                yield repeated;
            }
        };
    }

    @Override
    public Selection held() {
        return held;
    }

    /** How many tokens the inspection has. */
    public int tokens() {
        return tokens.size();
    }

    @Override
    public List<AttentionShape> attentions() {
        return List.copyOf(shapes.values());
    }

    /** The attention of a kind. */
    public AttentionShape shape(AttentionKind kind) {
        AttentionShape shape = shapes.get(kind);
        if (shape == null) {
            throw new OutOfRangeException("attention " + kind.id());
        }
        return shape;
    }

    /** The size of the native memory kept. */
    public long bytes() {
        return trace.bytes();
    }

    @Override
    public Matrix head(AttentionKind kind, int layer, int head) {
        checkHead(kind, layer, head);
        try (NDManager scope = trace.scope()) {
            int place = held.heads().indexOf(head);
            return Matrices.matrix(
                    measure == Measure.WEIGHT
                            ? trace.stack(kind).weights(place(kind, layer), place, scope)
                            : all(kind, layer, scope).get(scope, place));
        }
    }

    @Override
    public List<Matrix> layer(AttentionKind kind, int layer) {
        checkLayer(kind, layer);
        try (NDManager scope = trace.scope()) {
            return Matrices.split(all(kind, layer, scope));
        }
    }

    /** All heads of a layer, to draw: unsigned bytes [H, Q, K], 255 · weight, rounded. */
    public byte[] quantizedLayer(AttentionKind kind, int layer) {
        AttentionShape shape = checkLayer(kind, layer);
        int size = shape.queries().length() * shape.keys().length();
        byte[] quantized = new byte[heads() * size];
        eachHead(kind, layer, (head, attention) -> {
            for (int i = 0; i < size; i++) {
                quantized[head * size + i] = Overview.quantized(attention.values()[i]);
            }
        });
        return quantized;
    }

    /**
     * What a token attends to: [H, K], a row for each head.
     *
     * @param token one of the inspection's tokens
     */
    public Matrix from(AttentionKind kind, int layer, int token) {
        int query = place(token, checkLayer(kind, layer).queries());
        try (NDManager scope = trace.scope()) {
            return Matrices.matrix(
                    measure == Measure.WEIGHT
                            ? trace.stack(kind).weightsFrom(place(kind, layer), query, scope)
                            : all(kind, layer, scope).get(scope, new NDIndex(":, {}", query)));
        }
    }

    /**
     * What attends to a token: [H, Q], a row for each head.
     *
     * @param token one of the inspection's tokens
     */
    public Matrix to(AttentionKind kind, int layer, int token) {
        int key = place(token, checkLayer(kind, layer).keys());
        try (NDManager scope = trace.scope()) {
            return Matrices.matrix(all(kind, layer, scope).get(scope, new NDIndex(":, :, {}", key)));
        }
    }

    /** What several tokens attend to, such as the pieces of a word, added up: [H, K]; one token costs less. */
    public Matrix from(AttentionKind kind, int layer, List<Integer> of) {
        return of.size() == 1 ? from(kind, layer, of.get(0)) : sum(kind, layer, of, false);
    }

    /** What attends to several tokens, added up: [H, Q]. */
    public Matrix to(AttentionKind kind, int layer, List<Integer> of) {
        return of.size() == 1 ? to(kind, layer, of.get(0)) : sum(kind, layer, of, true);
    }

    /** The sum of some rows of each head, or of columns, in one pass over the layer. */
    private Matrix sum(AttentionKind kind, int layer, List<Integer> of, boolean columns) {
        AttentionShape shape = checkLayer(kind, layer);
        Span along = columns ? shape.keys() : shape.queries();
        float[] counts = new float[along.length()];
        of.forEach(token -> counts[place(token, along)]++);
        try (NDManager scope = trace.scope()) {
            NDArray all = all(kind, layer, scope);
            NDArray counted = scope.create(counts);
            return Matrices.matrix(
                    columns
                            ? all.matMul(counted.expandDims(1)).squeeze(2)
                            : counted.expandDims(0).matMul(all).squeeze(1));
        }
    }

    /** The queries of one head: [Q, d]. */
    public Matrix query(AttentionKind kind, int layer, int head) {
        checkHead(kind, layer, head);
        return queries(kind, layer).get(held.heads().indexOf(head));
    }

    /** The keys of one head: [K, d]. */
    public Matrix key(AttentionKind kind, int layer, int head) {
        checkHead(kind, layer, head);
        return keys(kind, layer).get(held.heads().indexOf(head));
    }

    @Override
    public List<Matrix> queries(AttentionKind kind, int layer) {
        checkLayer(kind, layer);
        return Matrices.split(trace.stack(kind).query(place(kind, layer)));
    }

    @Override
    public List<Matrix> keys(AttentionKind kind, int layer) {
        checkLayer(kind, layer);
        return Matrices.split(trace.stack(kind).key(place(kind, layer)));
    }

    @Override
    public List<Matrix> positions(AttentionKind kind, int layer, PositionTerm term) {
        checkLayer(kind, layer);
        try (NDManager scope = trace.scope()) {
            return Matrices.split(trace.stack(kind).positions(place(kind, layer), term, scope));
        }
    }

    /** The keys or queries of one head for distances: [2K − 1, d], by key − query + K − 1. */
    public Matrix positions(AttentionKind kind, int layer, int head, PositionTerm term) {
        checkHead(kind, layer, head);
        return positions(kind, layer, term).get(held.heads().indexOf(head));
    }

    @Override
    public int vocabulary() {
        return dimensions.vocabulary();
    }

    @Override
    public int logitRows() {
        return trace.logits() == null ? 0 : (int) trace.logits().getShape().get(0);
    }

    @Override
    public Matrix logits(int from, int to) {
        try (NDManager scope = trace.scope()) {
            NDArray rows = trace.logits().get(scope, new NDIndex("{}:{}", from, to));
            return Matrices.matrix(rows);
        }
    }

    /** Cached as long as memory allows. */
    @Override
    public Overview overview(AttentionKind kind, Cancellation cancellation) {
        List<Object> key = List.of(kind, measure);
        SoftReference<Overview> known = overviews.get(key);
        Overview overview = known == null ? null : known.get();
        if (overview == null) {
            overview = computeOverview(shape(kind), cancellation);
            overviews.put(key, new SoftReference<>(overview));
        }
        return overview;
    }

    private Overview computeOverview(AttentionShape shape, Cancellation cancellation) {
        HeadPatterns.PatternKeys patternKeys = HeadPatterns.PatternKeys.of(shape, tokens, separators);
        int rows = Overview.side(shape.queries().length());
        int columns = Overview.side(shape.keys().length());
        List<Integer> layers = held.layersOf(shape);
        byte[] thumbnails = new byte[layers.size() * heads() * rows * columns];
        List<List<HeadPatterns>> patterns = new ArrayList<>();
        for (int layer : layers) {
            cancellation.check();
            int first = patterns.size() * heads();
            Mask mask = shape.masks().get(layer);
            HeadPatterns[] ofLayer = new HeadPatterns[heads()];
            eachHead(shape.kind(), layer, (head, attention) -> {
                Overview.pool(attention, thumbnails, (first + head) * rows * columns);
                ofLayer[head] = patternKeys.measure(measure == Measure.NORM ? attention.shares() : attention, mask);
            });
            patterns.add(List.of(ofLayer));
        }
        return new Overview(rows, columns, thumbnails, List.copyOf(patterns));
    }

    private interface Visitor {
        void visit(int head, Matrix attention);
    }

    /** Shows a layer's matrices to a visitor, on several threads at once. */
    private void eachHead(AttentionKind kind, int layer, Visitor visitor) {
        Span queries = shape(kind).queries();
        Span keys = shape(kind).keys();
        try (NDManager scope = trace.scope()) {
            FloatBuffer weights = Matrices.floats(all(kind, layer, scope));
            IntStream.range(0, heads())
                    .parallel()
                    .forEach(
                            head -> visitor.visit(head, Matrices.part(weights, head, queries.length(), keys.length())));
        }
    }

    /**
     * Checks that there is such a head.
     *
     * @return its attention
     * @throws OutOfRangeException if there is none
     */
    public AttentionShape checkHead(AttentionKind kind, int layer, int head) {
        AttentionShape shape = shape(kind);
        if (layer >= shape.layers()
                || !held.layers().contains(layer)
                || !held.heads().contains(head)) {
            throw new OutOfRangeException("layer " + layer + ", head " + head);
        }
        return shape;
    }

    private AttentionShape checkLayer(AttentionKind kind, int layer) {
        return checkHead(kind, layer, held.heads().get(0));
    }

    /** Where a layer stands among those of its attention that there are. */
    private int place(AttentionKind kind, int layer) {
        return held.layersOf(shape(kind)).indexOf(layer);
    }

    /** The row or column of a token. */
    private static int place(int token, Span range) {
        if (!range.contains(token)) {
            throw new OutOfRangeException("token " + token);
        }
        return token - range.start();
    }

    @Override
    public void close() {
        trace.close();
    }
}
