package dev.headlight.session;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Receives a session's events, in order, on a thread of its own. */
public interface Listener {
    /** The model is loading, is ready, or failed, or was replaced by another one. */
    default void modelChanged(ModelState state) {}

    /**
     * Another model is loading while the current one stays in use, or it failed to load. Once ready, it becomes the
     * model.
     */
    default void nextModelChanged(ModelState state) {}

    /**
     * The user points at a token in a view, or no longer at any.
     *
     * @param weights [T] how strongly each token is attended to from it, or attends to it; empty if nothing is pointed
     * at
     */
    default void pointed(int inspection, List<Float> weights) {}

    /**
     * A view shows what the words of a text do to an answer.
     *
     * @param effects [T], in nats; 0 for a token that has no part in it
     */
    default void weighed(int inspection, List<Float> effects) {}

    /** An editor's cursor moved to a token of an inspection's text, or left the text. */
    default void cursorMoved(int inspection, OptionalInt token) {}

    /** The user chose words in a view; they are known by the numbers of their blanks, from 0. */
    default void accepted(int inspection, Map<Integer, String> words) {}
}
