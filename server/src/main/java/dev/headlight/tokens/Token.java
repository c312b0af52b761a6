package dev.headlight.tokens;

import dev.headlight.text.Span;

/**
 * One token of an encoded text or pair of texts.
 *
 * @param id its number in the vocabulary
 * @param text as spelled in the vocabulary, such as {@code ##ing} or {@code Ġcat}
 * @param name for display: {@code cat} for {@code Ġcat}
 * @param span its span in its text, in UTF-16 units, without surrounding spaces; null if the tokenizer added it, such
 * as {@code [CLS]}
 * @param segment 0 up to the end of the first text, 1 from the start of the second
 * @param type the token type, 0 or 1; unused by models without token types
 * @param word the number of its word within its text, -1 if the tokenizer added it
 * @param special whether it belongs to no word: {@code [CLS]}, {@code [SEP]}, {@code [PAD]}, even if typed
 */
public record Token(int id, String text, String name, Span span, int segment, int type, int word, boolean special) {

    /** A token displayed as spelled in the vocabulary. */
    public Token(int id, String text, Span span, int segment, int type, int word, boolean special) {
        this(id, text, text, span, segment, type, word, special);
    }

    /** Whether the tokenizer added it, so that no text corresponds to it. */
    public boolean added() {
        return span == null;
    }

    /** Whether it stands for letters that the vocabulary doesn't have. */
    public boolean unknown() {
        return span != null && (text.equals("[UNK]") || text.equals("<unk>"));
    }

    /** The same token as part of the second text. */
    public Token second() {
        return new Token(id, text, name, span, 1, 1, word, special);
    }

    /** The same token with another span. */
    public Token at(Span place) {
        return new Token(id, text, name, place, segment, type, word, special);
    }
}
