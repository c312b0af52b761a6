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
 * @param head (R, D) to (R, V); none where the checkpoint holds none
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
    public Trace forward(Input input, int[] logitRows, Cancellation cancellation) {
        input.check(dimensions);
        long[] rows = IntStream.of(logitRows).asLongStream().toArray();
        if (LongStream.of(rows).anyMatch(row -> row < 0 || row >= input.tokens())) {
            throw new IllegalArgumentException("a row of logits outside of " + input.tokens() + " tokens");
        }
        Trace trace = new Trace(scope.newSubManager(), masks().keySet());
        try (NDManager passing = scope.newSubManager()) {
            Pass pass = new Pass(passing, Optional.of(trace.stack(AttentionKind.SELF)), input.tokens());
            NDArray x = embeddings.forward(input, passing); // (T, D)
            Layer last = layers.get(layers.size() - 1);
            for (Layer layer : layers.subList(0, layers.size() - 1)) {
                cancellation.check();
                x = layer.forward(x, pass.all(), pass); // (T, D)
            }
            cancellation.check();
            if (rows.length == 0) {
                last.look(x, pass);
            } else {
                NDArray chosen = norm.forward(last.forward(x, Rows.some(rows), pass)); // (R, D)
                trace.keepLogits(head.orElseThrow().forward(chosen)); // (R, V)
            }
            return trace;
        } catch (RuntimeException e) {
            trace.close();
            throw e;
        }
    }

    @Override
    public void close() {
        scope.close();
    }
}
