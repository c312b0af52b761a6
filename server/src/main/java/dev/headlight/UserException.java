package dev.headlight;

/**
 * Something that a person can act on. The message is one sentence that says what happened and what to do; it is shown
 * as it stands, without a stack trace, and never holds the text that is being worked on.
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
