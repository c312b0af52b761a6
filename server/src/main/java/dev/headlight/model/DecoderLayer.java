package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A layer of a decoder that looks at an encoder (Vaswani et al. 2017, figure 1, right); norms stand behind the residual
 * sums. T tokens, D hidden size.
 *
 * @param own (T, D) to (T, D), the attention of target tokens to those before them
 * @param ownNorm (T, D) to (T, D); the other norms likewise
 * @param cross (T, D) to (T, D), the attention of target tokens to the encoder's output
 * @param feedForward (T, D) to (T, D)
 */
record DecoderLayer(
        Attention own, Block ownNorm, Attention cross, Block crossNorm, Block feedForward, Block feedForwardNorm) {

    /**
     * (T, D) to (T, D), in the scope of {@code x}, which is given up.
     *
     * @param seen the encoder's output, as cross-attention sees it
     * @param ownPass keeps the queries and keys of self-attention
     * @param crossPass keeps those of cross-attention
     */
    NDArray forward(NDArray x, Attention.Seen seen, Pass ownPass, Pass crossPass) {
        NDManager outer = x.getManager();
        try (NDManager scope = outer.newSubManager()) {
            x.attach(scope);
            Rows all = ownPass.all();
            NDArray looked = ownNorm.forward(own.forward(x, all, ownPass).add(x));
            NDArray crossed = crossNorm.forward(
                    cross.forward(looked, seen, all, crossPass).add(looked));
            NDArray y = feedForwardNorm.forward(feedForward.forward(crossed).add(crossed));
            y.attach(outer);
            return y;
        }
    }
}
