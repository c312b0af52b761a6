package dev.headlight.model;

/** A pass computed NaN or infinity: its weights are damaged, or too large for its precision. */
public final class NotFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotFiniteException() {
        super("a pass computed numbers that are not finite");
    }
}
