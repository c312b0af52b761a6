package dev.headlight.tokens;

import dev.headlight.text.Span;
import java.util.Set;

/**
 * Numbers the words of a text from its tokens' spans, because some tokenizers, such as Llama's, treat a whole text as
 * one word, and others a long run of letters. A word starts after a space, at and after a punctuation mark, and, in
 * scripts without spaces, at every token; the vocabulary's own marks of word pieces count as well.
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
     * @param span its span, without surrounding spaces
     * @param edge its piece's marks
     * @param alone whether it belongs to no word, such as a special token
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

    /** Whether the characters on both sides of an offset belong to different words. */
    private boolean divided(int at) {
        if (at == 0 || at >= text.length()) {
            return false;
        }
        int before = text.codePointBefore(at);
        int next = text.codePointAt(at);
        return !inWord(before) || !inWord(next) || spaceless(next) || spaceless(before);
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
     * A vocabulary's marks of a piece within its word.
     *
     * @param begins whether it is the first piece of a word
     * @param continues whether it continues one
     * @param ends whether it is the last piece of one
     */
    record Edge(boolean begins, boolean continues, boolean ends) {
        static final Edge NONE = new Edge(false, false, false);
        static final Edge BEGINS = new Edge(true, false, false);
        static final Edge CONTINUES = new Edge(false, true, false);
        static final Edge ENDS = new Edge(false, false, true);
    }
}
