package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import dev.headlight.Cancellation;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * A text that a model goes on with, or a target that a decoder writes, token by token. Each token takes a pass of its own,
 * which looks at the keys and values of those before. Holds native memory until it is closed.
 */
public final class Writer implements AutoCloseable {
    private final Family model;
    private final Without without;
    private Input input;
    private Trace trace;

    /**
     * Runs the text that is there.
     *
     * @param input of an encoder-decoder, a source and what its decoder is given
     * @param without what the model does without
     * @param cancellation asked between layers; throws {@link CancellationException} to end the pass
     */
    public Writer(Family model, Input input, Without without, Cancellation cancellation) {
        this.model = model;
        this.without = without;
        this.input = input;
        this.trace = pass(input, Optional.empty(), cancellation);
    }

    private Trace pass(Input text, Optional<Trace> past, Cancellation cancellation) {
        return model.forward(text, new int[] {text.tokens() - 1}, without, past, cancellation);
    }

    /** The text so far. */
    public Input input() {
        return input;
    }

    /** {@link Trace#requireFinite} of the last pass. */
    public void requireFinite(boolean layers) {
        trace.requireFinite(layers);
    }

    /** What the last pass left behind, of the text so far; this object's. */
    Trace trace() {
        return trace;
    }

    /** The likeliest token to follow. */
    public int likeliest() {
        return likeliest(trace);
    }

    /**
     * The likeliest token after a pass.
     *
     * @param trace whose last row of logits is that of the last token
     * @throws NotFiniteException if its logits are no numbers
     */
    public static int likeliest(Trace trace) {
        try (NDManager scope = trace.scope()) {
            NDArray logits = trace.logits();
            NDArray last = logits.get(scope, new NDIndex("{}", logits.getShape().get(0) - 1)); // (V)
            if (!Trace.isFinite(last)) {
                throw new NotFiniteException();
            }
            return (int) last.argMax().getLong();
        }
    }

    /**
     * Goes on by a token.
     *
     * @param cancellation asked between layers; throws {@link CancellationException} to end the pass, and nothing has
     *     changed
     */
    public void add(int token, Cancellation cancellation) {
        Input longer = input.and(token);
        Trace whole = pass(longer, Optional.of(trace), cancellation);
        trace.close();
        trace = whole;
        input = longer;
    }

    @Override
    public void close() {
        trace.close();
    }
}
