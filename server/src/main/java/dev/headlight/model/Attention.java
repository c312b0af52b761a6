package dev.headlight.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.engine.Kernels;
import java.util.Optional;

/**
 * Scaled dot-product attention of several heads (Vaswani et al. 2017, section 3.2). C copies, T tokens, R rows of
 * output, H heads, G heads of keys and values, d head size, D hidden size. A family that scales by another number than
 * 1/√d has the rest of it in its queries, so that q·k/√d is the score.
 *
 * @param kernels compute it
 * @param heads H
 * @param keyHeads G, a divisor of H: consecutive heads share a key and a value (Ainslie et al. 2023)
 * @param query (T, D) to (T, H·d)
 * @param key (T, D) to (T, G·d); {@code value} likewise
 * @param output (R, H·d) to (R, D)
 * @param rotary rotates queries and keys by their position; null if positions are in the embeddings
 * @param mask what a token may attend to
 * @param scores what is done to the scores before their softmax
 * @param disentangled what is added to them for distances; null if nothing is
 */
record Attention(
        Kernels kernels,
        int heads,
        int keyHeads,
        Block query,
        Block key,
        Block value,
        Linear output,
        Rotary rotary,
        Mask mask,
        Scores scores,
        Disentangled disentangled) {

    /** Without disentangled terms. */
    Attention(
            Kernels kernels,
            int heads,
            int keyHeads,
            Block query,
            Block key,
            Block value,
            Linear output,
            Rotary rotary,
            Mask mask,
            Scores scores) {
        this(kernels, heads, keyHeads, query, key, value, output, rotary, mask, scores, null);
    }

    /** What is done to scores is nothing. */
    Attention(
            Kernels kernels,
            int heads,
            int keyHeads,
            Block query,
            Block key,
            Block value,
            Linear output,
            Rotary rotary,
            Mask mask) {
        this(kernels, heads, keyHeads, query, key, value, output, rotary, mask, Scores.PLAIN);
    }

    /**
     * The K tokens of each copy that are attended to: in cross-attention, those of the other sequence.
     *
     * @param key (C, H, K, d)
     * @param value (C, H, K, d)
     */
    record Seen(NDArray key, NDArray value) {}

    /** (C·T, D) to (C·R, D), in the scope of {@code x}; queries and keys of all tokens are kept. */
    NDArray forward(NDArray x, Rows rows, Pass.Step step) {
        NDArray read = kernels.narrow(x);
        return forward(read, step.afterPast(seen(read, step.pass().copies(), step.first())), rows, step);
    }

    /** Cross-attention: the same, attending to all of the given keys and values. */
    NDArray forward(NDArray x, Seen seen, Rows rows, Pass.Step step) {
        Pass pass = step.pass();
        Rows computed = step.averages() ? pass.all() : rows;
        int keys = (int) seen.key().getShape().get(2);
        NDArray q = turned(query.forward(x), pass.copies(), heads, step.first()); // (C·T, H·d)
        NDArray some = heads(pass.rows(q, computed), pass.copies(), heads); // (C, H, R, d)
        Optional<Disentangled.Positions> positions = positions(keys, x.getManager());
        Optional<NDArray> added =
                Disentangled.Positions.added(positions, some, seen.key(), computed, step.scores(this, computed, keys));
        NDArray context = step.isWatched()
                ? context(step.seen(weights(some, seen.key(), added)), seen)
                : attend(some, seen, added); // (C·R, H·d)
        step.keep(heads(q, pass.copies(), heads), seen, positions, this);
        NDArray left = step.heads(context, heads);
        NDArray wanted = computed == rows ? left : pass.rows(left, rows); // (C·R, H·d)
        return step.attention(output.forward(wanted)); // (C·R, D)
    }

    /** Keys and values of C copies of (K, D), in its scope. */
    Seen seen(NDArray x, int copies) {
        return seen(x, copies, 0);
    }

    /** The same, where the first of the tokens is at some position. */
    private Seen seen(NDArray x, int copies, int first) {
        return new Seen(
                shared(turned(key.forward(x), copies, keyHeads, first), copies), shared(value.forward(x), copies));
    }

    /** Only keeps queries, keys and values of all tokens, of (C·T, D), or shows their attention. */
    void look(NDArray x, Pass.Step step) {
        int copies = step.pass().copies();
        int first = step.first();
        NDArray read = kernels.narrow(x);
        NDArray q = heads(turned(query.forward(read), copies, heads, first), copies, heads); // (C, H, T, d)
        if (step.isWatched()) {
            NDArray k = shared(turned(key.forward(read), copies, keyHeads, first), copies);
            int keys = (int) k.getShape().get(2);
            Optional<Disentangled.Positions> positions = positions(keys, x.getManager());
            Rows all = step.pass().all();
            step.seen(weights(q, k, Disentangled.Positions.added(positions, q, k, all, step.scores(this, all, keys))));
            return;
        }
        Seen seen = step.afterPast(seen(read, copies, first));
        step.keep(q, seen, positions((int) seen.key().getShape().get(2), x.getManager()), this);
    }

    /** The keys and queries for the distances in a text. */
    private Optional<Disentangled.Positions> positions(int tokens, NDManager scope) {
        return Optional.ofNullable(disentangled).map(known -> known.positions(tokens, heads, scope));
    }

    /** Queries (C, H, R, d) attend to keys: (C·R, H·d). */
    private NDArray attend(NDArray some, Seen seen, Optional<NDArray> added) {
        if (scores.cap() == 0) {
            return kernels.attend(some, seen.key(), seen.value(), added);
        }
        return context(weights(some, seen.key(), added), seen);
    }

    /** What heads read by weights (C, H, R, T), which it closes: (C·R, H·d). */
    private static NDArray context(NDArray weights, Seen seen) {
        try (weights) {
            long rows = weights.getShape().get(0) * weights.getShape().get(2);
            return weights.matMul(seen.value()).transpose(0, 2, 1, 3).reshape(rows, -1);
        }
    }

    /**
     * The lengths of what each head adds to a token's state for each token that it attends to with a weight of 1:
     * ‖v W_O‖, of the head's rows W_O of the output projection, without its bias (Kobayashi et al. 2020, arXiv
     * 2004.10102). As ‖v W_O‖² = v G vᵀ with G = W_O W_Oᵀ, it takes H·d·d numbers and no projection of the values.
     *
     * @param value (H, K, d)
     * @return (H, K), in a scope
     */
    NDArray lengths(NDArray value, NDManager scope) {
        long size = value.getShape().get(2);
        try (NDManager passing = scope.newSubManager()) {
            NDArray parts = output.parts(heads * size, passing).reshape(heads, size, -1); // W_O, (H, d, D)
            NDArray gram = parts.matMul(parts.transpose(0, 2, 1)); // G, (H, d, d)
            NDArray v = value.duplicate();
            v.attach(passing);
            NDArray squares = v.matMul(gram).mul(v).sum(new int[] {2}); // (H, K)
            NDArray lengths = squares.clip(0, Float.MAX_VALUE).sqrt();
            lengths.attach(scope);
            return lengths;
        }
    }

    private NDArray turned(NDArray x, int copies, int of, int first) {
        return rotary == null
                ? x
                : rotary.forward(x, copies, (int) (x.getShape().get(1) / of), first);
    }

    /** Whether queries and keys of a text of so many tokens are others than those of its beginning. */
    boolean turnsAnew(int tokens) {
        return rotary != null && rotary.isLonger(tokens);
    }

    /** Keys or values (C·T, G·d) for each head that looks, (C, H, T, d). */
    private NDArray shared(NDArray x, int copies) {
        NDArray own = heads(x, copies, keyHeads); // (C, G, T, d)
        return heads == keyHeads ? own : own.repeat(1, heads / keyHeads);
    }

    /** Splits hidden states into heads: (C·T, H·d) to (C, H, T, d). */
    private static NDArray heads(NDArray x, int copies, int heads) {
        long tokens = x.getShape().get(0) / copies;
        long size = x.getShape().get(1) / heads;
        return x.reshape(copies, tokens, heads, size).transpose(0, 2, 1, 3);
    }

    /**
     * softmax(cap(Q Kᵀ / √d) + M): queries (…, H, R, d), keys (…, H, T, d), weights (…, H, R, T), in the scope of the
     * queries.
     *
     * @param added M, to be broadcast: a mask, and a bias if there is one
     */
    NDArray weights(NDArray query, NDArray key, Optional<NDArray> added) {
        int last = query.getShape().dimension() - 1;
        double scale = 1 / Math.sqrt(query.getShape().get(last));
        try (NDArray scaled = query.mul(scale);
                NDArray transposed = key.swapAxes(last - 1, last);
                NDArray products = scaled.matMul(transposed);
                NDArray capped = scores.cap() == 0
                        ? products
                        : Block.capped(scores.cap()).forward(products);
                NDArray masked = added.map(capped::add).orElse(capped)) {
            return masked.softmax(-1);
        }
    }

    /**
     * What is added to the scores of some queries before the softmax: float32 (R, K), or (H, R, K) if heads differ, in a
     * scope; none if it is all zeros.
     */
    Optional<NDArray> added(Sight sight, long[] queries, int keys, NDManager scope) {
        Optional<NDArray> masked = sight.scores(queries, keys, heads, scope);
        if (scores.bias() == null) {
            return masked;
        }
        NDArray bias = scores.bias().scores(queries, keys, scope);
        return Optional.of(masked.map(bias::add).orElse(bias));
    }
}
