package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.headlight.engine.Kernels;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.weights.Config;
import dev.headlight.weights.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** y = activation(x Wᵀ + b). */
record Linear(Kernels kernels, NDArray weight, NDArray bias, Activation activation) implements Block {

    /** The layer whose {@code weight} (out, in) and, if it is biased, {@code bias} (out) are below a name. */
    static Linear of(Weights weights, Kernels kernels, int in, int out, Activation activation, boolean biased) {
        NDArray weight = weights.stored("weight", out, in);
        NDArray bias = biased ? weights.bias("bias", out) : weights.zeros(out);
        return packed(weight, bias, kernels, activation);
    }

    /**
     * Several layers whose weights are stacked in one tensor.
     *
     * @param weight (parts · out, in); given up
     * @param bias (parts · out)
     */
    static List<Linear> split(NDArray weight, NDArray bias, int parts, Kernels kernels) {
        int size = Math.toIntExact(weight.getShape().get(0) / parts);
        return split(weight, bias, IntStream.generate(() -> size).limit(parts).toArray(), kernels);
    }

    /**
     * The same of layers of different sizes.
     *
     * @param weight (the sum of sizes, in); given up
     * @param bias likewise
     */
    static List<Linear> split(NDArray weight, NDArray bias, int[] sizes, Kernels kernels) {
        List<Linear> layers = new ArrayList<>();
        int from = 0;
        for (int size : sizes) {
            NDIndex rows = new NDIndex("{}:{}", from, from + size);
            try (NDArray part = weight.get(rows)) {
                // a copy: a part doesn't keep alive what its whole was mapped from
                layers.add(packed(part.duplicate(), bias.get(rows), kernels, Activation.NONE));
            }
            from += size;
        }
        weight.close();
        return layers;
    }

    /**
     * The same of a tensor of a checkpoint, without biases: on weights that stay mapped, where one of its own would.
     *
     * @param name of the tensor (the sum of sizes, in)
     */
    static List<Linear> split(Weights weights, String name, int in, int[] sizes, Kernels kernels) {
        int all = IntStream.of(sizes).sum();
        return weights.stacked(name, sizes, in)
                .map(parts -> IntStream.range(0, sizes.length)
                        .mapToObj(i -> packed(parts.get(i), weights.zeros(sizes[i]), kernels, Activation.NONE))
                        .toList())
                .orElseGet(() -> split(weights.get(name, all, in), weights.zeros(all), sizes, kernels));
    }

    /**
     * Query, key and value whose weights are stacked in one tensor group by group: the queries of G groups, each followed by
     * the key and the value that they share.
     *
     * @param weight (G · (queries + 2) · d, in); given up
     * @param bias likewise
     * @param queries heads of a group
     * @param size d
     */
    static List<Linear> grouped(NDArray weight, NDArray bias, int groups, int queries, int size, Kernels kernels) {
        long in = weight.getShape().get(1);
        int heads = queries + 2;
        List<Linear> layers = new ArrayList<>();
        try (NDArray byGroup = weight.reshape(groups, heads, size, in);
                NDArray biases = bias.reshape(groups, heads, size)) {
            for (int[] part : new int[][] {{0, queries}, {queries, queries + 1}, {queries + 1, heads}}) {
                NDIndex of = new NDIndex(":, {}:{}", part[0], part[1]);
                try (NDArray some = byGroup.get(of);
                        NDArray whole = some.reshape(-1, in)) {
                    NDArray own = biases.get(of).reshape(-1);
                    layers.add(packed(whole.duplicate(), own.duplicate(), kernels, Activation.NONE));
                }
            }
        }
        weight.close();
        return layers;
    }

    /**
     * The layer that turns hidden states into a score for each word. Its own weight is used even if the configuration ties
     * it to the word embeddings, as transformers does if a checkpoint holds both.
     *
     * @param own holds {@code weight} (V, D), if the checkpoint has one
     * @param table the word embeddings, (V, D), as stored, which replace it if the two are tied
     * @param bias (V)
     */
    static Linear decoder(Weights own, NDArray table, NDArray bias, boolean tied, Kernels kernels) {
        boolean shared = tied && !own.has("weight");
        NDArray weight = shared ? table : own.stored("weight", table.getShape().getShape());
        return new Linear(
                kernels.direct(weight).orElse(kernels),
                kernels.direct(weight).isPresent() ? weight : kernels.pack(weight),
                bias,
                Activation.NONE);
    }

    /** Whether the head's weight is the word embeddings', unless the checkpoint holds both. */
    static boolean tied(Config config) {
        return config.flag("tie_word_embeddings", true);
    }

    /** A layer of a weight (out, in), which is closed if it is packed, and a bias (out). */
    static Linear packed(NDArray weight, NDArray bias, Kernels kernels, Activation activation) {
        Optional<Kernels> direct = kernels.direct(weight);
        if (direct.isPresent()) {
            return new Linear(direct.get(), weight, bias, activation);
        }
        NDArray packed = kernels.pack(weight);
        if (packed != weight) {
            weight.close();
        }
        return new Linear(kernels, packed, bias, activation);
    }

    /** (T, in) to (T, out). */
    @Override
    public NDArray forward(NDArray x) {
        return kernels.linear(x, weight, bias, activation);
    }

    /** The same for another linear layer to read, and for nothing else. */
    NDArray inner(NDArray x) {
        return kernels.inner(x, weight, bias, activation);
    }

    /** What each of its inputs adds to the output, Wᵀ: (in, out), in a scope. */
    NDArray parts(long in, NDManager scope) {
        return kernels.linear(scope.eye((int) in), weight, scope.zeros(bias.getShape()), Activation.NONE);
    }

    /** The same, followed by an activation. */
    Linear with(Activation next) {
        return new Linear(kernels, weight, bias, next);
    }
}
