package dev.headlight.session;

import java.util.Optional;

/** The state of a model. */
public sealed interface ModelState {
    /** The model's name. */
    String model();

    /**
     * Downloading or loading; requests wait, unless another model is in use.
     *
     * @param fetching progress of its download, if any
     */
    record Loading(String model, Optional<Fetching> fetching) implements ModelState {
        public Loading(String model) {
            this(model, Optional.empty());
        }
    }

    /** In use. */
    record Ready(String model) implements ModelState {}

    /**
     * Unavailable.
     *
     * @param sentence an error message: what happened and what to do
     */
    record Failed(String model, String sentence) implements ModelState {}

    /**
     * How far a download is; or of a large model that is being loaded, what memory it needs.
     *
     * @param done bytes that are there
     * @param total bytes of all files; 0 if nothing is downloaded
     * @param perSecond recent bytes per second, 0 where that isn't known yet
     * @param message all this as a person reads it
     */
    record Fetching(long done, long total, long perSecond, String message) {}
}
