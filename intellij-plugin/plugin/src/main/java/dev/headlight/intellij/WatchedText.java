package dev.headlight.intellij;

import com.intellij.openapi.editor.Document;
import com.intellij.openapi.editor.RangeMarker;
import dev.headlight.text.Span;

/** A part of a document, and what it said. Follows edits elsewhere. Confined to the UI thread. */
final class WatchedText {
    private final RangeMarker place;
    private final String said;

    private WatchedText(RangeMarker place) {
        this.place = place;
        said = now();
    }

    /** A selection. Text typed at its ends belongs to it. */
    static WatchedText selection(Document document, Span span) {
        return new WatchedText(growing(document, span, true, true));
    }

    /**
     * A paragraph, with the white space around it: without an empty line there, it would be longer. Text typed beyond an
     * empty line does not belong to it.
     */
    static WatchedText paragraph(Document document, Span span) {
        CharSequence text = document.getCharsSequence();
        int start = span.start();
        while (start > 0 && Character.isWhitespace(text.charAt(start - 1))) {
            start--;
        }
        int end = span.end();
        while (end < text.length() && Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return new WatchedText(growing(
                document,
                new Span(start, end),
                lines(text, start, span.start()) < 2,
                lines(text, span.end(), end) < 2));
    }

    private static long lines(CharSequence text, int start, int end) {
        return text.subSequence(start, end).chars().filter(unit -> unit == '\n').count();
    }

    /** A place in a document that grows with text typed at its ends, as chosen. */
    static RangeMarker growing(Document document, Span span, boolean left, boolean right) {
        RangeMarker marker = document.createRangeMarker(span.start(), span.end());
        marker.setGreedyToLeft(left);
        marker.setGreedyToRight(right);
        return marker;
    }

    boolean isChanged() {
        return !place.isValid() || !said.equals(now());
    }

    private String now() {
        return new Span(place.getStartOffset(), place.getEndOffset())
                .of(place.getDocument().getCharsSequence());
    }

    void dispose() {
        place.dispose();
    }
}
