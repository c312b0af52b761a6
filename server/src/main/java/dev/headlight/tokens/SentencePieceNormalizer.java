package dev.headlight.tokens;

import dev.headlight.text.Span;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The normalization that a SentencePiece file defines: its table of characters, of which the longest match counts, and
 * its rules of spaces. The native library's reads whole graphemes instead, and so differs in some scripts.
 */
final class SentencePieceNormalizer {
    private static final String SPACE = " ";
    private static final byte[] NONE = {};

    private final int[] trie;
    private final byte[] replacements;
    private final SentencePieceModel.Spaces spaces;
    private final List<String> whole;

    /**
     * Prepares a model's.
     *
     * @throws IllegalArgumentException if its table is malformed
     */
    SentencePieceNormalizer(SentencePieceModel model) {
        this.spaces = model.spaces();
        this.whole = model.pieces().stream()
                .filter(SentencePieceModel.Piece::isUserDefined)
                .map(SentencePieceModel.Piece::text)
                .filter(text -> !text.isEmpty())
                .toList();
        byte[] map = model.charsmap();
        if (map.length == 0) {
            trie = new int[0];
            replacements = NONE;
            return;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN);
            int size = bytes.getInt();
            trie = new int[size / 4];
            bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(trie);
            replacements = Arrays.copyOfRange(map, Math.addExact(4, size), map.length);
        } catch (BufferUnderflowException | ArithmeticException | NegativeArraySizeException e) {
            throw new IllegalArgumentException("a table of characters that is cut off", e);
        }
    }

    /**
     * A normalized text.
     *
     * @param spans for each UTF-16 unit of it, what it was made of in the original
     */
    record Normalized(String text, List<Span> spans) {
        /** What a part of it was made of. */
        Span original(int from, int to) {
            return new Span(spans.get(from).start(), spans.get(to - 1).end());
        }
    }

    /** A replaced part of a text: what for, and how many UTF-16 units of it. */
    private record Replaced(String by, int length, boolean whole) {}

    /** Normalizes a text without unpaired surrogates. */
    Normalized normalize(String text) {
        Output output = new Output();
        int at = 0;
        if (spaces.single()) {
            while (at < text.length() && replace(text, at).by().equals(SPACE)) {
                at += replace(text, at).length();
            }
        }
        if (at == text.length()) {
            return output.done();
        }
        if (spaces.first()) {
            output.add(space(), new Span(at, at));
        }
        boolean afterSpace = spaces.single();
        while (at < text.length()) {
            Replaced replaced = replace(text, at);
            String by = replaced.by();
            while (afterSpace && by.startsWith(SPACE)) {
                by = by.substring(1);
            }
            if (!by.isEmpty()) {
                output.add(replaced.whole() ? by : by.replace(SPACE, space()), new Span(at, at + replaced.length()));
                afterSpace = spaces.single() && by.endsWith(SPACE);
            }
            at += replaced.length();
        }
        if (spaces.single()) {
            output.withoutLast(space());
        }
        return output.done();
    }

    private String space() {
        return spaces.escaped() ? TokenizerJson.SPACE : SPACE;
    }

    /** The longest piece that the model reads as a whole where a text goes on. */
    Optional<String> wholePiece(String text, int at) {
        String longest = "";
        for (String piece : whole) {
            if (piece.length() > longest.length() && text.startsWith(piece, at)) {
                longest = piece;
            }
        }
        return Optional.of(longest).filter(found -> !found.isEmpty());
    }

    private Replaced replace(String text, int at) {
        Optional<String> piece = wholePiece(text, at);
        if (piece.isPresent()) {
            return new Replaced(piece.get(), piece.get().length(), true);
        }
        String character = Character.toString(text.codePointAt(at));
        return trie.length == 0 ? new Replaced(character, character.length(), false) : lookUp(text, at, character);
    }

    /** Follows the table, a double array (Aoe 1989) in the layout of darts-clone, byte by byte. */
    private Replaced lookUp(String text, int at, String character) {
        Replaced found = new Replaced(character, character.length(), false);
        int node = offset(trie[0]);
        for (int end = at; end < text.length(); ) {
            int next = text.codePointAt(end);
            end += Character.charCount(next);
            for (byte unit : Character.toString(next).getBytes(StandardCharsets.UTF_8)) {
                node ^= unit & 0xff;
                if (node < 0 || node >= trie.length || (trie[node] & 0x800000ff) != (unit & 0xff)) {
                    return found;
                }
                boolean leaf = (trie[node] >>> 8 & 1) == 1;
                node ^= offset(trie[node]);
                if (leaf && node >= 0 && node < trie.length) {
                    found = new Replaced(replacement(trie[node] & 0x7fffffff), end - at, false);
                }
            }
        }
        return found;
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >>> 6);
    }

    /** A replacement ends with a zero byte. */
    private String replacement(int from) {
        int end = Math.min(from, replacements.length);
        int start = end;
        while (end < replacements.length && replacements[end] != 0) {
            end++;
        }
        return new String(replacements, start, end - start, StandardCharsets.UTF_8);
    }

    /** Collects a text with what it was made of. */
    private static final class Output {
        private final StringBuilder text = new StringBuilder();
        private final List<Span> spans = new ArrayList<>();

        void add(String more, Span from) {
            text.append(more);
            for (int i = 0; i < more.length(); i++) {
                spans.add(from);
            }
        }

        void withoutLast(String space) {
            while (!text.isEmpty() && text.charAt(text.length() - 1) == space.charAt(0)) {
                text.setLength(text.length() - 1);
                spans.remove(spans.size() - 1);
            }
        }

        Normalized done() {
            return new Normalized(text.toString(), spans);
        }
    }
}
