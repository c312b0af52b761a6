package dev.headlight;

/** A layer, head or token was asked for that an inspection does not have. */
public final class OutOfRangeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /**
     * Names what is missing.
     *
     * @param what such as {@code layer 12, head 0}, counted from 0
     */
    public OutOfRangeException(String what) {
        super(what);
    }
}
