package dev.headlight.tokens;

import dev.headlight.text.Span;

/**
 * One token of an encoded text or pair of texts.
 *
 * @param id its number in the vocabulary
 * @param text as the vocabulary writes it, such as {@code ##ing} or {@code Ġcat}
 * @param name as a person reads it: {@code cat} for {@code Ġcat}
 * @param span what it stands for in its text, in UTF-16 units, without the spaces around it; null where the tokenizer
 *     added it, as it adds {@code [CLS]}
 * @param segment 0 up to the end of the first text, 1 from the start of the second
 * @param type the token type, 0 or 1; models without token types are not given it
 * @param word the number of its word within its text, -1 where the tokenizer added it
 * @param special whether it belongs to no word: {@code [CLS]}, {@code [SEP]}, {@code [PAD]}, typed ones too
 */
public record Token(int id, String text, String name, Span span, int segment, int type, int word, boolean special) {

    /** A token that reads as the vocabulary writes it. */
    public Token(int id, String text, Span span, int segment, int type, int word, boolean special) {
        this(id, text, text, span, segment, type, word, special);
    }

    /** Whether the tokenizer put it there, and no text stands behind it. */
    public boolean added() {
        return span == null;
    }

    /** The same token as part of the second text. */
    public Token second() {
        return new Token(id, text, name, span, 1, 1, word, special);
    }

    /** The same token at another place. */
    public Token at(Span place) {
        return new Token(id, text, name, place, segment, type, word, special);
    }
}
