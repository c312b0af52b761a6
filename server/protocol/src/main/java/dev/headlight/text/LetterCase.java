package dev.headlight.text;

import java.util.Locale;
import java.util.Set;

/** Gives a word of an uncased model, as it is written inside sentences, the letter case that its place asks for. */
public final class LetterCase {
    private static final String OPENERS = "\"'“‘«([{¿¡*_`";
    private static final String CLOSERS = "\"'”’»)]}*_`";
    private static final String SENTENCE_ENDS = ".!?…。！？";
    private static final Set<String> ABBREVIATIONS = Set.of("e.g", "i.e", "cf", "vs", "etc", "approx", "resp", "al");
    /** How far around a blank is looked for words in capitals, in UTF-16 units. */
    private static final int NEIGHBOURHOOD = 60;

    private LetterCase() {}

    /** A word in the case of the word that it replaces: {@code PARIS}, {@code Paris} or as it is. */
    public static String like(String masked, String word) {
        long letters = masked.codePoints().filter(Character::isLetter).count();
        if (letters > 1 && isUpper(masked)) {
            return word.toUpperCase(Locale.ROOT);
        }
        return letters > 0 && Character.isUpperCase(masked.codePointAt(0)) ? capitalized(word) : word;
    }

    /** A word in the case that a blank asks for: all capitals among capitals, a capital where a sentence starts. */
    public static String inPlace(Reading reading, Span blank, String word) {
        if (amongCapitals(reading, blank)) {
            return word.toUpperCase(Locale.ROOT);
        }
        return startsSentence(reading, blank.start()) ? capitalized(word) : word;
    }

    private static boolean startsSentence(Reading reading, int at) {
        String text = reading.text();
        int i = at;
        while (i > 0 && (Character.isWhitespace(text.charAt(i - 1)) || OPENERS.indexOf(text.charAt(i - 1)) >= 0)) {
            i--;
        }
        int lineBreak = i;
        if (i == 0 || reading.paragraphs().stream().anyMatch(p -> lineBreak <= p && p <= at)) {
            return true;
        }
        while (i > 0 && CLOSERS.indexOf(text.charAt(i - 1)) >= 0) {
            i--;
        }
        if (i == 0 || SENTENCE_ENDS.indexOf(text.charAt(i - 1)) < 0) {
            return false;
        }
        int word = i - 1;
        while (word > 0 && !Character.isWhitespace(text.charAt(word - 1))) {
            word--;
        }
        return !ABBREVIATIONS.contains(text.substring(word, i - 1).toLowerCase(Locale.ROOT));
    }

    /** Whether the words around the blank, at least two of them, are written in capitals. */
    private static boolean amongCapitals(Reading reading, Span blank) {
        String text = reading.text();
        StringBuilder around = new StringBuilder();
        int from = Math.max(0, blank.start() - NEIGHBOURHOOD);
        int to = Math.min(text.length(), blank.end() + NEIGHBOURHOOD);
        for (int i = from; i < to; i++) {
            int at = i;
            around.append(reading.blanks().stream().anyMatch(b -> b.contains(at)) ? ' ' : text.charAt(i));
        }
        int capitals = 0;
        for (String word : around.toString().split("[^\\p{L}]+")) {
            if (!isUpper(word) && word.codePoints().anyMatch(Character::isLowerCase)) {
                return false;
            }
            if (word.length() > 1 && isUpper(word)) {
                capitals++;
            }
        }
        return capitals >= 2;
    }

    private static boolean isUpper(String word) {
        return word.codePoints().anyMatch(Character::isUpperCase)
                && word.codePoints().noneMatch(Character::isLowerCase);
    }

    /** With a capital, unless it has one: {@code iPhone} begins no sentence as IPhone. */
    private static String capitalized(String word) {
        if (word.codePoints().anyMatch(Character::isUpperCase)) {
            return word;
        }
        int first = word.offsetByCodePoints(0, word.isEmpty() ? 0 : 1);
        return word.substring(0, first).toUpperCase(Locale.ROOT) + word.substring(first);
    }
}
