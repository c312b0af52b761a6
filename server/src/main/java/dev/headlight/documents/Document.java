package dev.headlight.documents;

import dev.headlight.text.Languages;
import dev.headlight.text.Prose;
import dev.headlight.text.Span;
import java.util.Arrays;
import java.util.List;

/**
 * A document's text at one version. Immutable: an edit creates a new document. Lines end with {@code \n}, {@code \r\n}
 * or {@code \r}, as in LSP.
 */
public final class Document {
    /** How much context is taken on each side of a blank in a large document, in UTF-16 units. */
    private static final int REACH = 6_000;

    private final String uri;
    private final String language;
    private final int version;
    private final String text;
    private final PositionEncoding encoding;
    private final int[] lineStarts;
    private List<Span> prose; // computed on first use, like the blanks
    private List<Span> blanks;

    public Document(String uri, String language, int version, String text, PositionEncoding encoding) {
        this.encoding = encoding;
        this.uri = uri;
        this.language = language;
        this.version = version;
        this.text = text;
        this.lineStarts = lineStarts(text);
    }

    private static int[] lineStarts(String text) {
        int[] starts = new int[16];
        int lines = 1;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            boolean ends = unit == '\n' || unit == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n');
            if (ends) {
                starts = lines == starts.length ? Arrays.copyOf(starts, 2 * lines) : starts;
                starts[lines++] = i + 1;
            }
        }
        return Arrays.copyOf(starts, lines);
    }

    public String uri() {
        return uri;
    }

    /** Whether the document is plain prose rather than a program with comments and strings. */
    public boolean isText() {
        return Languages.isText(language);
    }

    public int version() {
        return version;
    }

    public String text() {
        return text;
    }

    /**
     * The offset of a position. A position past a line's end is clamped to it, one after the last line to the text's
     * end.
     */
    public int offset(TextPosition position) {
        if (position.line() < 0 || position.character() < 0) {
            return position.line() < 0 ? 0 : lineStarts[Math.min(position.line(), lineStarts.length - 1)];
        }
        if (position.line() >= lineStarts.length) {
            return text.length();
        }
        int start = lineStarts[position.line()];
        return encoding.offset(text, start, lineEnd(position.line()), position.character());
    }

    /** The end of a line, without its line break. */
    private int lineEnd(int line) {
        if (line + 1 == lineStarts.length) {
            return text.length();
        }
        int end = lineStarts[line + 1] - 1;
        return end > lineStarts[line] && text.charAt(end) == '\n' && text.charAt(end - 1) == '\r' ? end - 1 : end;
    }

    /** The position of an offset between 0 and the text's length. */
    public TextPosition position(int offset) {
        int found = Arrays.binarySearch(lineStarts, offset);
        int line = found >= 0 ? found : -found - 2;
        return new TextPosition(line, encoding.character(text, lineStarts[line], offset));
    }

    /** The document's prose: all of a text document, the comments and strings of a program. */
    public synchronized List<Span> prose() {
        if (prose == null) {
            prose = Prose.pieces(text, language);
        }
        return prose;
    }

    /** The blanks in its prose, in order. */
    public synchronized List<Span> blanks() {
        if (blanks == null) {
            blanks = Prose.blanks(text, language, prose());
        }
        return blanks;
    }

    /**
     * The text that a model should read to fill a blank: the paragraph around it, as it is inspected, so that every view
     * has the same words; limited to nearby lines if it is long. In an empty line, the piece of prose around it.
     */
    public Span passage(Span blank) {
        Span paragraph = paragraph(blank.start());
        Span piece = paragraph.length() > 0 && paragraph.contains(blank)
                ? paragraph
                : prose().stream()
                        .filter(candidate -> candidate.contains(blank))
                        .findFirst()
                        .orElse(blank);
        int start = Math.max(piece.start(), blank.start() - REACH);
        int end = Math.min(piece.end(), blank.end() + REACH);
        if (start > piece.start()) {
            int line = position(start).line() + 1;
            start = line < lineStarts.length && lineStarts[line] <= blank.start() ? lineStarts[line] : start;
        }
        if (end < piece.end()) {
            int lineStart = lineStarts[position(end).line()];
            end = lineStart >= blank.end() ? lineStart : end;
        }
        return new Span(start, end);
    }

    /** The paragraph around an offset, bounded by empty lines and by the piece of prose, if it is in one. */
    public Span paragraph(int offset) {
        Span piece = prose().stream()
                .filter(candidate -> candidate.start() <= offset && offset <= candidate.end())
                .findFirst()
                .orElse(new Span(0, text.length()));
        int first = position(offset).line();
        int last = first;
        while (first > 0 && !isEmptyLine(first) && !isEmptyLine(first - 1) && lineStarts[first] > piece.start()) {
            first--;
        }
        while (last + 1 < lineStarts.length
                && !isEmptyLine(last)
                && !isEmptyLine(last + 1)
                && lineEnd(last) < piece.end()) {
            last++;
        }
        int start = Math.max(piece.start(), lineStarts[first]);
        return new Span(start, Math.max(start, Math.min(piece.end(), lineEnd(last))));
    }

    private boolean isEmptyLine(int line) {
        return text.substring(lineStarts[line], lineEnd(line)).isBlank();
    }

    /** The document with a part replaced. */
    public Document replaced(Span span, String replacement, int newVersion) {
        String changed = text.substring(0, span.start()) + replacement + text.substring(span.end());
        return new Document(uri, language, newVersion, changed, encoding);
    }
}
