package dev.headlight.client;

import java.util.concurrent.CompletableFuture;

/** What the client tells an editor. Called from the client's own threads, which wait for the call to return. */
public interface ClientListener {
    /** What a person can do about a problem. */
    enum Remedy {
        OPEN_SETTINGS,
        TRY_AGAIN,
        SHOW_LOG
    }

    void stateChanged(State state);

    /**
     * Loading goes on.
     *
     * @param message what is done, such as {@code Loading embedded}
     * @param percent how far it is, or -1 where nobody knows
     */
    void loading(String message, int percent);

    void highlight(Highlight highlight);

    /** Changes a document, if it is still at the edit's version; says whether it did. */
    CompletableFuture<Boolean> apply(Edit edit);

    /** Something failed that nobody asked for just now. */
    void failed(String sentence, Remedy remedy);
}
