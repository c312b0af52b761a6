package dev.headlight.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;

/**
 * One-time codes that replace the token where others may read it, such as in a browser's arguments. Each has 128 random
 * bits, works once, and expires after a minute.
 */
final class OneTimeCodes {
    private static final Duration LIFE = Duration.ofMinutes(1);
    /** The number of codes kept, including used ones, to explain what happened to late callers. */
    private static final int MAX_CODES = 64;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final InstantSource clock;
    private final Deque<Code> codes = new ArrayDeque<>();

    OneTimeCodes(InstantSource clock) {
        this.clock = clock;
    }

    private static final class Code {
        private final byte[] digits;
        private final String place;
        private final Instant end;
        private boolean spent;

        private Code(String digits, String place, Instant end) {
            this.digits = digits.getBytes(StandardCharsets.US_ASCII);
            this.place = place;
            this.end = end;
        }
    }

    /** The result of exchanging a code. */
    sealed interface Outcome {}

    /**
     * The code was valid, and is now used.
     *
     * @param place the place it was issued for
     */
    record Exchanged(String place) implements Outcome {}

    /** The code was valid once. */
    record Spent() implements Outcome {}

    /** The code was never issued, or has been forgotten. */
    record Unknown() implements Outcome {}

    /** A new code for a place. */
    synchronized String issue(String place) {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        String digits = HexFormat.of().formatHex(random);
        codes.addLast(new Code(digits, place, clock.instant().plus(LIFE)));
        if (codes.size() > MAX_CODES) {
            codes.removeFirst();
        }
        return digits;
    }

    /** Exchanges a code; compares in constant time with all of them. */
    synchronized Outcome exchange(String given) {
        byte[] digits = given.getBytes(StandardCharsets.UTF_8);
        Code found = null;
        for (Code code : codes) {
            if (MessageDigest.isEqual(digits, code.digits)) {
                found = code;
            }
        }
        if (found == null) {
            return new Unknown();
        }
        boolean good = !found.spent && clock.instant().isBefore(found.end);
        found.spent = true;
        return good ? new Exchanged(found.place) : new Spent();
    }
}
