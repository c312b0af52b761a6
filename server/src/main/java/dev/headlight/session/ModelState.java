package dev.headlight.session;

import java.util.Optional;

/** Where a model is. */
public sealed interface ModelState {
    /** The model's name. */
    String model();

    /**
     * Being fetched or read; what is asked meanwhile waits, unless another model answers.
     *
     * @param fetching how far its download is, where there is one
     */
    record Loading(String model, Optional<Fetching> fetching) implements ModelState {
        public Loading(String model) {
            this(model, Optional.empty());
        }
    }

    /** Answering. */
    record Ready(String model) implements ModelState {}

    /**
     * Unavailable.
     *
     * @param sentence what happened and what to do
     */
    record Failed(String model, String sentence) implements ModelState {}

    /**
     * How far a download is.
     *
     * @param done bytes that are there
     * @param total bytes of all files
     * @param perSecond recent bytes per second, 0 where that isn't known yet
     * @param message all this as a person reads it
     */
    record Fetching(long done, long total, long perSecond, String message) {}
}
