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
 * Codes that stand for the token where others may read along, such as in a browser's arguments. Each is of 128 random
 * bits, works once, and dies after a minute.
 */
final class OneTimeCodes {
    private static final Duration LIFE = Duration.ofMinutes(1);
    /** So many are remembered, spent ones too, to tell who comes late what happened. */
    private static final int MOST = 64;

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

    /** What came of a code. */
    sealed interface Outcome {}

    /**
     * It was good, and is no longer.
     *
     * @param place what it was for
     */
    record Exchanged(String place) implements Outcome {}

    /** It was good once. */
    record Spent() implements Outcome {}

    /** It never was one, or so long ago that nobody remembers. */
    record Unknown() implements Outcome {}

    /** A new code for a place. */
    synchronized String issue(String place) {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        String digits = HexFormat.of().formatHex(random);
        codes.addLast(new Code(digits, place, clock.instant().plus(LIFE)));
        if (codes.size() > MOST) {
            codes.removeFirst();
        }
        return digits;
    }

    /** Exchanges a code; compares in constant time, and with all. */
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
