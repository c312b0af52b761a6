package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A decoder layer with cross-attention to an encoder (Vaswani et al. 2017, figure 1, right). T tokens, D hidden size.
 *
 * @param own (T, D) to (T, D), the attention of target tokens to those before them
 * @param ownNorm (T, D) to (T, D); the other norms likewise
 * @param cross (T, D) to (T, D), the attention of target tokens to the encoder's output
 * @param feedForward (T, D) to (T, D)
 * @param normFirst whether a norm is of the input of each part, instead of the sum (Xiong et al. 2020)
 */
record DecoderLayer(
        Attention own,
        Block ownNorm,
        Attention cross,
        Block crossNorm,
        Block feedForward,
        Block feedForwardNorm,
        boolean normFirst) {

    /**
     * (C·T, D) to (C·T, D), in the scope of {@code x}, which is given up.
     *
     * @param seen the encoder's output, as cross-attention sees it
     * @param ownStep keeps the queries and keys of self-attention
     * @param crossStep keeps those of cross-attention
     */
    NDArray forward(NDArray x, Attention.Seen seen, Pass.Step ownStep, Pass.Step crossStep) {
        NDManager outer = x.getManager();
        try (NDManager scope = outer.newSubManager()) {
            x.attach(scope);
            Rows all = ownStep.pass().all();
            NDArray looked = added(x, ownNorm, read -> own.forward(read, all, ownStep));
            NDArray crossed = added(looked, crossNorm, read -> cross.forward(read, seen, all, crossStep));
            NDArray y = added(crossed, feedForwardNorm, read -> ownStep.feedForward(feedForward.forward(read)));
            y.attach(outer);
            return y;
        }
    }

    /** The sum of (C·T, D) and what a part makes of it. */
    private NDArray added(NDArray x, Block norm, Block part) {
        return normFirst
                ? part.forward(norm.forward(x)).add(x)
                : norm.forward(part.forward(x).add(x));
    }
}
