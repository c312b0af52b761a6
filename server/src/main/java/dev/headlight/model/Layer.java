package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A layer of a Transformer. C copies, T tokens, R rows of output, D hidden size.
 *
 * @param attention (T, D) to (R, D)
 * @param attentionNorm (T, D) to (T, D); {@code feedForwardNorm} likewise
 * @param attended (R, D) to (R, D): what becomes of attention's output before it is added
 * @param feedForward (R, D) to (R, D)
 * @param order what comes after what
 */
record Layer(
        Attention attention,
        Block attentionNorm,
        Block attended,
        Block feedForward,
        Block feedForwardNorm,
        Order order) {

    enum Order {
        /** Post-norm (Vaswani et al. 2017). */
        NORM_LAST,
        /** Pre-norm (Xiong et al. 2020). */
        NORM_FIRST,
        /** Pre-norm, feed-forward beside attention: both read the layer's input (Wang and Komatsuzaki 2021). */
        PARALLEL
    }

    static Layer normLast(Attention attention, Block attentionNorm, Block feedForward, Block feedForwardNorm) {
        return new Layer(attention, attentionNorm, Block.NONE, feedForward, feedForwardNorm, Order.NORM_LAST);
    }

    static Layer normFirst(Block attentionNorm, Attention attention, Block feedForwardNorm, Block feedForward) {
        return new Layer(attention, attentionNorm, Block.NONE, feedForward, feedForwardNorm, Order.NORM_FIRST);
    }

    static Layer parallel(Block attentionNorm, Attention attention, Block feedForwardNorm, Block feedForward) {
        return new Layer(attention, attentionNorm, Block.NONE, feedForward, feedForwardNorm, Order.PARALLEL);
    }

    /** The same, with its norms before what they are after. */
    Layer withNormsFirst() {
        return new Layer(attention, attentionNorm, attended, feedForward, feedForwardNorm, Order.NORM_FIRST);
    }

    /** The same, with something done to the outputs of attention and feed-forward before they are added. */
    Layer then(Block afterAttention, Block afterFeedForward) {
        return new Layer(
                attention,
                attentionNorm,
                attended.then(afterAttention),
                feedForward.then(afterFeedForward),
                feedForwardNorm,
                order);
    }

    /**
     * (C·T, D) to (C·R, D), in the scope of {@code x}, which it closes. Queries and keys of all tokens go into the
     * trace; everything else is computed only for the requested rows.
     */
    NDArray forward(NDArray x, Rows rows, Pass.Step step) {
        NDManager outer = x.getManager();
        try (NDManager scope = outer.newSubManager()) {
            x.attach(scope);
            NDArray y = order == Order.NORM_LAST ? normLast(x, rows, step) : normFirst(x, rows, step);
            y.attach(outer);
            return y;
        }
    }

    /** Only records queries and keys of all tokens of {@code x} (C·T, D), which it closes. */
    void look(NDArray x, Pass.Step step) {
        try (NDManager scope = x.getManager().newSubManager()) {
            x.attach(scope);
            attention.look(order == Order.NORM_LAST ? x : attentionNorm.forward(x), step);
        }
    }

    private NDArray normFirst(NDArray x, Rows rows, Pass.Step step) {
        NDArray added = attended.forward(attention.forward(attentionNorm.forward(x), rows, step)); // (C·R, D)
        NDArray wanted = step.pass().rows(x, rows); // (C·R, D)
        NDArray sum = wanted.add(added);
        NDArray read = order == Order.PARALLEL ? wanted : sum;
        return sum.add(step.feedForward(feedForward.forward(feedForwardNorm.forward(read)))); // (C·R, D)
    }

    private NDArray normLast(NDArray x, Rows rows, Pass.Step step) {
        NDArray added = attended.forward(attention.forward(x, rows, step)); // (C·R, D)
        NDArray sum = attentionNorm.forward(added.add(step.pass().rows(x, rows))); // (C·R, D)
        return feedForwardNorm.forward(
                step.feedForward(feedForward.forward(sum)).add(sum)); // (C·R, D)
    }
}
