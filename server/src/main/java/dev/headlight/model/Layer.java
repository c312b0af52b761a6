package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A layer of a Transformer. T tokens, R rows of output, D hidden size.
 *
 * @param attention (T, D) to (R, D)
 * @param attentionNorm (T, D) to (T, D); {@code feedForwardNorm} likewise
 * @param feedForward (R, D) to (R, D)
 * @param normFirst whether norms stand before attention and feed-forward (Xiong et al. 2020), instead of behind the
 *     residual sums (Vaswani et al. 2017)
 */
record Layer(Attention attention, Block attentionNorm, Block feedForward, Block feedForwardNorm, boolean normFirst) {

    static Layer normLast(Attention attention, Block attentionNorm, Block feedForward, Block feedForwardNorm) {
        return new Layer(attention, attentionNorm, feedForward, feedForwardNorm, false);
    }

    static Layer normFirst(Block attentionNorm, Attention attention, Block feedForwardNorm, Block feedForward) {
        return new Layer(attention, attentionNorm, feedForward, feedForwardNorm, true);
    }

    /**
     * (T, D) to (R, D), in the scope of {@code x}, which is given up. Queries and keys of all tokens go into the trace;
     * everything else is computed for the rows that are wanted.
     */
    NDArray forward(NDArray x, Rows rows, Pass pass) {
        NDManager outer = x.getManager();
        try (NDManager scope = outer.newSubManager()) {
            x.attach(scope);
            NDArray y = normFirst ? normFirst(x, rows, pass) : normLast(x, rows, pass);
            y.attach(outer);
            return y;
        }
    }

    /** Only puts queries and keys of all tokens, of (T, D), which is given up, into the trace. */
    void look(NDArray x, Pass pass) {
        try (NDManager scope = x.getManager().newSubManager()) {
            x.attach(scope);
            attention.look(normFirst ? attentionNorm.forward(x) : x, pass);
        }
    }

    private NDArray normFirst(NDArray x, Rows rows, Pass pass) {
        NDArray attended = attention.forward(attentionNorm.forward(x), rows, pass); // (R, D)
        NDArray sum = rows.of(x, x.getManager()).add(attended); // (R, D)
        return sum.add(feedForward.forward(feedForwardNorm.forward(sum))); // (R, D)
    }

    private NDArray normLast(NDArray x, Rows rows, Pass pass) {
        NDArray attended = attention.forward(x, rows, pass); // (R, D)
        NDArray sum = attentionNorm.forward(attended.add(rows.of(x, x.getManager()))); // (R, D)
        return feedForwardNorm.forward(feedForward.forward(sum).add(sum)); // (R, D)
    }
}
