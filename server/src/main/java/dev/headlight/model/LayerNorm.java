package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.headlight.weights.Weights;

/** Layer normalization over the last axis (Ba et al. 2016). */
record LayerNorm(NDArray weight, NDArray bias, float epsilon) implements Block {

    static LayerNorm of(Weights weights, int size, float epsilon) {
        return new LayerNorm(weights.get("weight", size), weights.bias("bias", size), epsilon);
    }

    /** Layer normalization without a bias. */
    static LayerNorm unbiased(Weights weights, int size, float epsilon) {
        return new LayerNorm(weights.get("weight", size), weights.zeros(size), epsilon);
    }

    /** Layer normalization without a weight and a bias. */
    static LayerNorm plain(Weights weights, int size, float epsilon) {
        return new LayerNorm(weights.zeros(size).add(1), weights.zeros(size), epsilon);
    }

    /** (T, D) to (T, D). */
    @Override
    public NDArray forward(NDArray x) {
        Shape shape = weight.getShape();
        return ai.djl.nn.norm.LayerNorm.layerNorm(x, shape, weight, bias, epsilon)
                .singletonOrThrow();
    }
}
