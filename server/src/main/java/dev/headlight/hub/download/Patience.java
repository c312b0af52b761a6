package dev.headlight.hub.download;

import java.time.Duration;

/**
 * How long a server is waited for.
 *
 * @param connect for a connection
 * @param answer for the headers of an answer
 * @param stall for the next byte of one
 * @param firstPause before what failed is tried again; each pause is twice as long as the one before
 * @param longestPause at most so long, even where a server asks for more
 * @param tries how often in a row something may fail without a byte gained
 */
public record Patience(
        Duration connect, Duration answer, Duration stall, Duration firstPause, Duration longestPause, int tries) {
    /** The defaults, with the two that huggingface_hub lets people set. */
    static Patience of(Duration answer, Duration stall) {
        return new Patience(Duration.ofSeconds(10), answer, stall, Duration.ofSeconds(1), Duration.ofMinutes(2), 5);
    }
}
