package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.headlight.Cancellation;
import dev.headlight.model.Variants.Of;
import dev.headlight.model.Variants.Variant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Variants in groups that run at once. */
final class Batches {
    /** So many rows of hidden states keep two cores busy; more would only take memory. */
    private static final int MOST_ROWS = 2048;

    private Batches() {}

    /** What of a text the batches need to know. */
    interface Text extends Variants {
        /** The model that it runs in. */
        Family model();

        /** The first layer that a variant changes. */
        int firstLayer(Variant variant);

        /** Texts with equal keys can run in one batch, led by any of them. */
        Object key();

        /**
         * Runs variants that all begin at a layer.
         *
         * @param batch of texts with the key of this one
         * @return (C, V), in a scope
         */
        NDArray run(int layer, List<Of> batch, NDManager scope, Cancellation cancellation);
    }

    /** What runs at once. */
    private record Group(Object key, int layer) {}

    /**
     * Checks variants and runs them in batches.
     *
     * @return (C, V), in the order of the variants
     */
    static NDArray run(List<Of> variants, NDManager scope, Cancellation cancellation) {
        Map<Group, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < variants.size(); i++) {
            Variant variant = variants.get(i).variant();
            Text text = text(variants.get(i));
            variant.input().check(text.model().dimensions());
            variant.without()
                    .check(text.model().extents(text.input()), text.input().tokens());
            groups.computeIfAbsent(new Group(text.key(), text.firstLayer(variant)), group -> new ArrayList<>())
                    .add(i);
        }
        NDList parts = new NDList();
        long[] places = new long[variants.size()];
        int done = 0;
        for (Map.Entry<Group, List<Integer>> group : groups.entrySet()) {
            List<Integer> numbers = group.getValue();
            Text first = text(variants.get(numbers.get(0)));
            int most = Math.max(1, MOST_ROWS / first.input().tokens());
            for (int from = 0; from < numbers.size(); from += most) {
                List<Integer> batch = numbers.subList(from, Math.min(numbers.size(), from + most));
                try (NDManager passing = scope.newSubManager()) {
                    NDArray logits = first.run(
                            group.getKey().layer(),
                            batch.stream().map(variants::get).toList(),
                            passing,
                            cancellation);
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

    private static Text text(Of of) {
        return (Text) of.text();
    }

    /** The rows of each variant, one after another: (C·T, D), in a scope. */
    static NDArray joined(List<Of> batch, Function<Of, NDArray> rows, NDManager scope) {
        NDList parts = new NDList();
        batch.forEach(of -> parts.add(rows.apply(of)));
        boolean same = parts.stream().allMatch(part -> part == parts.get(0));
        NDArray joined = same ? repeated(parts.get(0), batch.size()) : NDArrays.concat(parts, 0);
        joined.attach(scope);
        return joined;
    }

    /** C copies of an array, one after another. */
    private static NDArray repeated(NDArray array, int copies) {
        long[] repeats = new long[array.getShape().dimension()];
        Arrays.fill(repeats, 1);
        repeats[0] = copies;
        return array.tile(repeats);
    }
}
