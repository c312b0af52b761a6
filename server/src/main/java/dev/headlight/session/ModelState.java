package dev.headlight.session;

/** Where the model is. */
public sealed interface ModelState {
    /** The model's name. */
    String model();

    /** Being read; what is asked meanwhile waits. */
    record Loading(String model) implements ModelState {}

    /** Answering. */
    record Ready(String model) implements ModelState {}

    /**
     * Not to be had.
     *
     * @param sentence what happened and what to do
     */
    record Failed(String model, String sentence) implements ModelState {}
}
