package dev.headlight;

/** An inspection does not have the requested attention, layer, head or token. */
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
