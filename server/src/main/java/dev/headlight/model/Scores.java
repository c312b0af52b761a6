package dev.headlight.model;

/**
 * What an attention does to its scores, q·k/√d, before their softmax.
 *
 * @param cap c of c · tanh(score / c), which they become (Gemma 2, arXiv 2408.00118); 0 if they stay
 * @param bias added to them then; null if nothing is
 */
public record Scores(double cap, DistanceBias bias) {
    /**
     * A score.
     *
     * @param product q·k/√d
     * @param distance key − query
     */
    public double of(int head, double product, int distance) {
        double capped = cap == 0 ? product : cap * Math.tanh(product / cap);
        return bias == null ? capped : capped + bias.value(head, distance);
    }

    /** Nothing. */
    public static final Scores PLAIN = new Scores(0, null);
}
