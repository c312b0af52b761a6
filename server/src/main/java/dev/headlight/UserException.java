package dev.headlight;

/**
 * An error that the user can act on. The message says in one sentence what happened and what to do; it is shown as is,
 * without a stack trace, and never contains the user's text.
 */
public final class UserException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UserException(String sentence) {
        super(sentence);
    }

    public UserException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
