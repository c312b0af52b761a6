package dev.headlight.inspect;

import dev.headlight.UserException;

/**
 * Prediction options.
 *
 * @param top how many words for a blank
 * @param raw whether pieces of words, punctuation and special tokens count as words, and are spelled as in the
 * vocabulary
 */
public record Options(int top, boolean raw) {
    private static final int MAX_WORDS = 1000;

    public Options {
        if (top < 1 || top > MAX_WORDS) {
            throw new UserException("The number of words per blank must be between 1 and " + MAX_WORDS + ".");
        }
    }

    /** Three whole words. */
    public static Options standard() {
        return new Options(3, false);
    }
}
