package dev.headlight.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.headlight.Cancellation;
import dev.headlight.model.Dimensions;
import dev.headlight.model.Trace;
import java.lang.ref.SoftReference;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The attention of an inspection, computed when it is asked for, from queries and keys that are kept in native memory
 * until it is closed. Used by one thread at a time. T tokens, L layers, H heads, d head size; axes are always
 * [head][query][key].
 */
public final class Heads implements Layers, AutoCloseable {
    private final Trace trace;
    private final Dimensions dimensions;
    private final int tokens;
    private final List<Part> parts;
    private SoftReference<Overview> overview = new SoftReference<>(null);

    Heads(Trace trace, Dimensions dimensions, int tokens, List<Part> parts) {
        this.trace = trace;
        this.dimensions = dimensions;
        this.tokens = tokens;
        this.parts = List.copyOf(parts);
    }

    @Override
    public int layers() {
        return dimensions.layers();
    }

    @Override
    public int heads() {
        return dimensions.heads();
    }

    public int headSize() {
        return dimensions.headSize();
    }

    public int tokens() {
        return tokens;
    }

    /** Whether they are of an encoder-decoder, which has cross-attention. */
    public boolean crossed() {
        return parts.size() > 1;
    }

    /** The native memory that is kept. */
    public long bytes() {
        return trace.bytes();
    }

    /** One head: [T, T], rows attend to columns. */
    public Matrix head(int layer, int head) {
        checkHead(layer, head);
        try (NDManager scope = trace.scope()) {
            return matrix(trace.attention(layer, head, scope), tokens(), tokens());
        }
    }

    @Override
    public List<Matrix> layer(int layer) {
        checkHead(layer, 0);
        try (NDManager scope = trace.scope()) {
            return split(trace.attention(layer, scope), tokens(), tokens());
        }
    }

    /** All heads of a layer, to draw: unsigned bytes [H, T, T], 255 · weight, rounded. */
    public byte[] quantizedLayer(int layer) {
        checkHead(layer, 0);
        int size = tokens() * tokens();
        byte[] quantized = new byte[heads() * size];
        eachHead(layer, (head, attention) -> {
            for (int i = 0; i < size; i++) {
                quantized[head * size + i] = Overview.quantized(attention.values()[i]);
            }
        });
        return quantized;
    }

    /** What a token looks at: [H, T], a row a head. */
    public Matrix from(int layer, int token) {
        checkToken(layer, token);
        try (NDManager scope = trace.scope()) {
            return matrix(trace.attentionFrom(layer, token, scope), heads(), tokens());
        }
    }

    /** What looks at a token: [H, T], a row a head. */
    public Matrix to(int layer, int token) {
        checkToken(layer, token);
        try (NDManager scope = trace.scope()) {
            NDArray columns = trace.attention(layer, scope);
            return matrix(columns.get(scope, new NDIndex(":, :, {}", token)), heads(), tokens());
        }
    }

    /** Queries of one head: [T, d]. */
    public Matrix query(int layer, int head) {
        checkHead(layer, head);
        return queries(layer).get(head);
    }

    /** Keys of one head: [T, d]. */
    public Matrix key(int layer, int head) {
        checkHead(layer, head);
        return keys(layer).get(head);
    }

    @Override
    public List<Matrix> queries(int layer) {
        checkHead(layer, 0);
        try (NDManager scope = trace.scope()) {
            return split(trace.query(layer, scope), tokens(), headSize());
        }
    }

    @Override
    public List<Matrix> keys(int layer) {
        checkHead(layer, 0);
        try (NDManager scope = trace.scope()) {
            return split(trace.key(layer, scope), tokens(), headSize());
        }
    }

    @Override
    public List<Matrix> crossQueries(int layer) {
        checkHead(layer, 0);
        try (NDManager scope = trace.scope()) {
            NDArray queries = trace.crossQuery(layer, scope);
            return split(queries, (int) queries.getShape().get(1), headSize());
        }
    }

    @Override
    public List<Matrix> crossKeys(int layer) {
        checkHead(layer, 0);
        try (NDManager scope = trace.scope()) {
            NDArray keys = trace.crossKey(layer, scope);
            return split(keys, (int) keys.getShape().get(1), headSize());
        }
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
            return matrix(rows, to - from, dimensions.vocabulary());
        }
    }

    /** Remembered while memory suffices. */
    @Override
    public Overview overview(Cancellation cancellation) {
        Overview known = overview.get();
        if (known == null) {
            known = computeOverview(cancellation);
            overview = new SoftReference<>(known);
        }
        return known;
    }

    private Overview computeOverview(Cancellation cancellation) {
        int size = Overview.side(tokens()) * Overview.side(tokens());
        byte[] thumbnails = new byte[layers() * heads() * size];
        List<List<List<HeadPatterns>>> patterns = new ArrayList<>();
        parts.forEach(part -> patterns.add(new ArrayList<>()));
        for (int layer = 0; layer < layers(); layer++) {
            cancellation.check();
            int first = layer * heads();
            int number = layer;
            HeadPatterns[][] ofLayer = new HeadPatterns[parts.size()][heads()];
            eachHead(layer, (head, attention) -> {
                Overview.pool(attention, thumbnails, (first + head) * size);
                for (int part = 0; part < parts.size(); part++) {
                    ofLayer[part][head] = parts.get(part).measure(number, attention);
                }
            });
            for (int part = 0; part < parts.size(); part++) {
                patterns.get(part).add(List.of(ofLayer[part]));
            }
        }
        return new Overview(Overview.side(tokens()), thumbnails, List.copyOf(patterns));
    }

    private interface HeadVisitor {
        void visit(int head, Matrix attention);
    }

    /** Shows a layer's matrices to a visitor, on several threads at once. */
    private void eachHead(int layer, HeadVisitor visitor) {
        try (NDManager scope = trace.scope()) {
            FloatBuffer weights = floats(trace.attention(layer, scope));
            IntStream.range(0, heads())
                    .parallel()
                    .forEach(head -> visitor.visit(head, part(weights, head, tokens(), tokens())));
        }
    }

    /**
     * Checks that there is such a head.
     *
     * @throws OutOfRangeException where there is none
     */
    public void checkHead(int layer, int head) {
        if (layer < 0 || layer >= layers() || head < 0 || head >= heads()) {
            throw new OutOfRangeException("layer " + layer + ", head " + head);
        }
    }

    private void checkToken(int layer, int token) {
        checkHead(layer, 0);
        if (token < 0 || token >= tokens()) {
            throw new OutOfRangeException("token " + token);
        }
    }

    private static Matrix matrix(NDArray array, int rows, int columns) {
        return new Matrix(rows, columns, array.toFloatArray());
    }

    private static List<Matrix> split(NDArray array, int rows, int columns) {
        FloatBuffer floats = floats(array);
        return IntStream.range(0, floats.capacity() / (rows * columns))
                .mapToObj(i -> part(floats, i, rows, columns))
                .toList();
    }

    /** An array's numbers where they are; valid while it is open. */
    private static FloatBuffer floats(NDArray array) {
        return array.toByteBuffer(true).asFloatBuffer();
    }

    private static Matrix part(FloatBuffer matrices, int number, int rows, int columns) {
        float[] values = new float[rows * columns];
        matrices.get(number * values.length, values);
        return new Matrix(rows, columns, values);
    }

    @Override
    public void close() {
        trace.close();
    }
}
