package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A post-norm decoder layer with cross-attention to an encoder (Vaswani et al. 2017, figure 1, right). T tokens, D
 * hidden size.
 *
 * @param own (T, D) to (T, D), the attention of target tokens to those before them
 * @param ownNorm (T, D) to (T, D); the other norms likewise
 * @param cross (T, D) to (T, D), the attention of target tokens to the encoder's output
 * @param feedForward (T, D) to (T, D)
 */
record DecoderLayer(
        Attention own, Block ownNorm, Attention cross, Block crossNorm, Block feedForward, Block feedForwardNorm) {

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
            NDArray looked = ownNorm.forward(own.forward(x, all, ownStep).add(x));
            NDArray crossed = crossNorm.forward(
                    cross.forward(looked, seen, all, crossStep).add(looked));
            NDArray y = feedForwardNorm.forward(
                    ownStep.feedForward(feedForward.forward(crossed)).add(crossed));
            y.attach(outer);
            return y;
        }
    }
}
