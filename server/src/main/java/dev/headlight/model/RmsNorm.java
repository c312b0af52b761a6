package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import dev.headlight.weights.Weights;

/** Normalization by the root of the mean square over the last axis (Zhang and Sennrich 2019). */
record RmsNorm(NDArray weight, float epsilon) implements Block {

    static RmsNorm of(Weights weights, int size, float epsilon) {
        return new RmsNorm(weights.get("weight", size), epsilon);
    }

    /** Its weight is stored less 1, as Gemma does. */
    static RmsNorm aroundOne(Weights weights, int size, float epsilon) {
        return new RmsNorm(weights.get("weight", size).add(1), epsilon);
    }

    /** (T, D) to (T, D). */
    @Override
    public NDArray forward(NDArray x) {
        NDArray square = x.mul(x).mean(new int[] {-1}, true); // (T, 1)
        return x.div(square.add(epsilon).sqrt()).mul(weight);
    }
}
