package dev.headlight.client;

/** What a person can do something about: its message is one sentence that says what happened and what to do. */
public final class HeadlightException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public HeadlightException(String sentence) {
        super(sentence);
    }
}
