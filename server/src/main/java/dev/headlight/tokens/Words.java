package dev.headlight.tokens;

import dev.headlight.text.Span;
import java.util.Set;

/**
 * Numbers the words of a text, whose tokens say only where they stand: some tokenizers, Llama's among them, take a whole
 * text for one word, others a long run of letters. A word begins behind a space, at a punctuation mark and behind one,
 * and, in scripts that are written without spaces, with every token; where a vocabulary marks the pieces of words, its
 * marks count as well.
 */
final class Words {
    private static final Set<Character.UnicodeScript> WITHOUT_SPACES = Set.of(
            Character.UnicodeScript.HAN,
            Character.UnicodeScript.HIRAGANA,
            Character.UnicodeScript.KATAKANA,
            Character.UnicodeScript.THAI,
            Character.UnicodeScript.LAO,
            Character.UnicodeScript.KHMER,
            Character.UnicodeScript.MYANMAR,
            Character.UnicodeScript.TIBETAN);

    private final String text;
    private int end;
    private int word = -1;
    private boolean ended;

    Words(String text) {
        this.text = text;
    }

    /**
     * The number of the next token's word.
     *
     * @param span where it stands, without the spaces around it
     * @param edge what its piece says of the word
     * @param alone whether it is no part of any word, as a special token is
     */
    int next(Span span, Edge edge, boolean alone) {
        boolean begins = word < 0
                || ended
                || alone
                || edge.begins()
                || span.start() > end
                || !edge.continues() && span.start() >= end && divided(span.start());
        if (begins) {
            word++;
        }
        end = Math.max(end, span.end());
        ended = alone || edge.ends();
        return word;
    }

    /** Whether the characters on both sides of a place belong to different words. */
    private boolean divided(int at) {
        if (at == 0 || at >= text.length()) {
            return false;
        }
        int before = text.codePointBefore(at);
        int behind = text.codePointAt(at);
        return !inWord(before) || !inWord(behind) || spaceless(behind) || spaceless(before);
    }

    private static boolean inWord(int character) {
        return Character.isLetterOrDigit(character)
                || Character.getType(character) == Character.NON_SPACING_MARK
                || Character.getType(character) == Character.COMBINING_SPACING_MARK
                || Character.getType(character) == Character.ENCLOSING_MARK
                || Character.getType(character) == Character.FORMAT;
    }

    private static boolean spaceless(int character) {
        return WITHOUT_SPACES.contains(Character.UnicodeScript.of(character));
    }

    /**
     * What a vocabulary's piece says of the word that it is a part of.
     *
     * @param begins whether it is the first piece of a word
     * @param continues whether it goes on with one
     * @param ends whether it is the last piece of one
     */
    record Edge(boolean begins, boolean continues, boolean ends) {
        static final Edge NONE = new Edge(false, false, false);
        static final Edge BEGINS = new Edge(true, false, false);
        static final Edge CONTINUES = new Edge(false, true, false);
        static final Edge ENDS = new Edge(false, false, true);
    }
}
