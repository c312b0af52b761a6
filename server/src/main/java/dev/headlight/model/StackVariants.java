package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Variants of a model of one stack. T tokens, D hidden size, L layers, V vocabulary, C copies. */
final class StackVariants implements Batches.Text {
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
            output = last(x, Rows.some(new long[] {row}), pass); // (1, D)
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
    private NDArray last(NDArray x, Rows places, Pass pass) {
        int last = layers() - 1;
        return model.layers().get(last).forward(x, places, pass.step(last));
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
    public Family model() {
        return model;
    }

    /** The model and T. */
    @Override
    public Object key() {
        return List.of(model.scope(), input.tokens());
    }

    @Override
    public int firstLayer(Variant variant) {
        return variant.input().equals(input) ? variant.without().firstLayer(AttentionKind.SELF, layers()) : 0;
    }

    @Override
    public NDArray run(int first, List<Of> batch, NDManager passing, Cancellation cancellation) {
        if (first == layers()) {
            return Batches.joined(batch, of -> of(of).logits, passing); // nothing is changed
        }
        Pass pass = new Pass(
                passing,
                AttentionKind.SELF,
                Optional.empty(),
                input.tokens(),
                0,
                batch.stream()
                        .map(of -> of(of).without.and(of.variant().without()))
                        .toList());
        NDArray x = Batches.joined(batch, of -> of(of).input(first, of.variant().input(), passing), passing);
        for (int i = first; i < layers() - 1; i++) {
            cancellation.check();
            x = model.layers().get(i).forward(x, pass.all(), pass.step(i)); // (C·T, D)
        }
        cancellation.check();
        long[] rows = batch.stream().mapToLong(of -> of(of).row).toArray();
        return predicted(last(x, Rows.oneEach(rows), pass)); // (C, V)
    }

    private static StackVariants of(Of of) {
        return (StackVariants) of.text();
    }

    /** The input of a layer for a variant that begins there: (T, D). */
    private NDArray input(int layer, Input changed, NDManager passing) {
        return changed.equals(input) ? inputs.get(layer) : model.embeddings().forward(changed, passing);
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
