package dev.headlight.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text as a model reads it: blanks stand as mask tokens; in a piece of code, line breaks with the comment markers and
 * indentation around them read as one space. Every unit knows the span of the original text that it stands for, so that a token
 * can be shown, and an accepted word put, where it belongs.
 */
public final class Reading {
    /** What may stand before the words of a line: {@code //}, {@code /**}, {@code *}, {@code #}, {@code --}, <!--. */
    private static final Pattern MARGIN =
            Pattern.compile("\\s*+(?:(?:/{2,}!?|/\\*+!?|\\*/|(?:\\*|#{1,6}|--)(?=\\s|$)|<!--+)\\s*+)*");

    private static final Pattern LINE_BREAK = Pattern.compile("\\r\\n|[\\n\\r\\u0085\\u2028\\u2029]");

    private static final Pattern EMPTY_LINE =
            Pattern.compile("(?:\\r\\n|[\\n\\r\\u0085\\u2028\\u2029])\\s*(?:\\r\\n|[\\n\\r\\u0085\\u2028\\u2029])\\s*");

    private final String text;
    private final int[] starts;
    private final int[] ends;
    private final List<Span> blanks;
    private final List<Integer> paragraphs;
    private final boolean cleaned;

    private Reading(
            String text, int[] starts, int[] ends, List<Span> blanks, List<Integer> paragraphs, boolean cleaned) {
        this.text = text;
        this.starts = starts;
        this.ends = ends;
        this.blanks = List.copyOf(blanks);
        this.paragraphs = List.copyOf(paragraphs);
        this.cleaned = cleaned;
    }

    /**
     * Reads a text as it stands.
     *
     * @param original the text as it stands
     * @param blanks its blanks, in order, none overlapping
     * @param maskToken what stands for a blank, such as {@code [MASK]}
     */
    public static Reading of(String original, List<Span> blanks, String maskToken) {
        return of(original, blanks, number -> maskToken);
    }

    /**
     * Reads a text as it stands, of whose blanks each may have another token.
     *
     * @param tokens what stands for a blank, by its number among those that are read, from 0
     */
    public static Reading of(String original, List<Span> blanks, IntFunction<String> tokens) {
        return new Builder(original, blanks, tokens).asItStands();
    }

    /** Reads a piece of code: the words of its comments and strings, without what keeps them apart from the code. */
    public static Reading ofCode(String original, List<Span> blanks, String maskToken) {
        return ofCode(original, blanks, number -> maskToken);
    }

    /** The same, where each blank may have another token. */
    public static Reading ofCode(String original, List<Span> blanks, IntFunction<String> tokens) {
        return new Builder(original, blanks, tokens).cleaned();
    }

    /** Whether line breaks, comment markers or indentation were taken out. */
    public boolean isCleaned() {
        return cleaned;
    }

    /** What the model is given. */
    public String text() {
        return text;
    }

    /** Where the blanks stand in {@link #text()}, in the order in which they were given; a blank inside a margin is left out. */
    public List<Span> blanks() {
        return blanks;
    }

    /** Offsets in {@link #text()} at which a new paragraph begins: an empty line stood before them. */
    public List<Integer> paragraphs() {
        return paragraphs;
    }

    /** The span of the original text that a span of {@link #text()} stands for. */
    public Span original(Span span) {
        if (span.length() == 0) {
            int at = span.start() < starts.length
                    ? starts[span.start()]
                    : (ends.length == 0 ? 0 : ends[ends.length - 1]);
            return new Span(at, at);
        }
        return new Span(starts[span.start()], ends[span.end() - 1]);
    }

    private static final class Builder {
        private final String original;
        private final List<Span> blanks;
        private final IntFunction<String> tokens;
        private final StringBuilder out = new StringBuilder();
        private final List<Span> placed = new ArrayList<>();
        private final List<Integer> paragraphs = new ArrayList<>();
        private int[] starts;
        private int[] ends;
        private int next;

        Builder(String original, List<Span> blanks, IntFunction<String> tokens) {
            this.original = original;
            this.blanks = blanks;
            this.tokens = tokens;
            this.starts = new int[original.length() + 16];
            this.ends = new int[original.length() + 16];
        }

