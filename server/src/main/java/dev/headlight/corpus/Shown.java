package dev.headlight.corpus;

import java.util.Comparator;

/**
 * How much a text shows something.
 *
 * @param value the measure
 */
public record Shown(double value, Sample sample) {
    /** The most first; of equals, the one whose id comes first: so it doesn't matter who measured which text when. */
    static final Comparator<Shown> MOST_FIRST = Comparator.comparingDouble((Shown shown) -> -shown.value)
            .thenComparing(shown -> shown.sample.id())
            .thenComparing(shown -> shown.sample.text());
}
