package dev.headlight.documents;

import dev.headlight.text.Languages;
import dev.headlight.text.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds the prose in a document. In a program, that is comments and strings, recognized by the few lexical rules that
 * most languages share; line comments on consecutive lines are one piece.
 */
final class Prose {
    /** What starts a line comment, where it is not {@code //}. */
    private static final Map<String, String> LINE_COMMENTS = Map.ofEntries(
            Map.entry("python", "#"),
            Map.entry("ruby", "#"),
            Map.entry("perl", "#"),
            Map.entry("r", "#"),
            Map.entry("julia", "#"),
            Map.entry("elixir", "#"),
            Map.entry("shellscript", "#"),
            Map.entry("powershell", "#"),
            Map.entry("makefile", "#"),
            Map.entry("cmake", "#"),
            Map.entry("dockerfile", "#"),
            Map.entry("yaml", "#"),
            Map.entry("toml", "#"),
            Map.entry("properties", "#"),
            Map.entry("nim", "#"),
            Map.entry("sql", "--"),
            Map.entry("lua", "--"),
            Map.entry("haskell", "--"),
            Map.entry("elm", "--"),
            Map.entry("ada", "--"),
            Map.entry("clojure", ";"),
            Map.entry("lisp", ";"),
            Map.entry("scheme", ";"),
            Map.entry("ini", ";"),
            Map.entry("erlang", "%"),
            Map.entry("prolog", "%"),
            Map.entry("matlab", "%"));

    /** Delimiters of multi-line comments and strings. */
    private static final List<String[]> BLOCKS = List.of(
            new String[] {"/*", "*/"},
            new String[] {"<!--", "-->"},
            new String[] {"{-", "-}"},
            new String[] {"\"\"\"", "\"\"\""},
            new String[] {"'''", "'''"},
            new String[] {"`", "`"});

    private final String text;
    private final String lineComment;
    private final List<Span> found = new ArrayList<>();
    /** Whether only white space separates this position from the last piece, a line comment. */
    private boolean continues;

    private Prose(String text, String lineComment) {
        this.text = text;
        this.lineComment = lineComment;
    }

    /** The pieces, in order. */
    static List<Span> of(String text, String language) {
        if (Languages.isText(language)) {
            return List.of(new Span(0, text.length()));
        }
        Prose prose = new Prose(text, LINE_COMMENTS.getOrDefault(language, "//"));
        prose.scan();
        return List.copyOf(prose.found);
    }

    private void scan() {
        int at = 0;
        while (at < text.length()) {
            int next = pieceAt(at);
            if (next == at) {
                continues &= Character.isWhitespace(text.charAt(at));
                next = at + 1;
            }
            at = next;
        }
    }

    /** The end of the piece that starts here, or this position if none does. */
    private int pieceAt(int at) {
        if (text.startsWith(lineComment, at)) {
            return lineComment(at);
        }
        for (String[] block : BLOCKS) {
            if (text.startsWith(block[0], at)) {
                int close = text.indexOf(block[1], at + block[0].length());
                return add(at, close < 0 ? text.length() : close + block[1].length());
            }
        }
        char unit = text.charAt(at);
        return unit == '"' || unit == '\'' ? string(at, unit) : at;
    }

    private int lineComment(int at) {
        int end = lineEnd(at);
        if (continues) {
            int start = found.remove(found.size() - 1).start();
            found.add(new Span(start, end));
        } else {
            found.add(new Span(at, end));
        }
        continues = true;
        return end;
    }

    /** A single-line string, without its quotes; an unclosed quote starts none. */
    private int string(int at, char quote) {
        for (int i = at + 1; i < text.length() && !isLineBreak(text.charAt(i)); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == quote) {
                add(at + 1, i);
                return i + 1;
            }
        }
        return at;
    }

    private int add(int start, int end) {
        found.add(new Span(start, end));
        continues = false;
        return end;
    }

    private int lineEnd(int at) {
        int end = at;
        while (end < text.length() && !isLineBreak(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isLineBreak(char unit) {
        return unit == '\n' || unit == '\r';
    }
}
