package dev.headlight.client;

import java.time.Duration;
import java.util.Optional;

/** How long to wait before a server that died is started again, and when to leave it alone. */
final class Backoff {
    /** How often a server may die before it is left alone. */
    static final int MOST_DEATHS = 5;
    /** A server that lived so long is healthy: earlier deaths don't count any more. */
    private static final Duration HEALTHY = Duration.ofMinutes(2);

    private final Duration first;
    private int deaths;

    /** @param first the first wait; each is twice as long as the one before */
    Backoff(Duration first) {
        this.first = first;
    }

    /**
     * A server died.
     *
     * @return how long to wait, or nothing where it died too often
     */
    Optional<Duration> died(Duration lived) {
        deaths = lived.compareTo(HEALTHY) > 0 ? 1 : deaths + 1;
        return deaths < MOST_DEATHS ? Optional.of(first.multipliedBy(1L << (deaths - 1))) : Optional.empty();
    }

    void forgive() {
        deaths = 0;
    }
}
