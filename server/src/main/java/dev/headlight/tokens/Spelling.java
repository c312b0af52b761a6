package dev.headlight.tokens;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** How a vocabulary spells its pieces. */
enum Spelling {
    /** WordPiece: a piece that continues a word starts with {@code ##}, or another prefix. */
    WORD_PIECE,

    /** BPE with a suffix at the end of a word (Sennrich et al. 2016): {@code kot</w>}, as HerBERT's do. */
    END_OF_WORD,

    /** Byte-level BPE (Radford et al. 2019): a character for each byte, {@code Ġ} for the space. */
    BYTES {
        @Override
        Optional<String> text(String piece) {
            byte[] bytes = new byte[piece.length()];
            for (int i = 0; i < bytes.length; i++) {
                Integer value = BYTE_OF.get(piece.charAt(i));
                if (value == null) {
                    return Optional.empty();
                }
                bytes[i] = value.byteValue();
            }
            try {
                return Optional.of(StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString());
            } catch (CharacterCodingException e) {
                return Optional.empty(); // part of a character
            }
        }
    },

    /** SentencePiece (Kudo and Richardson 2018): {@code ▁} for the space, {@code <0x0A>} for a byte. */
    SENTENCE_PIECE {
        @Override
        Optional<String> text(String piece) {
            return piece.matches("<0x[0-9A-F]{2}>") ? Optional.empty() : Optional.of(piece.replace('▁', ' '));
        }
    };

    /** The text of a piece, with its spaces; empty if it is no text by itself. */
    Optional<String> text(String piece) {
        return Optional.of(piece);
    }

    private static final Map<Character, Integer> BYTE_OF = bytes();

    /** Printable bytes map to themselves, the others to the characters from 256 on, in order. */
    private static Map<Character, Integer> bytes() {
        Map<Character, Integer> bytes = new HashMap<>();
        int next = 256;
        for (int value = 0; value < 256; value++) {
            boolean printable = value >= '!' && value <= '~' || value >= '¡' && value <= '¬' || value >= '®';
            bytes.put((char) (printable ? value : next++), value);
        }
        return Map.copyOf(bytes);
    }
}
