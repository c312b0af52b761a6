package dev.headlight.client;

import dev.headlight.text.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;

/** A document as the server has it. Converts between offsets and LSP's lines and characters. */
final class OpenDocument {
    final String uri;
    final String language;
    final int version;
    final String text;
    /** Where each line begins. */
    private final int[] lines;

    OpenDocument(String uri, String language, int version, String text) {
        this.uri = uri;
        this.language = language;
        this.version = version;
        this.text = text;
        this.lines = lines(text);
    }

    private static int[] lines(String text) {
        List<Integer> starts = new ArrayList<>(List.of(0));
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            starts.add(at + 1);
        }
        return starts.stream().mapToInt(Integer::intValue).toArray();
    }

    /** This document with a part replaced. */
    OpenDocument replaced(int newVersion, Span span, String by) {
        Span part = within(span);
        String changed = text.substring(0, part.start()) + by + text.substring(part.end());
        return new OpenDocument(uri, language, newVersion, changed);
    }

    private Span within(Span span) {
        int start = clamp(span.start(), 0, text.length());
        return new Span(start, clamp(span.end(), start, text.length()));
    }

    private static int clamp(int value, int least, int most) {
        return Math.max(least, Math.min(most, value));
    }

    Position position(int offset) {
        int place = clamp(offset, 0, text.length());
        int found = Arrays.binarySearch(lines, place);
        int line = found >= 0 ? found : -found - 2;
        return new Position(line, place - lines[line]);
    }

    Range range(Span span) {
        return new Range(position(span.start()), position(span.end()));
    }

    private int offset(Position position) {
        if (position.getLine() >= lines.length) {
            return text.length();
        }
        int start = lines[position.getLine()];
        int end = position.getLine() + 1 < lines.length ? lines[position.getLine() + 1] - 1 : text.length();
        return clamp(start + position.getCharacter(), start, end);
    }

    Span span(Range range) {
        return within(new Span(offset(range.getStart()), offset(range.getEnd())));
    }
}
