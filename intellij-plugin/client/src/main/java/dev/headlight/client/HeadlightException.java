package dev.headlight.client;

import java.util.Optional;

/** A problem that the user can act on: its message is one sentence that says what happened and what to do. */
public final class HeadlightException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final ClientListener.Remedy remedy;

    public HeadlightException(String sentence) {
        this(sentence, ClientListener.Remedy.NONE);
    }

    /** @param remedy what helps, besides what the sentence says */
    public HeadlightException(String sentence, ClientListener.Remedy remedy) {
        super(sentence);
        this.remedy = remedy;
    }

    ClientListener.Remedy remedy() {
        return remedy;
    }

    /** The sentence to show for a failed request; empty if it was only superseded or cancelled. */
    public static Optional<String> sentence(Throwable problem) {
        Throwable cause = problem.getCause() == null ? problem : problem.getCause();
        return cause instanceof HeadlightException ? Optional.of(cause.getMessage()) : Optional.empty();
    }
}
