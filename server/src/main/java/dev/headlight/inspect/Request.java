package dev.headlight.inspect;

import dev.headlight.UserException;
import dev.headlight.text.Span;
import java.util.Optional;

/**
 * A request to inspect a text or a pair.
 *
 * @param text the text, as in its document
 * @param pair a second text, which makes the two a pair
 * @param masked a word of {@code text} to find alternatives for, or to ask about: it is treated as a blank
 * @param code whether the texts are pieces of code, whose line breaks, comment markers and indentation are ignored;
 * others are read unchanged
 * @param takenOut what the model does without; words are predicted by {@link Inspector#inspect} only
 * @param written what an encoder-decoder has written so far of its target, which may be empty; if this is, it writes a
 *     target at once
 */
public record Request(
        String text,
        Optional<String> pair,
        Optional<Span> masked,
        boolean code,
        TakenOut takenOut,
        Optional<String> written) {
    /** More than any useful selection; tokenizing it takes a second. */
    static final int LONGEST = 500_000;

    /** Blanks of a text; each may need a pass of its own. */
    public static final int MOST_BLANKS = 256;

    public Request {
        check(text, "text");
        pair.ifPresent(second -> check(second, "second text"));
        if (masked.isPresent()
                && (masked.get().end() > text.length() || masked.get().length() == 0)) {
            throw new IllegalArgumentException("a word outside of the text");
        }
    }

    /** A text or a pair of which nothing is taken out. */
    public Request(String text, Optional<String> pair, Optional<Span> masked, boolean code) {
        this(text, pair, masked, code, TakenOut.NOTHING);
    }

    /** A text or a pair of which something is taken out. */
    public Request(String text, Optional<String> pair, Optional<Span> masked, boolean code, TakenOut takenOut) {
        this(text, pair, masked, code, takenOut, Optional.empty());
    }

    /** A text or a pair that is not code. */
    public Request(String text, Optional<String> pair, Optional<Span> masked) {
        this(text, pair, masked, false);
    }

    public static Request of(String text) {
        return new Request(text, Optional.empty(), Optional.empty());
    }

    /** The same, as code or not. */
    public Request asCode(boolean isCode) {
        return new Request(text, pair, masked, isCode, takenOut, written);
    }

    /** The same, with a word of the text as its blank. */
    public Request masking(Optional<Span> word) {
        return new Request(text, pair, word, code, takenOut, written);
    }

    /** The same, with something taken out. */
    public Request without(TakenOut out) {
        return new Request(text, pair, masked, code, out, written);
    }

    /** The same, of which an encoder-decoder has written so much. */
    public Request written(String target) {
        return new Request(text, pair, masked, code, takenOut, Optional.of(target));
    }

    /** The same with another text. */
    Request withText(String other) {
        return new Request(other, pair, masked, code, takenOut, written);
    }

    /** The same with another second text. */
    Request withPair(String other) {
        return new Request(text, Optional.of(other), masked, code, takenOut, written);
    }

    public static Request of(String text, Optional<String> pair) {
        return new Request(text, pair, Optional.empty());
    }

    private static void check(String text, String what) {
        if (text.isBlank()) {
            throw new UserException("The " + what + " is empty: select or type some words.");
        }
        if (text.length() > LONGEST) {
            throw new UserException("The %s has %,d characters, and the limit is %,d: select less."
                    .formatted(what, text.length(), LONGEST));
        }
    }
}
