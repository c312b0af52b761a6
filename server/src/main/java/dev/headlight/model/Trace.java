package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * What a pass leaves behind, in native memory until it is closed: logits, and each layer's queries and keys as its
 * attention used them. Attention is computed from these when somebody looks: 2·L·T·D numbers are kept instead of L·H·T².
 *
 * <p>Of an encoder-decoder, the T tokens are S source tokens and the target tokens behind them, and a layer's attention
 * is one matrix of four blocks: source rows hold the encoder's and zeros, target rows cross-attention and the decoder's
 * own. Where one of its stacks has fewer layers, its blocks are zeros.
 *
 * <p>T tokens, L layers, H heads, d head size, D = H·d, V vocabulary, R rows of logits.
 */
public final class Trace implements AutoCloseable {
    private final NDManager kept;
    private final int tokens;
    private final int source;
    private final AttentionStack encoder;
    private final AttentionStack decoder;
    private final AttentionStack cross;
    private NDArray logits; // (R, V)

    /** The trace of a single stack. */
    Trace(NDManager kept, int tokens) {
        this(kept, tokens, tokens);
    }

    /**
     * The trace of an encoder-decoder.
     *
     * @param source S
     */
    Trace(NDManager kept, int tokens, int source) {
        this.kept = kept;
        this.tokens = tokens;
        this.source = source;
        this.encoder = new AttentionStack(kept);
        this.decoder = new AttentionStack(kept);
        this.cross = new AttentionStack(kept);
    }

    /** The layers of an encoder-decoder's encoder, or of the only stack that there is. */
    AttentionStack encoder() {
        return encoder;
    }

    /** The decoder's attention to itself. */
    AttentionStack decoder() {
        return decoder;
    }

    /** The decoder's attention to the encoder. */
    AttentionStack cross() {
        return cross;
    }

    /** Keeps the logits, (R, V). */
    void keepLogits(NDArray rows) {
        rows.attach(kept);
        logits = rows;
    }

    /** Float32 (R, V), in the order of the rows asked for; null where none were. */
    public NDArray logits() {
        return logits;
    }

    /** Float32 (H, T, d), in a scope or kept; of an encoder-decoder, those of self-attention. */
    public NDArray query(int layer, NDManager scope) {
        return single() ? encoder.query(layer) : joined(own(encoder, layer, scope), own(decoder, layer, scope), 1);
    }

    /** Float32 (H, T, d), likewise. */
    public NDArray key(int layer, NDManager scope) {
        return single() ? encoder.key(layer) : joined(ownKey(encoder, layer, scope), ownKey(decoder, layer, scope), 1);
    }

    /** What target tokens look at source tokens with: float32 (H, T − S, d), in a scope or kept. */
    public NDArray crossQuery(int layer, NDManager scope) {
        return layer < cross.layers() ? cross.query(layer) : zerosLike(cross.query(0), scope);
    }

    /** What source tokens are looked at by: float32 (H, S, d), in a scope or kept. */
    public NDArray crossKey(int layer, NDManager scope) {
        return layer < cross.layers() ? cross.key(layer) : zerosLike(cross.key(0), scope);
    }

    /** The attention of all heads of a layer: float32 (H, T, T), each row a distribution over keys, in a given scope. */
    public NDArray attention(int layer, NDManager scope) {
        return attentionOf(layer, new NDIndex(":"), 0, tokens, scope);
    }

    /** The attention of one head: float32 (T, T), in a given scope. */
    public NDArray attention(int layer, int head, NDManager scope) {
        return attentionOf(layer, new NDIndex("{}:{}", head, head + 1), 0, tokens, scope)
                .squeeze(0);
    }

    /** What one token looks at, by every head of a layer: float32 (H, T), in a given scope. */
    public NDArray attentionFrom(int layer, int token, NDManager scope) {
        return attentionOf(layer, new NDIndex(":"), token, token + 1, scope).squeeze(1);
    }

    private NDArray attentionOf(int layer, NDIndex heads, int from, int to, NDManager scope) {
        if (single()) {
            return encoder.attention(layer, heads, from, to, scope);
        }
        NDArray upper = from < source ? sourceRows(layer, heads, from, Math.min(to, source), scope) : null;
        if (to <= source) {
            return upper;
        }
        NDArray lower = targetRows(layer, heads, Math.max(from - source, 0), to - source, scope);
        return upper == null ? lower : joined(upper, lower, 1);
    }

    /** Rows of source tokens: the encoder's attention, and nothing of the target. */
    private NDArray sourceRows(int layer, NDIndex heads, int from, int to, NDManager scope) {
        NDArray own = block(encoder, source, layer, heads, from, to, scope);
        Shape shape = new Shape(own.getShape().get(0), to - from, tokens - source);
        return joined(own, scope.zeros(shape, DataType.FLOAT32), 2);
    }

    /** Rows of target tokens, counted from the first of them: cross-attention, then the decoder's own. */
    private NDArray targetRows(int layer, NDIndex heads, int from, int to, NDManager scope) {
        return joined(
                block(cross, source, layer, heads, from, to, scope),
                block(decoder, tokens - source, layer, heads, from, to, scope),
                2);
    }

    private static NDArray block(
            AttentionStack stack, int keys, int layer, NDIndex heads, int from, int to, NDManager scope) {
        if (layer < stack.layers()) {
            return stack.attention(layer, heads, from, to, scope);
        }
        long count = stack.query(0).get(scope, heads).getShape().get(0);
        return scope.zeros(new Shape(count, to - from, keys), DataType.FLOAT32);
    }

    private static NDArray own(AttentionStack stack, int layer, NDManager scope) {
        return layer < stack.layers() ? attached(stack.query(layer), scope) : zerosLike(stack.query(0), scope);
    }

    private static NDArray ownKey(AttentionStack stack, int layer, NDManager scope) {
        return layer < stack.layers() ? attached(stack.key(layer), scope) : zerosLike(stack.key(0), scope);
    }

    /** The same numbers, so that what is computed from them is in a scope. */
    private static NDArray attached(NDArray array, NDManager scope) {
        return array.get(scope, new NDIndex(":"));
    }

    private static NDArray zerosLike(NDArray array, NDManager scope) {
        return scope.zeros(array.getShape(), DataType.FLOAT32);
    }

    private static NDArray joined(NDArray first, NDArray second, int axis) {
        return first.concat(second, axis);
    }

    private boolean single() {
        return source == tokens;
    }

    /** A scope for arrays computed from this trace. */
    public NDManager scope() {
        return kept.newSubManager();
    }

    /** The native memory that it holds. */
    public long bytes() {
        long numbers = encoder.size() + decoder.size() + cross.size() + (logits == null ? 0 : logits.size());
        return numbers * Float.BYTES;
    }

    @Override
    public void close() {
        kept.close();
    }
}
