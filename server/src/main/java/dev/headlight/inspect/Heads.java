package dev.headlight.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.headlight.model.Dimensions;
import dev.headlight.model.Trace;
import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The attention of an inspection, computed when it is asked for, from queries and keys that are kept in native memory
 * until it is closed. Used by one thread at a time. T tokens, L layers, H heads, d head size; axes are always
 * [head][query][key].
 */
public final class Heads implements AutoCloseable {
    private final Trace trace;
    private final Dimensions dimensions;
    private final List<Token> tokens;
    private final Set<Integer> separators;

    Heads(Trace trace, Dimensions dimensions, List<Token> tokens, Set<Integer> separators) {
        this.trace = trace;
        this.dimensions = dimensions;
        this.tokens = tokens;
        this.separators = separators;
    }

    public int layers() {
        return dimensions.layers();
    }

    public int heads() {
        return dimensions.heads();
    }

    public int headSize() {
        return dimensions.headSize();
    }

    public int tokens() {
        return tokens.size();
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

    /** All heads of a layer: H matrices [T, T]. */
    public List<Matrix> layer(int layer) {
        checkHead(layer, 0);
        try (NDManager scope = trace.scope()) {
            return split(trace.attention(layer, scope), tokens(), tokens());
        }
    }

    /** All heads of a layer, to draw: unsigned bytes [H, T, T], 255 · weight, rounded. */
    public byte[] quantizedLayer(int layer) {
        checkHead(layer, 0);
        try (NDManager scope = trace.scope()) {
            float[] weights = trace.attention(layer, scope).toFloatArray();
            byte[] quantized = new byte[weights.length];
            for (int i = 0; i < weights.length; i++) {
                quantized[i] = Overview.quantized(weights[i]);
            }
            return quantized;
        }
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

    /** Queries of a layer: H matrices [T, d]. */
    public List<Matrix> queries(int layer) {
        checkHead(layer, 0);
        return split(trace.query(layer), tokens(), headSize());
    }

    /** Keys of a layer: H matrices [T, d]. */
    public List<Matrix> keys(int layer) {
        checkHead(layer, 0);
        return split(trace.key(layer), tokens(), headSize());
    }

    /** Size of the vocabulary, V. */
    public int vocabulary() {
        return dimensions.vocabulary();
    }

    /** How many rows of logits are kept. */
    public int logitRows() {
        return trace.logits() == null ? 0 : (int) trace.logits().getShape().get(0);
    }

    /** Some rows of logits: [to − from, V]. */
    public Matrix logits(int from, int to) {
        try (NDManager scope = trace.scope()) {
            NDArray rows = trace.logits().get(scope, new NDIndex("{}:{}", from, to));
            return matrix(rows, to - from, dimensions.vocabulary());
        }
    }

    /**
     * All heads at a glance.
     *
     * @param stillWanted called between layers; throws to end it
     */
    public Overview overview(Runnable stillWanted) {
        int side = Overview.side(tokens());
        byte[] thumbnails = new byte[layers() * heads() * side * side];
        HeadPatterns.Roles roles = new HeadPatterns.Roles(tokens, separators);
        List<List<HeadPatterns>> patterns = new ArrayList<>();
        int offset = 0;
        for (int layer = 0; layer < layers(); layer++) {
            stillWanted.run();
            List<HeadPatterns> ofLayer = new ArrayList<>();
            for (Matrix attention : layer(layer)) {
                Overview.pool(attention, thumbnails, offset);
                offset += side * side;
                ofLayer.add(roles.measure(attention));
            }
            patterns.add(List.copyOf(ofLayer));
        }
        return new Overview(side, thumbnails, List.copyOf(patterns));
    }

    private void checkHead(int layer, int head) {
        if (layer < 0 || layer >= layers() || head < 0 || head >= heads()) {
            throw new IndexOutOfBoundsException("layer " + layer + ", head " + head);
        }
    }

    private void checkToken(int layer, int token) {
        checkHead(layer, 0);
        if (token < 0 || token >= tokens()) {
            throw new IndexOutOfBoundsException("token " + token);
        }
    }

    private static Matrix matrix(NDArray array, int rows, int columns) {
        return new Matrix(rows, columns, array.toFloatArray());
    }

    private static List<Matrix> split(NDArray array, int rows, int columns) {
        float[] all = array.toFloatArray();
        List<Matrix> parts = new ArrayList<>();
        int size = rows * columns;
        for (int at = 0; at < all.length; at += size) {
            parts.add(new Matrix(rows, columns, Arrays.copyOfRange(all, at, at + size)));
        }
        return List.copyOf(parts);
    }

    @Override
    public void close() {
        trace.close();
    }
}
