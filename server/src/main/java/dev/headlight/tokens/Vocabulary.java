package dev.headlight.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.headlight.UserException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The pieces of text that a tokenizer knows, by id: of WordPiece, BPE or SentencePiece. Immutable. */
public final class Vocabulary {
    /** More than any published vocabulary has. */
    private static final int LARGEST = 4_000_000;

    private static final String SENTINEL_PIECE = "▁<extra_id_";

    private final String[] pieces;
    private final Map<String, Integer> added;
    private final Spelling spelling;
    private final String continuation;
    private final String wordEnd;
    private final boolean spaceFirst;
    private final boolean uncased;

    private Vocabulary(Parser parsed) {
        this.pieces = Arrays.copyOf(parsed.pieces, parsed.size);
        this.added = parsed.added;
        this.spelling = parsed.spelling();
        this.continuation = parsed.continuation;
        this.wordEnd = parsed.wordEnd;
        this.spaceFirst = parsed.spaceFirst;
        this.uncased = parsed.uncased;
    }

    /** One more than the largest id. */
    public int size() {
        return pieces.length;
    }

    /** The piece as spelled in the vocabulary, such as {@code ##ing}; empty if there is none with this id. */
    public String piece(int id) {
        return id < pieces.length && pieces[id] != null ? pieces[id] : "";
    }

