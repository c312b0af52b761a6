package dev.headlight.inspect;

import java.util.List;

/**
 * A word that somebody named, and how probable the model finds it at a place.
 *
 * @param word as it was named
 * @param tokens those that it is written with, as spelled in the vocabulary
 * @param logProbability in nats; of several tokens the sum over them, each given those before it
 */
public record NamedWord(String word, List<String> tokens, double logProbability) {
    public NamedWord {
        tokens = List.copyOf(tokens);
    }

    public double probability() {
        return Math.exp(logProbability);
    }
}
