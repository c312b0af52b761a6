package dev.headlight.client;

/**
 * A part of a text, in UTF-16 units.
 *
 * @param start of its first unit
 * @param end behind its last
 */
public record Span(int start, int end) {
    public int length() {
        return end - start;
    }

    /** Whether a place is in it or at one of its ends. */
    public boolean touches(int offset) {
        return start <= offset && offset <= end;
    }

    public String of(CharSequence text) {
        return text.subSequence(start, end).toString();
    }
}
