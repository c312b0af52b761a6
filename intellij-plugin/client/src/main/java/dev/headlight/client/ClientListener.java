package dev.headlight.client;

import java.util.concurrent.CompletableFuture;

/** Receives the events of a {@link HeadlightClient}, on the client's own threads, which wait for the call to return. */
public interface ClientListener {
    /** What the user can do about a problem. */
    enum Remedy {
        /** Nothing but what its sentence says. */
        NONE,
        OPEN_SETTINGS,
        TRY_AGAIN,
        SHOW_LOG
    }

    void stateChanged(State state);

    /**
     * A model is being loaded.
     *
     * @param message such as {@code Loading embedded}
     * @param percent how far loading is, or -1 if unknown
     */
    void loading(String message, int percent);

    void highlight(Highlight highlight);

    /** Changes a document, if it still has the version of the edit; says whether it did. */
    CompletableFuture<Boolean> apply(Edit edit);

    /** Something failed that is not the answer to a request. */
    void failed(String sentence, Remedy remedy);
}
