package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.headlight.model.Variants.Variant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/** Variants in groups that run at once. */
final class Batches {
    /** So many rows of hidden states keep two cores busy; more would only take memory. */
    private static final int MOST_ROWS = 2048;

    private Batches() {}

    /** Computes one batch of variants that all begin at a layer: (C, V), in a scope. */
    interface Runner {
        NDArray run(int layer, List<Variant> batch, NDManager scope);
    }

    /**
     * Checks variants and runs them in batches.
     *
     * @param input the text that they are variants of
     * @param firstLayer the first layer that a variant changes
     * @return (C, V), in the order of the variants
     */
    static NDArray run(
            Family model,
            Input input,
            List<Variant> variants,
            ToIntFunction<Variant> firstLayer,
            Runner runner,
            NDManager scope) {
        for (Variant variant : variants) {
            variant.input().check(model.dimensions());
            variant.without().check(model.extents(input), input.tokens());
        }
        Map<Integer, List<Integer>> byLayer = new TreeMap<>();
        for (int i = 0; i < variants.size(); i++) {
            byLayer.computeIfAbsent(firstLayer.applyAsInt(variants.get(i)), layer -> new ArrayList<>())
                    .add(i);
        }
        int most = Math.max(1, MOST_ROWS / input.tokens());
        NDList parts = new NDList();
        long[] places = new long[variants.size()];
        int done = 0;
        for (Map.Entry<Integer, List<Integer>> group : byLayer.entrySet()) {
            List<Integer> numbers = group.getValue();
            for (int from = 0; from < numbers.size(); from += most) {
                List<Integer> batch = numbers.subList(from, Math.min(numbers.size(), from + most));
                try (NDManager passing = scope.newSubManager()) {
                    NDArray logits = runner.run(
                            group.getKey(), batch.stream().map(variants::get).toList(), passing);
                    logits.attach(scope);
                    parts.add(logits);
                }
                for (int number : batch) {
                    places[number] = done++;
                }
            }
        }
        NDArray all = parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 0);
        return Embedding.rows(all, places, scope);
    }
}
