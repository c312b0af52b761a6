package dev.headlight.hub.download;

import java.time.Duration;

/**
 * Timeouts and retries.
 *
 * @param connect for a connection
 * @param answer for response headers
 * @param stall for the next byte of a response
 * @param firstPause before the first retry; each pause is twice the previous one
 * @param longestPause the upper bound, even if a server asks for more
 * @param tries how often in a row a request may fail without getting further
 */
public record Patience(
        Duration connect, Duration answer, Duration stall, Duration firstPause, Duration longestPause, int tries) {
    /** The defaults, with the two timeouts that huggingface_hub makes configurable. */
    static Patience of(Duration answer, Duration stall) {
        return new Patience(Duration.ofSeconds(10), answer, stall, Duration.ofSeconds(1), Duration.ofMinutes(2), 5);
    }
}
