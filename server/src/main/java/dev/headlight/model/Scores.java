package dev.headlight.model;

import dev.headlight.PositionTerm;
import java.util.List;

/**
 * What an attention does to its scores, q·k/√d, before their softmax.
 *
 * @param cap c of c · tanh(score / c), which they become (Gemma 2, arXiv 2408.00118); 0 if they stay
 * @param bias added to them then; null if nothing is
 * @param terms added to them, too, of disentangled attention: each layer has vectors of its own for these
 */
public record Scores(double cap, DistanceBias bias, List<PositionTerm> terms) {
    public Scores {
        terms = List.copyOf(terms);
    }

    /** Without disentangled terms. */
    public Scores(double cap, DistanceBias bias) {
        this(cap, bias, List.of());
    }

    /**
     * A score, before its disentangled terms.
     *
     * @param product q·k/√d
     * @param distance key − query
     */
    public double of(int head, double product, int distance) {
        double capped = cap == 0 ? product : cap * Math.tanh(product / cap);
        return bias == null ? capped : capped + bias.value(head, distance);
    }

    /** Whether what is added is; softmax takes −∞ for a token that can't be seen. */
    boolean isFinite() {
        return bias == null || bias.isFinite();
    }

    /** Nothing. */
    public static final Scores PLAIN = new Scores(0, null);
}
