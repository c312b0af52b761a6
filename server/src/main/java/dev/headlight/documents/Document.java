package dev.headlight.documents;

import dev.headlight.text.Blanks;
import dev.headlight.text.Languages;
import dev.headlight.text.Span;
import java.util.Arrays;
import java.util.List;

/**
 * A document's text at one version. Immutable: an edit makes another. Lines end with {@code \n}, {@code \r\n} or {@code
 * \r}, as LSP has it.
 */
public final class Document {
    /** How far around a blank of a large document the model's context is taken from, in UTF-16 units. */
    private static final int REACH = 6_000;

    private final String uri;
    private final String language;
    private final int version;
    private final String text;
    private final int[] lineStarts;
    private List<Span> prose; // found when first asked for, like the blanks
    private List<Span> blanks;

    public Document(String uri, String language, int version, String text) {
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

    public String language() {
        return language;
    }

    /** Whether all of the document is text, and not a program with comments and strings in it. */
    public boolean isText() {
        return Languages.isText(language);
    }

    public int version() {
        return version;
    }

    public String text() {
        return text;
    }

    /** Where a position is in the text. One behind a line's end is at its end, one behind the last line at the end. */
    public int offset(TextPosition position) {
        if (position.line() < 0 || position.character() < 0) {
            return position.line() < 0 ? 0 : lineStarts[Math.min(position.line(), lineStarts.length - 1)];
        }
        if (position.line() >= lineStarts.length) {
            return text.length();
        }
        int start = lineStarts[position.line()];
        return (int) Math.min((long) start + position.character(), lineEnd(position.line()));
    }

    /** One past the last unit of a line, its break left out. */
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
        return new TextPosition(line, offset - lineStarts[line]);
    }

    /** The span between two positions, whichever comes first. */
    public Span span(TextPosition one, TextPosition other) {
        int a = offset(one);
        int b = offset(other);
        return new Span(Math.min(a, b), Math.max(a, b));
    }

    /** Where sentences may stand: all of a text document, the comments and strings of a program. */
    public synchronized List<Span> prose() {
        if (prose == null) {
            prose = Prose.of(text, language);
        }
        return prose;
    }

    /** The blanks in its prose, in order. A line of nothing but underscores, a rule in Markdown, is none there. */
    public synchronized List<Span> blanks() {
        if (blanks == null) {
            boolean markdown = language.equals("markdown");
            blanks = prose().stream()
                    .flatMap(piece -> Blanks.find(piece.of(text)).stream().map(blank -> blank.shift(piece.start())))
                    .filter(blank -> !markdown || !isWholeLine(blank))
                    .toList();
        }
        return blanks;
    }

    private boolean isWholeLine(Span blank) {
        int line = position(blank.start()).line();
        return text.charAt(blank.start()) == '_'
                && text.substring(lineStarts[line], lineEnd(line)).strip().length() == blank.length();
    }

    /**
     * What a model should read to fill a blank: the piece of prose around it, of a large one the lines within reach.
     */
    public Span passage(Span blank) {
        Span piece = prose().stream()
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

    /** The paragraph around a place: its lines up to empty ones, within a piece of prose where it is in one. */
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

    /** The document after a part of it was replaced. */
    public Document replaced(Span span, String replacement, int newVersion) {
        String changed = text.substring(0, span.start()) + replacement + text.substring(span.end());
        return new Document(uri, language, newVersion, changed);
    }
}
