package dev.headlight.text;

import dev.headlight.text.Syntax.Delimiter;
import dev.headlight.text.Syntax.Trait;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Finds the comments and strings of a program; line comments on consecutive lines are one piece. Takes linear time. */
final class Lexer {
    private static final int LONGEST_ESCAPE = 12;

    private final String text;
    private final int end;
    private final Syntax syntax;
    /** For each delimiter, up to where it has no end: there it starts nothing, and is not looked for again. */
    private final int[] unclosed;

    private final List<Span> found = new ArrayList<>();
    /** Whether only white space separates this position from the last piece, a line comment. */
    private boolean continues;

    private Lexer(String text, int end, Syntax syntax) {
        this.text = text;
        this.end = end;
        this.syntax = syntax;
        this.unclosed = new int[syntax.delimiters().size()];
    }

    /** The pieces of prose in a part of a text, in order. */
    static List<Span> pieces(String text, Span part, Syntax syntax) {
        Lexer lexer = new Lexer(text, part.end(), syntax);
        lexer.scan(part.start());
        return lexer.found;
    }

    private void scan(int start) {
        BitSet firsts = syntax.firsts();
        int at = start;
        while (at < end) {
            int next = firsts.get(text.charAt(at)) ? delimited(at) : at;
            if (next == at) {
                continues &= Character.isWhitespace(text.charAt(at));
                next = at + 1;
            }
            at = next;
        }
    }

    /** The end of what starts here, or this position if nothing does. */
    private int delimited(int at) {
        for (int i = 0; i < unclosed.length; i++) {
            Delimiter delimiter = syntax.delimiters().get(i);
            if (at >= unclosed[i] && starts(delimiter, at)) {
                int next = delimiter.close().isEmpty()
                        ? lineComment(at)
                        : delimiter.is(Trait.ONE_CHARACTER)
                                ? character(at)
                                : delimiter.is(Trait.STRING) ? string(i, delimiter, at) : block(delimiter, at);
                if (next > at) {
                    return next;
                }
            }
        }
        return at;
    }

    private boolean starts(Delimiter delimiter, int at) {
        boolean same = delimiter.is(Trait.AT_LINE_START)
                ? text.regionMatches(
                        true, at, delimiter.open(), 0, delimiter.open().length())
                : text.startsWith(delimiter.open(), at);
        if (!same || at + delimiter.open().length() > end) {
            return false;
        }
        if (delimiter.is(Trait.AFTER_SPACE) && at > 0 && !Character.isWhitespace(text.charAt(at - 1))) {
            return false;
        }
        return !delimiter.is(Trait.AT_LINE_START) || isLineStart(at);
    }

    private boolean isLineStart(int at) {
        int before = at;
        while (before > 0 && (text.charAt(before - 1) == ' ' || text.charAt(before - 1) == '\t')) {
            before--;
        }
        return before == 0 || isLineBreak(text.charAt(before - 1));
    }

    private int lineComment(int at) {
        int lineEnd = lineEnd(at);
        if (continues) {
            int start = found.remove(found.size() - 1).start();
            found.add(new Span(start, lineEnd));
        } else {
            found.add(new Span(at, lineEnd));
        }
        continues = true;
        return lineEnd;
    }

    private int block(Delimiter delimiter, int at) {
        int depth = 1;
        int place = at + delimiter.open().length();
        while (place < end) {
            if (text.startsWith(delimiter.close(), place)
                    && (!delimiter.is(Trait.AT_LINE_START) || isLineStart(place))) {
                place += delimiter.close().length();
                if (--depth == 0) {
                    break;
                }
            } else if (delimiter.is(Trait.NESTED) && text.startsWith(delimiter.open(), place)) {
                place += delimiter.open().length();
                depth++;
            } else {
                place++;
            }
        }
        return add(at, Math.min(place, end), Math.min(place, end));
    }

    /** A string, without its quotes. One that has no end starts nothing, unless its quotes are several characters. */
    private int string(int number, Delimiter delimiter, int at) {
        int start = at + delimiter.open().length();
        int place = start;
        while (place < end && (delimiter.is(Trait.OVER_LINES) || !isLineBreak(text.charAt(place)))) {
            if (text.charAt(place) == '\\' && !delimiter.is(Trait.LITERAL)) {
                place++;
            } else if (text.startsWith(delimiter.close(), place)) {
                return add(start, place, place + delimiter.close().length());
            }
            place++;
        }
        if (delimiter.is(Trait.OVER_LINES) && delimiter.open().length() > 1) {
            return add(start, end, end);
        }
        unclosed[number] = Math.min(place, end);
        return at;
    }

    private int character(int at) {
        int place = at + 1;
        if (place < end && text.charAt(place) == '\\') {
            int close = text.indexOf('\'', place + 2);
            return close > 0 && close < Math.min(end, place + LONGEST_ESCAPE) ? close + 1 : at;
        }
        int after = place < end ? place + Character.charCount(text.codePointAt(place)) : end;
        return after < end && text.charAt(after) == '\'' ? after + 1 : at;
    }

    private int add(int start, int pieceEnd, int next) {
        if (start < pieceEnd) {
            found.add(new Span(start, pieceEnd));
        }
        continues = false;
        return next;
    }

    private int lineEnd(int at) {
        int place = at;
        while (place < end && !isLineBreak(text.charAt(place))) {
            place++;
        }
        return place;
    }

    private static boolean isLineBreak(char unit) {
        return unit == '\n' || unit == '\r';
    }
}
