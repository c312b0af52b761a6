package dev.headlight.session;

import java.util.List;
import java.util.OptionalInt;

/** Hears what happens in a session, in order, on a thread of its own. */
public interface Listener {
    /** The model is being loaded, is ready, or failed; or another one took its place. */
    default void modelChanged(ModelState state) {}

    /** Another model is being loaded while this one answers, or failed to. When it is ready, it is the model. */
    default void nextModelChanged(ModelState state) {}

    /**
     * Somebody points at a token in a view, or at none any more.
     *
     * @param weights [T] how strongly each token is looked at by it, or looks at it; empty when nothing is pointed at
     */
    default void pointed(int inspection, List<Float> weights) {}

    /** An editor's cursor came to a token of an inspection's text, or left it. */
    default void cursorMoved(int inspection, OptionalInt token) {}

    /** Somebody took a word for a blank in a view; {@code blank} and {@code word} count from 0. */
    default void accepted(int inspection, int blank, int word) {}
}
