package dev.headlight.inspect;

import dev.headlight.UserException;

/**
 * How to answer.
 *
 * @param top how many words for a blank
 * @param raw whether pieces of words, punctuation and special tokens count as words, and stay as the vocabulary writes
 *     them
 */
public record Options(int top, boolean raw) {
    private static final int MOST = 1000;

    public Options {
        if (top < 1 || top > MOST) {
            throw new UserException("The number of words for a blank must be between 1 and " + MOST + ".");
        }
    }

    /** Three whole words. */
    public static Options standard() {
        return new Options(3, false);
    }
}
