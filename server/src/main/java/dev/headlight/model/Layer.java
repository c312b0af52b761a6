package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A layer of a Transformer. C copies, T tokens, R rows of output, D hidden size.
 *
 * @param attention (T, D) to (R, D)
 * @param attentionNorm (T, D) to (T, D); {@code feedForwardNorm} likewise
 * @param feedForward (R, D) to (R, D)
 * @param normFirst whether it is pre-norm (Xiong et al. 2020) rather than post-norm (Vaswani et al. 2017)
 */
record Layer(Attention attention, Block attentionNorm, Block feedForward, Block feedForwardNorm, boolean normFirst) {

    static Layer normLast(Attention attention, Block attentionNorm, Block feedForward, Block feedForwardNorm) {
        return new Layer(attention, attentionNorm, feedForward, feedForwardNorm, false);
    }

    static Layer normFirst(Block attentionNorm, Attention attention, Block feedForwardNorm, Block feedForward) {
        return new Layer(attention, attentionNorm, feedForward, feedForwardNorm, true);
    }

    /**
     * (C·T, D) to (C·R, D), in the scope of {@code x}, which it closes. Queries and keys of all tokens go into the
     * trace; everything else is computed only for the requested rows.
     */
    NDArray forward(NDArray x, Rows rows, Pass.Step step) {
        NDManager outer = x.getManager();
        try (NDManager scope = outer.newSubManager()) {
            x.attach(scope);
            NDArray y = normFirst ? normFirst(x, rows, step) : normLast(x, rows, step);
            y.attach(outer);
            return y;
        }
    }

    /** Only records queries and keys of all tokens of {@code x} (T, D), which it closes, in the trace. */
    void look(NDArray x, Pass.Step step) {
        try (NDManager scope = x.getManager().newSubManager()) {
            x.attach(scope);
            attention.look(normFirst ? attentionNorm.forward(x) : x, step);
        }
    }

    private NDArray normFirst(NDArray x, Rows rows, Pass.Step step) {
        NDArray attended = attention.forward(attentionNorm.forward(x), rows, step); // (C·R, D)
        NDArray sum = step.pass().rows(x, rows).add(attended); // (C·R, D)
        return sum.add(step.feedForward(feedForward.forward(feedForwardNorm.forward(sum)))); // (C·R, D)
    }

    private NDArray normLast(NDArray x, Rows rows, Pass.Step step) {
        NDArray attended = attention.forward(x, rows, step); // (C·R, D)
        NDArray sum = attentionNorm.forward(attended.add(step.pass().rows(x, rows))); // (C·R, D)
        return feedForwardNorm.forward(
                step.feedForward(feedForward.forward(sum)).add(sum)); // (C·R, D)
    }
}
