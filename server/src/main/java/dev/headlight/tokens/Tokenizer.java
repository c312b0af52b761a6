package dev.headlight.tokens;

import dev.headlight.UserException;
import dev.headlight.text.Span;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A checkpoint's tokenizer: text to tokens whose spans count UTF-16 units of that text. It neither truncates nor pads,
 * whatever its file says; callers that need a limit take a window of the tokens. Thread-safe.
 */
public final class Tokenizer implements AutoCloseable {
    /** More than the tokens of one character, or of what a decoder changes between two. */
    private static final int NEIGHBOURS = 8;
    /** How the library writes a character of which bytes are missing. */
    private static final String PART = "\uFFFD";

    private final TokenizerDefinition definition;
    private final Splitter splitter;
    private final Vocabulary vocabulary;
    private final SpecialTokens special;

    private Tokenizer(TokenizerDefinition definition, Splitter splitter, Vocabulary vocabulary, SpecialTokens special) {
        this.definition = definition;
        this.splitter = splitter;
        this.vocabulary = vocabulary;
        this.special = special;
    }

    /**
     * Reads a checkpoint's tokenizer, as transformers reads its files.
     *
     * @throws UserException if they are missing, malformed, or of an unknown kind
     */
    public static Tokenizer load(Path folder) {
        TokenizerDefinition definition = TokenizerDefinition.read(folder);
        Vocabulary vocabulary = Vocabulary.parse(definition.json(), definition.source());
        SpecialTokens special = SpecialTokens.of(vocabulary, definition);
        Splitter splitter = definition.translated().isPresent()
                ? new TranslatedSplitter(definition, vocabulary)
                : new NativeSplitter(definition.json(), definition.safe(), definition.source());
        return new Tokenizer(definition, splitter, vocabulary, special);
    }

    /** The checkpoint's files and settings that the tokenizer uses, and those ignored. */
    public List<String> origins() {
        return definition.origins();
    }

    public Vocabulary vocabulary() {
        return vocabulary;
    }

    public SpecialTokens special() {
        return special;
    }

    /** The tokens of one text, with the special tokens around it. */
    public List<Token> encode(String text) {
        return tokens(splitter.encode(readable(text)), text, null);
    }

    /** The tokens of a pair of texts, with the special tokens around and between them. */
    public List<Token> encode(String text, String pair) {
        return tokens(splitter.encode(readable(text), readable(pair)), text, pair);
    }

    /** The tokens of a text that a translator is to write, with the special tokens around it. */
    public List<Token> encodeTarget(String text) {
        return tokens(splitter.encodeTarget(readable(text)), text, null);
    }

    /** A token as if added by the tokenizer. */
    public Token added(int id) {
        return new Token(id, vocabulary.piece(id), null, 0, 0, -1, true);
    }

    /** Decodes tokens to text, without special tokens. */
    public String decode(List<Integer> ids) {
        return text(ids).strip();
    }

    /**
     * What a token adds to the text of those before it; empty if it is none, such as a special token, or only part of a
     * character.
     *
     * @param before ids, of which the last few count
     */
    public String added(List<Integer> before, int id) {
        List<Integer> last = before.subList(Math.max(0, before.size() - NEIGHBOURS), before.size());
        List<Integer> longer = new ArrayList<>(last);
        longer.add(id);
        String known = text(last);
        String whole = text(longer);
        int same = 0;
        while (same < known.length() && same < whole.length() && known.charAt(same) == whole.charAt(same)) {
            same++;
        }
        String more = whole.substring(same);
        return more.endsWith(PART) ? "" : more;
    }

    /** A token that was written after others. */
    public Token written(int id, Span span, int segment, int word) {
        boolean outside = special.outsideText(id) || span.length() == 0;
        String piece = vocabulary.piece(id);
        String name = outside ? piece : vocabulary.name(id, piece);
        return new Token(id, piece, name, span, segment, segment, word, outside);
    }

    private String text(List<Integer> ids) {
        long[] wanted = ids.stream()
                .filter(id -> !special.outsideText(id) && !special.isLanguage(id))
                .mapToLong(Integer::longValue)
                .toArray();
        return wanted.length == 0 ? "" : splitter.decode(wanted);
    }

    private List<Token> tokens(List<Splitter.Part> parts, String text, String pair) {
        String[] texts = {text, pair};
        List<Token> tokens = new ArrayList<>(parts.size());
        Words[] words = {new Words(text), pair == null ? null : new Words(pair)};
        for (Splitter.Part part : parts) {
            String whole = texts[part.segment()];
            boolean added = part.span() == null;
            Span span = added ? null : stripped(part.span(), whole);
            int id = part.id();
            String piece = vocabulary.piece(id);
            String name = added ? piece : vocabulary.name(id, span.of(whole));
            boolean outside = added || special.outsideText(id);
            int type = definition.tokenTypes() ? part.type() : 0;
            int word = added ? -1 : words[part.segment()].next(span, vocabulary.edge(id), outside);
            tokens.add(new Token(id, piece, name, span, part.segment(), type, word, outside));
        }
        return tokens;
    }

    /** A span without surrounding spaces, unless it is only spaces. */
    private static Span stripped(Span span, String text) {
        int from = span.start();
        int to = span.end();
        if (!text.substring(from, to).isBlank()) {
            while (Character.isWhitespace(text.charAt(from))) {
                from++;
            }
            while (Character.isWhitespace(text.charAt(to - 1))) {
                to--;
            }
        }
        return new Span(from, to);
    }

    /**
     * Replaces what the native library would miscount: NUL, which Java passes as two bytes, and unpaired surrogates.
     * Both become U+FFFD, one unit each, so that no span moves.
     */
    private static String readable(String text) {
        StringBuilder changed = null;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            boolean paired = Character.isHighSurrogate(unit)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            if (paired) {
                i++;
            } else if (unit == 0 || Character.isSurrogate(unit)) {
                changed = changed == null ? new StringBuilder(text) : changed;
                changed.setCharAt(i, '\uFFFD');
            }
        }
        return changed == null ? text : changed.toString();
    }

    @Override
    public void close() {
        splitter.close();
    }
}
