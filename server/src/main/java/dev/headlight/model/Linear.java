package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import dev.headlight.engine.Kernels;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Weights;

/** y = activation(x Wᵀ + b). */
record Linear(Kernels kernels, NDArray weight, NDArray bias, Activation activation) {

    /** The layer whose {@code weight} (out, in) and {@code bias} (out) stand below a name. */
    static Linear of(Weights weights, Kernels kernels, int in, int out, Activation activation) {
        NDArray plain = weights.get("weight", out, in);
        NDArray packed = kernels.pack(plain);
        if (packed != plain) {
            plain.close();
        }
        return new Linear(kernels, packed, weights.get("bias", out), activation);
    }

    /** (T, in) to (T, out). */
    NDArray forward(NDArray x) {
        return kernels.linear(x, weight, bias, activation);
    }
}
