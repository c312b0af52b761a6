package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.engine.Torch;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a pass leaves behind, in native memory until it is closed: logits, and for each kind of attention the queries,
 * keys and values of its layers, as their attention used them. Attention is computed from these when it is asked for:
 * 3·L·T·D numbers are kept instead of L·H·T².
 *
 * <p>T tokens, L layers, H heads, d head size, D = H·d, V vocabulary, R rows of logits.
 */
public final class Trace implements AutoCloseable {
    private final NDManager kept;
    private final Map<AttentionKind, AttentionStack> stacks = new EnumMap<>(AttentionKind.class);
    private NDArray logits; // (R, V)

    /**
     * An empty trace.
     *
     * @param kept closed with it
     * @param kinds the kinds of attention that the pass will record
     */
    Trace(NDManager kept, Collection<AttentionKind> kinds) {
        this.kept = kept;
        kinds.forEach(kind -> stacks.put(kind, new PassStack(kept)));
    }

    private Trace(NDManager kept) {
        this.kept = kept;
    }

    /** What a pass that ran elsewhere left behind: attention weights, no logits. */
    public static Trace given(Map<AttentionKind, GivenAttention> attentions) {
        Trace trace = new Trace(Torch.start().manager());
        attentions.forEach((kind, given) -> trace.stacks.put(kind, new GivenStack(given, trace.kept)));
        return trace;
    }

    /** Where a pass keeps the layers of a kind of attention. */
    PassStack recorded(AttentionKind kind) {
        return (PassStack) stack(kind);
    }

    /**
     * The layers of a kind of attention.
     *
     * @throws IllegalArgumentException where the model has no such attention
     */
    public AttentionStack stack(AttentionKind kind) {
        AttentionStack stack = stacks.get(kind);
        if (stack == null) {
            throw new IllegalArgumentException("no attention of kind " + kind);
        }
        return stack;
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

    /** A scope for arrays computed from this trace. */
    public NDManager scope() {
        return kept.newSubManager();
    }

    /**
     * Checks what a pass left behind. NaN and infinity reach the last layer or the logits, except from queries and keys:
     * the fused attention takes a query's NaN for 0. But damaged weights of these spoil the pass of any text.
     *
     * @param layers whether to check all layers, or the last one
     * @throws NotFiniteException if a number is not finite
     */
    public void requireFinite(boolean layers) {
        boolean finite = stacks.values().stream().allMatch(stack -> stack.isFinite(layers))
                && (logits == null || isFinite(logits));
        if (!finite) {
            throw new NotFiniteException();
        }
    }

    /**
     * Checks an array.
     *
     * @throws NotFiniteException if a number of it is not finite
     */
    static void requireFinite(NDArray array) {
        if (!isFinite(array)) {
            throw new NotFiniteException();
        }
    }

    /** Whether all numbers are: NaN and infinity stay in a sum. */
    static boolean isFinite(NDArray array) {
        try (NDArray sum = array.sum()) {
            return Float.isFinite(sum.getFloat());
        }
    }

    /** The native memory that it holds, in bytes. */
    public long bytes() {
        long numbers = logits == null ? 0 : logits.size();
        for (AttentionStack stack : stacks.values()) {
            numbers += stack.size();
        }
        return numbers * Float.BYTES;
    }

    @Override
    public void close() {
        kept.close();
    }
}
