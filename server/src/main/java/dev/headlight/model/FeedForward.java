package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import java.util.Optional;

/**
 * The feed-forward part of a layer (Vaswani et al. 2017, section 3.3). D hidden, F feed-forward size.
 *
 * @param up (T, D) to (T, F), with its activation
 * @param down (T, F) to (T, D)
 */
record FeedForward(Linear up, Linear down) implements Block {

    /**
     * A gated feed-forward block (Shazeer 2020): GeGLU, SwiGLU.
     *
     * @param gate (T, D) to (T, F), with the activation
     * @param up (T, D) to (T, F)
     * @param down (T, F) to (T, D)
     */
    record Gated(Linear gate, Linear up, Linear down) implements Block {
        @Override
        public NDArray forward(NDArray x) {
            NDArray read = up.kernels().narrow(x);
            return down.forward(gate.forward(read).mul(up.forward(read)));
        }
    }

    @Override
    public NDArray forward(NDArray x) {
        return down.forward(up.inner(x));
    }

    /** The activation in a configuration, by the names of transformers' {@code activations.py}. */
    static Activation activation(Config config, String name, String otherwise) {
        return activation(config.string(name, otherwise))
                .orElseThrow(() -> config.error(name, "gelu, gelu_new, relu or silu"));
    }

    /** The activation of a name, if it is supported. */
    static Optional<Activation> activation(String name) {
        return switch (name) {
            case "gelu", "gelu_python" -> Optional.of(Activation.GELU);
            case "gelu_new", "gelu_fast", "gelu_pytorch_tanh" -> Optional.of(Activation.GELU_TANH);
            case "relu" -> Optional.of(Activation.RELU);
            case "silu", "swish" -> Optional.of(Activation.SILU);
            default -> Optional.empty();
        };
    }
}
