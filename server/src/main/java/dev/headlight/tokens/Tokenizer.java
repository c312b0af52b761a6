package dev.headlight.tokens;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.headlight.UserException;
import dev.headlight.natives.Natives;
import dev.headlight.text.Span;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

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
    private final HuggingFaceTokenizer library;
    private final Vocabulary vocabulary;
    private final SpecialTokens special;

    private Tokenizer(
            TokenizerDefinition definition,
            HuggingFaceTokenizer library,
            Vocabulary vocabulary,
            SpecialTokens special) {
        this.definition = definition;
        this.library = library;
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
        return new Tokenizer(definition, open(definition), vocabulary, special);
    }

    private static HuggingFaceTokenizer open(TokenizerDefinition definition) {
        Rehearsal.of(definition);
        try {
            return parse(definition.json());
        } catch (RuntimeException e) {
            throw new UserException(
                    definition.source() + " can't be used as a tokenizer (" + reason(e) + "): fetch the file again.",
                    e);
        }
    }

    /** The native library's tokenizer of a {@code tokenizer.json}, which must be safe. */
    static HuggingFaceTokenizer parse(String json) {
        Map<String, String> plain = Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "true");
        Natives.load("tokenizers");
        return make(TokenizersLibrary.LIB.createTokenizerFromString(json), plain);
    }

    /**
     * Creates DJL's tokenizer without DJL's own loader, which would load other libraries, such as the one that the
     * variable {@code RUST_LIBRARY_PATH} names.
     */
    private static HuggingFaceTokenizer make(long handle, Map<String, String> options) {
        try {
            for (Constructor<?> constructor : HuggingFaceTokenizer.class.getDeclaredConstructors()) {
                if (constructor.getParameterCount() == 4) {
                    constructor.setAccessible(true);
                    return (HuggingFaceTokenizer) constructor.newInstance(handle, options, null, null);
                }
            }
            throw new NoSuchMethodException("HuggingFaceTokenizer has another constructor");
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String reason(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return message.lines().findFirst().orElse("no reason given");
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
        return tokens(encoding(() -> library.encode(readable(text))), text, null);
    }

    /** The tokens of a pair of texts, with the special tokens around and between them. */
    public List<Token> encode(String text, String pair) {
        return tokens(encoding(() -> library.encode(readable(text), readable(pair))), text, pair);
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
        return wanted.length == 0 ? "" : library.decode(wanted);
    }

    private Encoding encoding(Supplier<Encoding> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            throw new UserException(
                    definition.source() + " can't be used as a tokenizer (" + reason(e) + "): fetch the file again.",
                    e);
        }
    }

    private List<Token> tokens(Encoding encoding, String text, String pair) {
        long[] ids = encoding.getIds();
        long[] types = encoding.getTypeIds();
        long[] sequences = encoding.getSequenceIds();
        CharSpan[] spans = encoding.getCharTokenSpans();
        String[] texts = {text, pair};
        Utf16[] units = {new Utf16(text), pair == null ? null : new Utf16(pair)};
        List<Token> tokens = new ArrayList<>(ids.length);
        Words[] words = {new Words(text), pair == null ? null : new Words(pair)};
        int segment = 0;
        for (int i = 0; i < ids.length; i++) {
            segment = sequences[i] == 1 ? 1 : segment;
            boolean added = spans[i] == null || sequences[i] < 0;
            String whole = texts[segment];
            Span span = added ? null : units[segment].span(spans[i].getStart(), spans[i].getEnd(), whole);
            int id = Math.toIntExact(ids[i]);
            String piece = vocabulary.piece(id);
            String name = added ? piece : vocabulary.name(id, span.of(whole));
            boolean outside = added || special.outsideText(id);
            int type = definition.tokenTypes() ? (int) types[i] : 0;
            int word = added ? -1 : words[segment].next(span, vocabulary.edge(id), outside);
            tokens.add(new Token(id, piece, name, span, segment, type, word, outside));
        }
        return tokens;
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
        library.close();
    }

    /** Converts the library's offsets in code points to offsets in UTF-16 units. */
    private static final class Utf16 {
        private final int[] offsets;

        Utf16(String text) {
            offsets = new int[text.codePointCount(0, text.length()) + 1];
            int at = 0;
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] = at;
                at += at < text.length() ? Character.charCount(text.codePointAt(at)) : 0;
            }
        }

        /** The span between two code points of a text, without surrounding spaces unless it is only spaces. */
        Span span(int start, int end, String text) {
            int from = offsets[start];
            int to = offsets[end];
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
    }
}