    /** The id of an added token, such as {@code [MASK]}. */
    OptionalInt addedToken(String content) {
        Integer id = added.get(content);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The ids of added tokens of some names. */
    Set<Integer> addedTokens(Predicate<String> names) {
        return added.entrySet().stream()
                .filter(token -> names.test(token.getKey()))
                .map(Map.Entry::getValue)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a token was added to the vocabulary, as {@code [MASK]} and {@code [UNK]} are. */
    public boolean added(int id) {
        return added.containsKey(piece(id));
    }

    /** Whether the tokenizer makes all text lower case, so that a predicted word has lost its capitals. */
    public boolean uncased() {
        return uncased;
    }

    /** Whether the tokenizer adds a space before a text. */
    public boolean spaceFirst() {
        return spaceFirst;
    }

    /**
     * The whole word that a piece is; empty for a continuation, bare punctuation or a special token.
     *
     * @param spaced whether a space precedes it: then a word is a piece that includes the space, otherwise one that
     * doesn't. WordPiece has no spaces; its pieces mark whether they continue a word, and those of some other
     * vocabularies whether they end one
     */
    public Optional<String> word(int id, boolean spaced) {
        Optional<String> text = text(id);
        boolean whole = switch (spelling) {
            case WORD_PIECE -> !piece(id).startsWith(continuation);
            case END_OF_WORD -> piece(id).endsWith(wordEnd);
            case BYTES, SENTENCE_PIECE -> text.isPresent() && text.get().startsWith(" ") == spaced;
        };
        return text.filter(found -> whole && found.codePoints().anyMatch(Character::isLetterOrDigit))
                .map(String::strip);
    }

    /** The text of a piece, with its leading space; empty for a special token or part of a character. */
    public Optional<String> text(int id) {
        String piece = piece(id);
        if (piece.isEmpty() || added.containsKey(piece)) {
            return Optional.empty();
        }
        return switch (spelling) {
            case WORD_PIECE -> Optional.of(piece.startsWith(continuation) ? surface(id) : " " + piece);
            case END_OF_WORD -> Optional.of(piece.endsWith(wordEnd) ? surface(id) + " " : piece);
            case BYTES, SENTENCE_PIECE -> spelling.text(piece);
        };
    }

    /** Whether a piece starts, continues or ends a word. */
    Words.Edge edge(int id) {
        String piece = piece(id);
        if (added.containsKey(piece)) {
            return Words.Edge.NONE;
        }
        return switch (spelling) {
            case WORD_PIECE -> piece.startsWith(continuation) ? Words.Edge.CONTINUES : Words.Edge.NONE;
            case END_OF_WORD -> piece.endsWith(wordEnd) ? Words.Edge.ENDS : Words.Edge.NONE;
            case BYTES -> piece.startsWith("Ġ") ? Words.Edge.BEGINS : Words.Edge.NONE;
            case SENTENCE_PIECE -> piece.startsWith("▁") ? Words.Edge.BEGINS : Words.Edge.NONE;
        };
    }

    /** The characters that a piece adds to a text: {@code ing} for {@code ##ing}, {@code cat} for {@code Ġcat}. */
    public String surface(int id) {
        String piece = piece(id);
        if (spelling == Spelling.WORD_PIECE && piece.startsWith(continuation)) {
            return piece.substring(continuation.length());
        }
        if (spelling == Spelling.END_OF_WORD && piece.endsWith(wordEnd)) {
            return piece.substring(0, piece.length() - wordEnd.length());
        }
        return added.containsKey(piece)
                ? piece
                : spelling.text(piece).orElse(piece).strip();
    }

    /**
     * A token for display: WordPiece's pieces unchanged, the characters of others, and a symbol for white space.
     *
     * @param letters the characters of its span, for a piece that is no text by itself
     */
    String name(int id, String letters) {
        String piece = piece(id);
        if (spelling == Spelling.WORD_PIECE || added.containsKey(piece)) {
            return piece;
        }
        if (spelling == Spelling.END_OF_WORD) {
            return surface(id);
        }
        String text = spelling.text(piece).orElse(letters);
        if (!text.isBlank()) {
            return text.strip();
        }
        return text.replace(' ', '␣').replace('\n', '↵').replace('\r', '↵').replace('\t', '⇥');
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
        private String type;
        private String continuation = "##";
        private String wordEnd = "";
        private String likely = "WordPiece"; // files from before 2020 have no type
        private boolean bytes;
        private boolean spaceFirst;
        private boolean uncased;

        Parser(Path file) {
            this.file = file;
        }

        UserException malformed(Throwable cause) {
            return new UserException(file + " is not a tokenizer.json: fetch the file again.", cause);
        }

        Vocabulary vocabulary() {
            type = type == null ? likely : type;
            if (!List.of("WordPiece", "BPE", "Unigram").contains(type)) {
                throw new UserException(
                        file + " is a tokenizer of the kind " + type + "; Headlight reads WordPiece, BPE and Unigram.");
            }
            added.forEach((content, id) -> put(id, content));
            for (int id = 0; id < size; id++) {
                if (pieces[id] != null && pieces[id].startsWith(SENTINEL_PIECE)) {
                    added.put(pieces[id], id); // mT5's are pieces of its vocabulary
                }
            }
            if (size == 0) {
                throw malformed(null);
            }
            return new Vocabulary(this);
        }

        Spelling spelling() {
            if (type.equals("WordPiece")) {
                return Spelling.WORD_PIECE;
            }
            if (bytes) {
                return Spelling.BYTES;
            }
            return wordEnd.isEmpty() ? Spelling.SENTENCE_PIECE : Spelling.END_OF_WORD;
        }

        void document(JsonReader reader) throws IOException {
            reader.beginObject();
            while (reader.hasNext()) {
                switch (reader.nextName()) {
                    case "added_tokens" -> addedTokens(reader);
                    case "normalizer" -> normalizer(JsonParser.parseReader(reader));
                    case "pre_tokenizer" -> preTokenizer(JsonParser.parseReader(reader));
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

        /**
         * Reads whether a normalizer, or one of a sequence, makes text lower case or adds a leading space.
         */
        private void normalizer(JsonElement normalizer) {
            each(normalizer, "normalizers", (type, settings) -> {
                uncased |= type.equals("Lowercase") || isTrue(settings.get("lowercase"));
                spaceFirst |= type.equals("Prepend");
            });
        }

        private void preTokenizer(JsonElement preTokenizer) {
            each(preTokenizer, "pretokenizers", (type, settings) -> {
                bytes |= type.equals("ByteLevel");
                JsonElement scheme = settings.get("prepend_scheme");
                boolean prepends = scheme == null
                        ? isTrue(settings.get("add_prefix_space"))
                        : !new JsonPrimitive("never").equals(scheme);
                spaceFirst |= (type.equals("Metaspace") || type.equals("ByteLevel")) && prepends;
            });
        }

        private static boolean isTrue(JsonElement value) {
            return new JsonPrimitive(true).equals(value);
        }

        /** Visits a part of a tokenizer, or each part of a sequence. */
        private static void each(JsonElement part, String list, BiConsumer<String, JsonObject> visitor) {
            if (part instanceof JsonObject settings) {
                if (settings.get("type") instanceof JsonPrimitive type) {
                    visitor.accept(type.getAsString(), settings);
                }
                if (settings.get(list) instanceof JsonArray parts) {
                    parts.forEach(one -> each(one, list, visitor));
                }
            }
        }

        private void model(JsonReader reader) throws IOException {
            reader.beginObject();
            while (reader.hasNext()) {
                switch (reader.nextName()) {
                    case "type" -> type = reader.nextString();
                    case "merges" -> {
                        likely = "BPE";
                        reader.skipValue();
                    }
                    case "continuing_subword_prefix" -> {
                        if (reader.peek() == JsonToken.NULL) {
                            reader.nextNull();
                        } else {
                            continuation = reader.nextString();
                        }
                    }
                    case "end_of_word_suffix" -> {
                        if (reader.peek() == JsonToken.NULL) {
                            reader.nextNull();
                        } else {
                            wordEnd = reader.nextString();
                        }
                    }
                    case "vocab" -> vocab(reader);
                    default -> reader.skipValue();
                }
            }
            reader.endObject();
        }

        /** Reads a list of pieces, each with its log probability. */
        private void unigrams(JsonReader reader) throws IOException {
            likely = "Unigram";
            reader.beginArray();
            for (int id = 0; reader.hasNext(); id++) {
                reader.beginArray();
                put(id, reader.nextString());
                reader.nextDouble();
                reader.endArray();
            }
            reader.endArray();
        }

        private void vocab(JsonReader reader) throws IOException {
            if (reader.peek() == JsonToken.BEGIN_ARRAY) {
                unigrams(reader);
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
