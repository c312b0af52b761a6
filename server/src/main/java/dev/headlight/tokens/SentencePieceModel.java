package dev.headlight.tokens;

import dev.headlight.JsonFiles;
import dev.headlight.UserException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A SentencePiece file: the fields of {@code sentencepiece_model.proto} (google/sentencepiece) that a tokenizer needs,
 * read from protobuf's wire format.
 *
 * @param pieces by id
 * @param unigram whether it splits by probabilities, instead of by merges (BPE)
 * @param byteFallback whether unknown characters become bytes
 * @param unknown the id of the unknown piece
 * @param names of the pieces for unknown, beginning and end; null if the file says that there is none
 * @param charsmap the compiled normalization of characters; empty if there is none
 * @param spaces what becomes of spaces
 */
record SentencePieceModel(
        List<Piece> pieces,
        boolean unigram,
        boolean byteFallback,
        int unknown,
        Names names,
        byte[] charsmap,
        Spaces spaces) {

    /** More than any published vocabulary has. */
    private static final int MOST_PIECES = 4_000_000;

    private static final long LARGEST = 100_000_000;

    /**
     * A piece.
     *
     * @param score the logarithm of its probability, or how late it was merged
     * @param kind 1 for ordinary ones, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 a byte
     */
    record Piece(String text, float score, int kind) {
        boolean isNormal() {
            return kind == 1;
        }

        boolean isUnknown() {
            return kind == 2;
        }

        boolean isControl() {
            return kind == 3;
        }

        boolean isUserDefined() {
            return kind == 4;
        }
    }

    /**
     * What becomes of spaces.
     *
     * @param first whether a text gets one at its beginning
     * @param single whether those around a text are dropped, and several become one
     * @param escaped whether they are spelled {@code ▁}
     * @param last whether they belong to the word before them
     */
    record Spaces(boolean first, boolean single, boolean escaped, boolean last) {}

    /** The names of the special pieces. */
    record Names(String unknown, String begin, String end) {}

    /**
     * Reads a file.
     *
     * @throws UserException if it is not one, or of a kind that transformers doesn't support
     */
    static SentencePieceModel read(Path file) {
        JsonFiles.requireRegular(file);
        try {
            if (Files.size(file) > LARGEST) {
                throw new UserException(
                        file + " is larger than 100 MB, too large for a file of its kind: fetch it again.");
            }
            return new Reader().model(ByteBuffer.wrap(Files.readAllBytes(file)), file);
        } catch (IOException | BufferUnderflowException | IllegalArgumentException e) {
            throw new UserException(file + " is not a SentencePiece file: fetch it again.", e);
        }
    }

    /** Reads protobuf messages. */
    private static final class Reader {
        private static final int VARINT = 0;
        private static final int FIXED64 = 1;
        private static final int BYTES = 2;
        private static final int FIXED32 = 5;

        private final List<Piece> pieces = new ArrayList<>();
        private long type = 1;
        private boolean byteFallback;
        private int unknown;
        private int begin = 1;
        private int end = 2;
        private String unknownPiece = "<unk>";
        private String beginPiece = "<s>";
        private String endPiece = "</s>";
        private byte[] charsmap = {};
        private boolean spaceFirst = true;
        private boolean singleSpaces = true;
        private boolean escapedSpaces = true;
        private boolean spaceLast;

        SentencePieceModel model(ByteBuffer message, Path file) throws CharacterCodingException {
            while (message.hasRemaining()) {
                long tag = varint(message);
                switch ((int) (tag >>> 3)) {
                    case 1 -> piece(bytes(message, tag));
                    case 2 -> trainer(bytes(message, tag));
                    case 3 -> normalizer(bytes(message, tag));
                    default -> skip(message, tag);
                }
            }
            if (pieces.isEmpty()) {
                throw new IllegalArgumentException("no pieces");
            }
            if (type != 1 && type != 2) {
                throw new UserException(file + " is a SentencePiece model of the kind " + (type == 3 ? "word" : "char")
                        + "; Headlight reads Unigram and BPE: choose a checkpoint that has a tokenizer.json.");
            }
            Names names = new Names(
                    unknown < 0 ? null : unknownPiece, begin < 0 ? null : beginPiece, end < 0 ? null : endPiece);
            Spaces spaces = new Spaces(spaceFirst, singleSpaces, escapedSpaces, spaceLast);
            return new SentencePieceModel(pieces, type == 1, byteFallback, unknown, names, charsmap, spaces);
        }

        private void piece(ByteBuffer message) throws CharacterCodingException {
            String text = "";
            float score = 0;
            int kind = 1;
            while (message.hasRemaining()) {
                long tag = varint(message);
                switch ((int) (tag >>> 3)) {
                    case 1 -> text = string(message, tag);
                    case 2 -> score = fixed32(message, tag);
                    case 3 -> kind = (int) number(message, tag);
                    default -> skip(message, tag);
                }
            }
            if (pieces.size() == MOST_PIECES) {
                throw new IllegalArgumentException("too many pieces");
            }
            pieces.add(new Piece(text, score, kind));
        }

        private void trainer(ByteBuffer message) throws CharacterCodingException {
            while (message.hasRemaining()) {
                long tag = varint(message);
                switch ((int) (tag >>> 3)) {
                    case 3 -> type = number(message, tag);
                    case 24 -> spaceLast = number(message, tag) != 0;
                    case 35 -> byteFallback = number(message, tag) != 0;
                    case 40 -> unknown = (int) number(message, tag);
                    case 41 -> begin = (int) number(message, tag);
                    case 42 -> end = (int) number(message, tag);
                    case 45 -> unknownPiece = string(message, tag);
                    case 46 -> beginPiece = string(message, tag);
                    case 47 -> endPiece = string(message, tag);
                    default -> skip(message, tag);
                }
            }
        }

        private void normalizer(ByteBuffer message) {
            while (message.hasRemaining()) {
                long tag = varint(message);
                switch ((int) (tag >>> 3)) {
                    case 2 -> {
                        ByteBuffer bytes = bytes(message, tag);
                        charsmap = new byte[bytes.remaining()];
                        bytes.get(charsmap);
                    }
                    case 3 -> spaceFirst = number(message, tag) != 0;
                    case 4 -> singleSpaces = number(message, tag) != 0;
                    case 5 -> escapedSpaces = number(message, tag) != 0;
                    default -> skip(message, tag);
                }
            }
        }

        private static long varint(ByteBuffer message) {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte next = message.get();
                value |= (next & 0x7fL) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("a number without an end");
        }

        private static long number(ByteBuffer message, long tag) {
            require(tag, VARINT);
            return varint(message);
        }

        private static float fixed32(ByteBuffer message, long tag) {
            require(tag, FIXED32);
            return message.order(ByteOrder.LITTLE_ENDIAN).getFloat();
        }

        private static ByteBuffer bytes(ByteBuffer message, long tag) {
            require(tag, BYTES);
            long length = varint(message);
            if (length < 0 || length > message.remaining()) {
                throw new IllegalArgumentException("a field that is longer than its message");
            }
            ByteBuffer bytes = message.slice(message.position(), (int) length);
            message.position(message.position() + (int) length);
            return bytes;
        }

        private static String string(ByteBuffer message, long tag) throws CharacterCodingException {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(bytes(message, tag))
                    .toString();
        }

        private static void skip(ByteBuffer message, long tag) {
            switch ((int) tag & 7) {
                case VARINT -> varint(message);
                case FIXED64 -> message.getLong();
                case BYTES -> bytes(message, tag);
                case FIXED32 -> message.getInt();
                default -> throw new IllegalArgumentException("a field of an unknown type");
            }
        }

        private static void require(long tag, int type) {
            if ((tag & 7) != type || tag >>> 3 == 0) {
                throw new IllegalArgumentException("a field of another type");
            }
        }
    }
}
