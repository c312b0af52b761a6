package dev.headlight.text;

import dev.headlight.text.Languages.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The prose in a document, and the blanks in it. A text is prose as a whole; in a program, comments and strings are;
 * in a page, all but its scripts and styles.
 */
public final class Prose {
    private static final Pattern EMBEDDED = Pattern.compile("(?i)<(script|style)\\b[^<>]*+>");
    private static final Pattern SCRIPT_END = Pattern.compile("(?i)</script");
    private static final Pattern STYLE_END = Pattern.compile("(?i)</style");

    private Prose() {}

    /** The pieces of prose of a document, in order. */
    public static List<Span> pieces(String text, String language) {
        Span whole = new Span(0, text.length());
        return switch (Languages.kind(language)) {
            case CODE -> List.copyOf(Lexer.pieces(text, whole, Languages.syntax(language)));
            case MARKUP -> List.copyOf(markup(text));
            default -> List.of(whole);
        };
    }

    private static List<Span> markup(String text) {
        List<Span> pieces = new ArrayList<>();
        Matcher embedded = EMBEDDED.matcher(text);
        int start = 0;
        while (embedded.find(start)) {
            pieces.add(new Span(start, embedded.end()));
            boolean script = embedded.group(1).equalsIgnoreCase("script");
            Matcher close = (script ? SCRIPT_END : STYLE_END).matcher(text);
            int end = close.find(embedded.end()) ? close.start() : text.length();
            Syntax syntax = Syntax.of(script ? "javascript" : "css").orElseThrow();
            pieces.addAll(Lexer.pieces(text, new Span(embedded.end(), end), syntax));
            start = end;
        }
        if (start < text.length() || pieces.isEmpty()) {
            pieces.add(new Span(start, text.length()));
        }
        return pieces;
    }

    /**
     * The blanks in a document's prose, in order. Underscores and mask tokens that mean something else in its format are
     * none.
     *
     * @param pieces its prose
     */
    public static List<Span> blanks(String text, String language, List<Span> pieces) {
        List<Span> found = pieces.stream()
                .flatMap(piece -> Blanks.find(piece.of(text)).stream().map(blank -> blank.shift(piece.start())))
                .toList();
        if (found.isEmpty()) {
            return found;
        }
        Kind kind = Languages.kind(language);
        List<Span> verbatim = Verbatim.spans(text, kind);
        List<Span> blanks = new ArrayList<>();
        int next = 0;
        for (Span blank : found) {
            while (next < verbatim.size() && verbatim.get(next).end() <= blank.start()) {
                next++;
            }
            boolean inVerbatim = next < verbatim.size() && verbatim.get(next).start() < blank.end();
            if (!inVerbatim && !Underscores.areNoBlank(text, blank, kind)) {
                blanks.add(blank);
            }
        }
        return List.copyOf(blanks);
    }
}