        Reading asItStands() {
            copy(new Span(0, original.length()));
            Matcher gaps = EMPTY_LINE.matcher(out);
            while (gaps.find()) {
                paragraphs.add(gaps.end());
            }
            return reading(false);
        }

        private Reading reading(boolean cleaned) {
            return new Reading(
                    out.toString(),
                    Arrays.copyOf(starts, out.length()),
                    Arrays.copyOf(ends, out.length()),
                    placed,
                    paragraphs,
                    cleaned);
        }

        Reading cleaned() {
            List<Span> lines = lines();
            boolean single = lines.size() == 1;
            int end = 0;
            boolean emptyLine = false;
            for (Span line : lines) {
                Span content = content(line, single);
                if (content.length() == 0) {
                    emptyLine = true;
                    continue;
                }
                if (out.length() > 0) {
                    append(" ", end, content.start());
                    if (emptyLine) {
                        paragraphs.add(out.length());
                    }
                }
                copy(content);
                end = content.end();
                emptyLine = false;
            }
            return reading(lines.size() > 1 || end < original.length() || starts.length > 0 && starts[0] > 0);
        }

        private List<Span> lines() {
            List<Span> lines = new ArrayList<>();
            Matcher breaks = LINE_BREAK.matcher(original);
            int start = 0;
            while (breaks.find()) {
                lines.add(new Span(start, breaks.start()));
                start = breaks.end();
            }
            lines.add(new Span(start, original.length()));
            return lines;
        }

        /** The words of a line. A text of one line without markers is left as it is, outer spaces too. */
        private Span content(Span line, boolean single) {
            Matcher margin = MARGIN.matcher(original).region(line.start(), line.end());
            int start = margin.lookingAt() ? margin.end() : line.start();
            int end = withoutCloser(start, line.end());
            boolean marked = !original.substring(line.start(), start).isBlank()
                    || !original.substring(end, line.end()).isBlank();
            return single && !marked ? line : new Span(start, end);
        }

        /** Where the words of a line end: before the end of a block comment, and the spaces around it. */
        private int withoutCloser(int start, int lineEnd) {
            int end = withoutTrailing(start, lineEnd, Character::isWhitespace);
            if (original.startsWith("*/", end - 2) && end - 2 >= start) {
                end = withoutTrailing(start, end - 1, unit -> unit == '*');
            } else if (original.startsWith("-->", end - 3) && end - 3 >= start) {
                end = withoutTrailing(start, end - 1, unit -> unit == '-');
            }
            return withoutTrailing(start, end, Character::isWhitespace);
        }

        private int withoutTrailing(int start, int end, IntPredicate unwanted) {
            int at = end;
            while (at > start && unwanted.test(original.charAt(at - 1))) {
                at--;
            }
            return at;
        }

        private void copy(Span content) {
            int at = content.start();
            while (next < blanks.size() && blanks.get(next).start() < content.end()) {
                Span blank = blanks.get(next++);
                if (blank.start() < at) {
                    continue;
                }
                copyPlain(at, blank.start());
                int from = out.length();
                append(tokens.apply(placed.size()), blank.start(), blank.end());
                placed.add(new Span(from, out.length()));
                at = blank.end();
            }
            copyPlain(at, content.end());
        }

        private void copyPlain(int from, int to) {
            grow(to - from);
            for (int i = from; i < to; i++) {
                starts[out.length()] = i;
                ends[out.length()] = i + 1;
                out.append(original.charAt(i));
            }
        }

        private void append(String what, int from, int to) {
            grow(what.length());
            Arrays.fill(starts, out.length(), out.length() + what.length(), from);
            Arrays.fill(ends, out.length(), out.length() + what.length(), to);
            out.append(what);
        }

        private void grow(int by) {
            if (out.length() + by > starts.length) {
                int size = Math.max(out.length() + by, starts.length * 3 / 2);
                starts = Arrays.copyOf(starts, size);
                ends = Arrays.copyOf(ends, size);
            }
        }
    }
}
