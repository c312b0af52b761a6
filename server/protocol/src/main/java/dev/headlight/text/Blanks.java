package dev.headlight.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the places where a word is missing, and says what a word is. */
public final class Blanks {
    /**
     * {@code [MASK]}, {@code <mask>}, T5's {@code <extra_id_0>}, or three and more underscores that no letter, digit or
     * underscore touches, but for the letter of an escape such as {@code \n} in a string.
     */
    private static final Pattern BLANK = Pattern.compile(
            "\\[MASK]|<mask>|<extra_id_\\d{1,4}>|(?:(?<![\\p{L}\\p{M}\\p{N}_])|(?<=\\\\[nrt]))_{3,}+(?![\\p{L}\\p{M}\\p{N}_])");

    /** One word; apostrophes and hyphens may join its parts. */
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}\\p{N}]+(?:['’-][\\p{L}\\p{M}\\p{N}]+)*+");

    /** How far a word reaches from a place in it, in UTF-16 units. */
    private static final int LONGEST_WORD = 100;

    private Blanks() {}

    /** Whether a text is exactly one word, which a blank could stand for. */
    public static boolean isWord(String text) {
        return WORD.matcher(text).matches();
    }

    /** The word that the character at an offset is in. */
    public static Optional<Span> wordAround(String text, int offset) {
        int start = offset;
        while (start > 0 && offset - start < LONGEST_WORD && isPartOfWord(text.charAt(start - 1))) {
            start--;
        }
        int end = offset;
        while (end < text.length() && end - offset < LONGEST_WORD && isPartOfWord(text.charAt(end))) {
            end++;
        }
        Matcher matcher = WORD.matcher(text).region(start, end);
        while (matcher.find()) {
            if (matcher.start() <= offset && offset < matcher.end()) {
                return Optional.of(new Span(matcher.start(), matcher.end()));
            }
        }
        return Optional.empty();
    }

    private static boolean isPartOfWord(char unit) {
        return !Character.isWhitespace(unit) && unit != '_';
    }

    /** Whether a blank is written as T5 names it, such as {@code <extra_id_0>}. */
    public static boolean isSentinel(String blank) {
        return blank.startsWith("<extra_id_");
    }

    /** The blanks of a text, in order, as users can write them whichever model is loaded. */
    public static List<Span> find(String text) {
        return find(text, "[MASK]");
    }

    /** The blanks of a text, in order, including the model's own mask token. */
    public static List<Span> find(String text, String maskToken) {
        List<Span> found = new ArrayList<>();
        Matcher matcher = BLANK.matcher(text);
        while (matcher.find()) {
            found.add(new Span(matcher.start(), matcher.end()));
        }
        if (maskToken.isEmpty() || BLANK.matcher(maskToken).matches()) {
            return found;
        }
        List<Span> all = new ArrayList<>();
        int next = 0; // both are in order
        for (int at = text.indexOf(maskToken); at >= 0; at = text.indexOf(maskToken, at + maskToken.length())) {
            Span own = new Span(at, at + maskToken.length());
            while (next < found.size() && found.get(next).end() <= own.start()) {
                all.add(found.get(next++));
            }
            if (next == found.size() || found.get(next).start() >= own.end()) {
                all.add(own);
            }
        }
        all.addAll(found.subList(next, found.size()));
        return all;
    }
}
