package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The forward pass that all families of one stack share (Vaswani et al. 2017). T tokens, D hidden size, V vocabulary, R
 * rows of logits.
 *
 * @param scope holds the weights
 * @param embeddings [T] tokens to (T, D)
 * @param layers (T, D) to (T, D) each
 * @param norm (R, D) to (R, D), after the last layer
 * @param head (R, D) to (R, V); empty if the checkpoint has none
 */
record Transformer(
        NDManager scope,
        Dimensions dimensions,
        Embeddings embeddings,
        List<Layer> layers,
        Block norm,
        Optional<? extends Block> head)
        implements Family {

    @Override
    public boolean predicts() {
        return head.isPresent();
    }

    @Override
    public Map<AttentionKind, List<Mask>> masks() {
        return Map.of(
                AttentionKind.SELF,
                layers.stream().map(layer -> layer.attention().mask()).toList());
    }

    @Override
    public Scores scores(AttentionKind kind) {
        return layers.get(0).attention().scores();
    }

    @Override
    public Map<AttentionKind, Without.Extent> extents(Input input) {
        return Map.of(
                AttentionKind.SELF,
                new Without.Extent(layers.size(), dimensions.heads(), input.tokens(), input.tokens()));
    }

    @Override
    public Trace forward(
            Input input, int[] logitRows, Without without, Optional<Trace> past, Cancellation cancellation) {
        input.check(dimensions);
        without.check(extents(input), input.tokens());
        Optional<PassStack> before =
                past.filter(known -> keeps(input, without)).map(known -> known.recorded(AttentionKind.SELF));
        int first = before.map(known -> known.queries(0)).orElse(0);
        long[] rows = IntStream.of(logitRows).mapToLong(row -> row - first).toArray();
        if (LongStream.of(rows).anyMatch(row -> row < 0 || row >= input.tokens() - first)) {
            throw new IllegalArgumentException(
                    "a row of logits outside of the tokens from " + first + " to " + input.tokens());
        }
        Trace trace = new Trace(scope.newSubManager(), masks().keySet());
        try (NDManager passing = scope.newSubManager()) {
            Pass pass = new Pass(
                    passing,
                    AttentionKind.SELF,
                    Optional.of(trace.recorded(AttentionKind.SELF)),
                    input.tokens() - first,
                    0,
                    List.of(without),
                    before);
            NDArray x = embeddings.forward(input, first, passing); // (T, D)
            int last = layers.size() - 1;
            for (int i = 0; i < last; i++) {
                cancellation.check();
                x = layers.get(i).forward(x, pass.all(), pass.step(i)); // (T, D)
            }
            cancellation.check();
            if (rows.length == 0) {
                layers.get(last).look(x, pass.step(last));
            } else {
                NDArray chosen = norm.forward(layers.get(last).forward(x, Rows.some(rows), pass.step(last))); // (R, D)
                trace.keepLogits(head.orElseThrow().forward(chosen)); // (R, V)
            }
            return trace;
        } catch (RuntimeException e) {
            trace.close();
            throw e;
        }
    }

    /** Whether what was computed of a text's beginning holds for the whole. */
    private boolean keeps(Input input, Without without) {
        if (!causal()) {
            throw new IllegalArgumentException("a text of which tokens see what follows them doesn't go on");
        }
        return without.averaged().isEmpty()
                && layers.stream().noneMatch(layer -> layer.attention().turnsAnew(input.tokens()));
    }

    @Override
    public void attend(List<Input> texts, Watcher watcher, Cancellation cancellation) {
        texts.forEach(input -> input.check(dimensions));
        int tokens = texts.get(0).tokens();
        if (texts.stream().anyMatch(input -> input.tokens() != tokens)) {
            throw new IllegalArgumentException("texts of different lengths");
        }
        try (NDManager passing = scope.newSubManager()) {
            Pass pass = Pass.watched(passing, AttentionKind.SELF, watcher, tokens, texts.size());
            NDArray x = embeddings.forward(texts, passing); // (C·T, D)
            int last = layers.size() - 1;
            for (int i = 0; i < last; i++) {
                cancellation.check();
                x = layers.get(i).forward(x, pass.all(), pass.step(i)); // (C·T, D)
            }
            cancellation.check();
            layers.get(last).look(x, pass.step(last));
        }
    }

    @Override
    public Variants variants(Input input, int row, Without without, Cancellation cancellation) {
        return new StackVariants(this, input, row, without, cancellation);
    }

    @Override
    public void close() {
        scope.close();
    }
}
