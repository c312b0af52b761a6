package dev.headlight.tokens;

import dev.headlight.text.Span;
import java.util.List;

/** What splits texts into tokens, and joins tokens to a text. Texts have no NUL and no unpaired surrogates. */
interface Splitter extends AutoCloseable {
    /**
     * A token.
     *
     * @param span its span in its text, which may begin or end with spaces; null if it was added
     */
    record Part(int id, int type, int segment, Span span) {}

    /** One text, with what is added around it. */
    List<Part> encode(String text);

    /** A pair of texts. */
    List<Part> encode(String text, String pair);

    /** What a translator is to write, if that is split in another way than what it reads. */
    default List<Part> encodeTarget(String text) {
        return encode(text);
    }

    /** The text of some tokens. */
    String decode(long[] ids);

    @Override
    void close();
}
