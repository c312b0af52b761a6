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

/** Splits texts as a tokenizer.json says, by the native library. */
final class NativeSplitter implements Splitter {
    private final Path source;
    private final HuggingFaceTokenizer library;

    /**
     * Reads a tokenizer.
     *
     * @param json a complete tokenizer.json
     * @param safe whether the library can read it without trying it first
     * @param source its file, for messages
     * @throws UserException if the library can't read it
     */
    NativeSplitter(String json, boolean safe, Path source) {
        this.source = source;
        if (!safe) {
            Rehearsal.of(json, source);
        }
        try {
            library = parse(json);
        } catch (RuntimeException e) {
            throw unusable(e);
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

    private UserException unusable(RuntimeException e) {
        return new UserException(
                source + " can't be used as a tokenizer (" + reason(e) + "): fetch the file again.", e);
    }

    @Override
    public List<Part> encode(String text) {
        return parts(encoding(() -> library.encode(text)), text, null);
    }

    @Override
    public List<Part> encode(String text, String pair) {
        return parts(encoding(() -> library.encode(text, pair)), text, pair);
    }

    @Override
    public String decode(long[] ids) {
        return library.decode(ids);
    }

    private Encoding encoding(Supplier<Encoding> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            throw unusable(e);
        }
    }

    private static List<Part> parts(Encoding encoding, String text, String pair) {
        long[] ids = encoding.getIds();
        long[] types = encoding.getTypeIds();
        long[] sequences = encoding.getSequenceIds();
        CharSpan[] spans = encoding.getCharTokenSpans();
        Utf16[] units = {new Utf16(text), pair == null ? null : new Utf16(pair)};
        List<Part> parts = new ArrayList<>(ids.length);
        int segment = 0;
        for (int i = 0; i < ids.length; i++) {
            segment = sequences[i] == 1 ? 1 : segment;
            boolean added = spans[i] == null || sequences[i] < 0;
            Span span = added ? null : units[segment].span(spans[i].getStart(), spans[i].getEnd());
            parts.add(new Part(Math.toIntExact(ids[i]), (int) types[i], segment, span));
        }
        return parts;
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

        Span span(int start, int end) {
            return new Span(offsets[start], offsets[end]);
        }
    }
}
