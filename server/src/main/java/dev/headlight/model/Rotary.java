package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/**
 * Rotary position embeddings (Su et al. 2021): the two halves of a query or key are turned by an angle that grows with
 * the token's position. T tokens, H heads, d head size.
 *
 * @param cos for each position, (positions, 1, d)
 * @param sin likewise
 */
record Rotary(NDArray cos, NDArray sin) {

    /**
     * Computes the angles, position · base^(−2i/d), in float32 as transformers does.
     *
     * @param base the slowest angle's wavelength by 2π
     * @param size d
     * @param positions how many there may be
     */
    static Rotary of(double base, int size, int positions, NDManager scope) {
        float[] cos = new float[positions * size];
        float[] sin = new float[positions * size];
        for (int i = 0; i < size / 2; i++) {
            float speed = 1 / (float) Math.pow(base, 2f * i / size);
            for (int position = 0; position < positions; position++) {
                double angle = position * speed;
                int at = position * size + i;
                cos[at] = cos[at + size / 2] = (float) Math.cos(angle);
                sin[at] = sin[at + size / 2] = (float) Math.sin(angle);
            }
        }
        Shape shape = new Shape(positions, 1, size);
        return new Rotary(scope.create(cos, shape), scope.create(sin, shape));
    }

    /** Queries or keys of C copies of T tokens (C·T, H·d), turned, in their scope. */
    NDArray forward(NDArray x, int copies) {
        long tokens = x.getShape().get(0) / copies;
        long width = x.getShape().get(1);
        long size = cos.getShape().get(2);
        NDIndex shown = new NDIndex("0:{}", tokens);
        NDArray heads = x.reshape(copies, tokens, width / size, size); // (C, T, H, d)
        NDArray first = heads.get("..., :{}", size / 2);
        NDArray second = heads.get("..., {}:", size / 2);
        NDArray across = second.neg().concat(first, -1); // (C, T, H, d)
        return heads.mul(cos.get(x.getManager(), shown))
                .add(across.mul(sin.get(x.getManager(), shown)))
                .reshape(copies * tokens, width);
    }
}
