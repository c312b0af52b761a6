package dev.headlight.client;

import java.util.Optional;

/** A problem that the user can act on: its message is one sentence that says what happened and what to do. */
public final class HeadlightException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public HeadlightException(String sentence) {
        super(sentence);
    }

    /** The sentence to show for a failed request; empty if it was only superseded or cancelled. */
    public static Optional<String> sentence(Throwable problem) {
        Throwable cause = problem.getCause() == null ? problem : problem.getCause();
        return cause instanceof HeadlightException ? Optional.of(cause.getMessage()) : Optional.empty();
    }
}
