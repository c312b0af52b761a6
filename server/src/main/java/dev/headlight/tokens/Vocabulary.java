package dev.headlight.tokens;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.headlight.UserException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The pieces of a WordPiece vocabulary (Wu et al. 2016; Devlin et al. 2019), by id. Immutable. */
public final class Vocabulary {
    /** More than any published vocabulary holds; what claims more is no vocabulary. */
    private static final int LARGEST = 4_000_000;

    private final String[] pieces;
    private final Map<String, Integer> added;
    private final String continuation;
    private final boolean uncased;

    private Vocabulary(String[] pieces, Map<String, Integer> added, String continuation, boolean uncased) {
        this.pieces = pieces;
        this.added = added;
        this.continuation = continuation;
        this.uncased = uncased;
    }

    /** One more than the largest id. */
    public int size() {
        return pieces.length;
    }

    /** The piece as the vocabulary writes it, such as {@code ##ing}; empty where the id names none. */
    public String piece(int id) {
        return id < pieces.length && pieces[id] != null ? pieces[id] : "";
    }

    /** The id of a token that stands apart from the vocabulary proper, such as {@code [MASK]}. */
    OptionalInt addedToken(String content) {
        Integer id = added.get(content);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** Whether the tokenizer makes all text lower case, so that a predicted word has lost its capitals. */
    public boolean uncased() {
        return uncased;
    }

    /** The word that a piece is by itself: none for a continuation, for bare punctuation, for a special token. */
    public Optional<String> word(int id) {
        String piece = piece(id);
        boolean whole = !piece.startsWith(continuation)
                && !added.containsKey(piece)
                && piece.codePoints().anyMatch(Character::isLetterOrDigit);
        return whole ? Optional.of(piece) : Optional.empty();
    }

    /** The characters that a piece adds to a text: {@code ing} for {@code ##ing}. */
    public String surface(int id) {
        String piece = piece(id);
        return piece.startsWith(continuation) ? piece.substring(continuation.length()) : piece;
    }

    static Vocabulary parse(String json, Path file) {
        Parser parser = new Parser(file);
        try (JsonReader reader = new JsonReader(new StringReader(json))) {
            parser.document(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw parser.malformed(null);
            }
        } catch (IOException | IllegalStateException | NumberFormatException | JsonParseException e) {
            throw parser.malformed(e);
        }
        return parser.vocabulary();
    }

    private static final class Parser {
        private final Path file;
        private final Map<String, Integer> added = new LinkedHashMap<>();
        private String[] pieces = new String[1024];
        private int size;
        private String type = "none";
        private String continuation = "##";
        private boolean uncased;

        Parser(Path file) {
            this.file = file;
        }

        UserException malformed(Throwable cause) {
            return new UserException(file + " is not a tokenizer.json: fetch the file again.", cause);
        }

        Vocabulary vocabulary() {
            if (!type.equals("WordPiece")) {
                throw new UserException(
                        file + " holds a tokenizer of the kind " + type + "; this version reads WordPiece (BERT).");
            }
            added.forEach((content, id) -> put(id, content));
            if (size == 0) {
                throw malformed(null);
            }
            return new Vocabulary(Arrays.copyOf(pieces, size), added, continuation, uncased);
        }

        void document(JsonReader reader) throws IOException {
            reader.beginObject();
            while (reader.hasNext()) {
                switch (reader.nextName()) {
                    case "added_tokens" -> addedTokens(reader);
                    case "normalizer" -> normalizer(reader);
                    case "post_processor" -> {
                        if (!Templates.areWhole(JsonParser.parseReader(reader))) {
                            throw malformed(null);
                        }
                    }
                    case "model" -> model(reader);
                    default -> reader.skipValue();
                }
            }
            reader.endObject();
        }

        private void addedTokens(JsonReader reader) throws IOException {
            reader.beginArray();
            while (reader.hasNext()) {
                String content = null;
                int id = -1;
                reader.beginObject();
                while (reader.hasNext()) {
                    switch (reader.nextName()) {
                        case "content" -> content = reader.nextString();
                        case "id" -> id = reader.nextInt();
                        default -> reader.skipValue();
                    }
                }
                reader.endObject();
                if (content == null || id < 0) {
                    throw malformed(null);
                }
                added.put(content, id);
            }
            reader.endArray();
        }

        /** A normalizer lower-cases if it says so, or if one of a sequence does. */
        private void normalizer(JsonReader reader) throws IOException {
            if (reader.peek() != JsonToken.BEGIN_OBJECT) {
                reader.skipValue();
                return;
            }
            reader.beginObject();
            while (reader.hasNext()) {
                switch (reader.nextName()) {
                    case "type" -> uncased |= reader.nextString().equals("Lowercase");
                    case "lowercase" -> uncased |= reader.nextBoolean();
                    case "normalizers" -> {
                        reader.beginArray();
                        while (reader.hasNext()) {
                            normalizer(reader);
                        }
                        reader.endArray();
                    }
                    default -> reader.skipValue();
                }
            }
            reader.endObject();
        }

        private void model(JsonReader reader) throws IOException {
            reader.beginObject();
            while (reader.hasNext()) {
                switch (reader.nextName()) {
                    case "type" -> type = reader.nextString();
                    case "continuing_subword_prefix" -> continuation = reader.nextString();
                    case "vocab" -> vocab(reader);
                    default -> reader.skipValue();
                }
            }
            reader.endObject();
        }

        private void vocab(JsonReader reader) throws IOException {
            if (reader.peek() != JsonToken.BEGIN_OBJECT) {
                reader.skipValue(); // a Unigram model's list; its type is refused at the end
                return;
            }
            reader.beginObject();
            while (reader.hasNext()) {
                String piece = reader.nextName();
                put(reader.nextInt(), piece);
            }
            reader.endObject();
        }

        private void put(int id, String piece) {
            if (id < 0 || id >= LARGEST) {
                throw malformed(null);
            }
            if (id >= pieces.length) {
                pieces = Arrays.copyOf(pieces, Math.max(id + 1, pieces.length * 2));
            }
            pieces[id] = piece;
            size = Math.max(size, id + 1);
        }
    }
}
