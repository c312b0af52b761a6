package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Variants of a model of one stack. T tokens, D hidden size, L layers, V vocabulary, C copies. */
final class StackVariants implements Variants {
    private final Transformer model;
    private final Input input;
    private final int row;
    private final Without without; // of the text itself and of all variants
    private final NDManager kept;
    private final List<NDArray> inputs = new ArrayList<>(); // L × (T, D)
    private final NDArray output; // (1, D), of the last layer
    private final NDArray logits; // (1, V)

    StackVariants(Transformer model, Input input, int row, Without without, Cancellation cancellation) {
        input.check(model.dimensions());
        without.check(model.extents(input), input.tokens());
        if (row < 0 || row >= input.tokens()) {
            throw new IllegalArgumentException("row " + row + " of " + input.tokens() + " tokens");
        }
        this.model = model;
        this.input = input;
        this.row = row;
        this.without = without;
        this.kept = model.scope().newSubManager();
        try (NDManager passing = kept.newSubManager()) {
            Pass pass = new Pass(passing, AttentionKind.SELF, Optional.empty(), input.tokens(), 0, List.of(without));
            NDArray x = model.embeddings().forward(input, passing); // (T, D)
            for (int i = 0; i < layers() - 1; i++) {
                keep(x);
                cancellation.check();
                x = model.layers().get(i).forward(x, pass.all(), pass.step(i)); // (T, D)
            }
            keep(x);
            cancellation.check();
            output = last(x, pass); // (1, D)
            output.attach(kept);
            logits = predicted(output); // (1, V)
        } catch (RuntimeException e) {
            kept.close();
            throw e;
        }
    }

    private int layers() {
        return model.layers().size();
    }

    private void keep(NDArray x) {
        NDArray copy = x.duplicate();
        copy.attach(kept);
        inputs.add(copy);
    }

    /** The last layer, for the place of each copy alone: (C·T, D) to (C, D). */
    private NDArray last(NDArray x, Pass pass) {
        int last = layers() - 1;
        return model.layers().get(last).forward(x, Rows.some(new long[] {row}), pass.step(last));
    }

    private NDArray predicted(NDArray hidden) {
        return model.head().orElseThrow().forward(model.norm().forward(hidden));
    }

    @Override
    public Input input() {
        return input;
    }

    @Override
    public NDArray logits() {
        return logits;
    }

    @Override
    public NDArray logits(List<Variant> variants, NDManager scope, Cancellation cancellation) {
        return Batches.run(
                model,
                input,
                variants,
                this::firstLayer,
                (layer, batch, passing) -> run(layer, batch, passing, cancellation),
                scope);
    }

    private int firstLayer(Variant variant) {
        return variant.input().equals(input) ? variant.without().firstLayer(AttentionKind.SELF, layers()) : 0;
    }

    private NDArray run(int first, List<Variant> batch, NDManager passing, Cancellation cancellation) {
        if (first == layers()) {
            return repeated(logits, batch.size(), passing); // nothing is changed
        }
        Pass pass = new Pass(
                passing,
                AttentionKind.SELF,
                Optional.empty(),
                input.tokens(),
                0,
                batch.stream().map(variant -> without.and(variant.without())).toList());
        NDArray x = first == 0 ? embedded(batch, passing) : repeated(inputs.get(first), batch.size(), passing);
        for (int i = first; i < layers() - 1; i++) {
            cancellation.check();
            x = model.layers().get(i).forward(x, pass.all(), pass.step(i)); // (C·T, D)
        }
        cancellation.check();
        return predicted(last(x, pass)); // (C, V)
    }

    private NDArray embedded(List<Variant> batch, NDManager passing) {
        if (batch.stream().allMatch(variant -> variant.input().equals(input))) {
            return repeated(inputs.get(0), batch.size(), passing);
        }
        NDList parts = new NDList();
        batch.forEach(variant -> parts.add(model.embeddings().forward(variant.input(), passing)));
        return parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, 0);
    }

    /** C copies of an array, one after another, in a scope. */
    static NDArray repeated(NDArray array, int copies, NDManager scope) {
        long[] repeats = new long[array.getShape().dimension()];
        Arrays.fill(repeats, 1);
        repeats[0] = copies;
        NDArray repeated = array.tile(repeats);
        repeated.attach(scope);
        return repeated;
    }

    @Override
    public NDArray lens(NDManager scope) {
        try (NDManager passing = scope.newSubManager()) {
            NDList rows = new NDList();
            inputs.forEach(x -> rows.add(Embedding.rows(x, new long[] {row}, passing)));
            rows.add(output);
            NDArray lens = predicted(NDArrays.concat(rows, 0));
            lens.attach(scope);
            return lens;
        }
    }

    @Override
    public void close() {
        kept.close();
    }
}
