package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import dev.headlight.engine.Linears;
import dev.headlight.engine.Linears.Activation;
import dev.headlight.weights.Weights;

/** y = activation(x Wᵀ + b). */
record Linear(Linears linears, NDArray weight, NDArray bias, Activation activation) {

    /** The layer whose {@code weight} (out, in) and {@code bias} (out) stand below a name. */
    static Linear of(Weights weights, Linears linears, int in, int out, Activation activation) {
        NDArray plain = weights.get("weight", out, in);
        NDArray packed = linears.pack(plain);
        if (packed != plain) {
            plain.close();
        }
        return new Linear(linears, packed, weights.get("bias", out), activation);
    }

    /** (T, in) to (T, out). */
    NDArray forward(NDArray x) {
        return linears.linear(x, weight, bias, activation);
    }
}
