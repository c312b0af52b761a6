package dev.headlight.client;

import java.time.Duration;
import java.util.Optional;

/** How long to wait before restarting a server that died, and when to give up. */
final class Backoff {
    /** After this many deaths the server is not restarted. */
    static final int MOST_DEATHS = 5;
    /** A server that ran this long is healthy: earlier deaths no longer count. */
    private static final Duration HEALTHY = Duration.ofMinutes(2);

    private final Duration first;
    private int deaths;

    /** @param first the first wait; it doubles each time */
    Backoff(Duration first) {
        this.first = first;
    }

    /**
     * A server died.
     *
     * @return how long to wait; empty if it died too often
     */
    Optional<Duration> died(Duration lived) {
        deaths = lived.compareTo(HEALTHY) > 0 ? 1 : deaths + 1;
        return deaths < MOST_DEATHS ? Optional.of(first.multipliedBy(1L << (deaths - 1))) : Optional.empty();
    }

    void forgive() {
        deaths = 0;
    }
}
