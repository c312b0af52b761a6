package dev.headlight.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whether a {@code tokenizer.json} consists of nothing but parts that the native library reads without ending the
 * process, overflowing its stack or running forever. Almost all published files do; the others are tried first
 * ({@link Rehearsal}). Only shapes are judged here: a file may be safe and still be refused by the library.
 */
final class KnownSafe {
    private static final int MOST_PARTS = 16;
    private static final int MOST_ADDED_TOKENS = 5_000;
    private static final int MOST_PIECES = 2_000_000;
    private static final int LARGEST_ID = 10_000_000;
    private static final int LONGEST = 256;

    /** Regular expressions of published tokenizers; any other may backtrack forever, or nest too deeply. */
    private static final Set<String> REGEXES = Set.of(
            " {2,}",
            "\n",
            "\\s+",
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            TokenizerPipeline.SPACES,
            TokenizerPipeline.QWEN2_WORDS);

    private static final Predicate<JsonElement> FLAG =
            value -> value.isJsonNull() || value instanceof JsonPrimitive primitive && primitive.isBoolean();
    private static final Predicate<JsonElement> TEXT = value -> value.isJsonNull() || isText(value, 0, LONGEST);
    private static final Predicate<JsonElement> SOME_TEXT = value -> isText(value, 1, LONGEST);
    private static final Predicate<JsonElement> CHARACTER = value -> isText(value, 1, 2)
            && value.getAsString().codePointCount(0, value.getAsString().length()) == 1;
    private static final Predicate<JsonElement> SMALL = value -> isWhole(value, 1_000);
    private static final Predicate<JsonElement> ID = value -> value.isJsonNull() || isWhole(value, LARGEST_ID);
    private static final Predicate<JsonElement> LITERAL =
            value -> value instanceof JsonObject pattern && pattern.size() == 1 && isPattern(pattern);
    private static final Predicate<JsonElement> MARKED = value -> value instanceof JsonArray pair
            && pair.size() == 2
            && SOME_TEXT.test(pair.get(0))
            && isWhole(pair.get(1), LARGEST_ID);

    /** The fields of each part, besides its type, that the library reads; a part may leave some out. */
    private static final Map<String, Map<String, Predicate<JsonElement>>> NORMALIZERS = Map.ofEntries(
            Map.entry(
                    "BertNormalizer",
                    Map.of("clean_text", FLAG, "handle_chinese_chars", FLAG, "strip_accents", FLAG, "lowercase", FLAG)),
            Map.entry("NFC", Map.of()),
            Map.entry("NFD", Map.of()),
            Map.entry("NFKC", Map.of()),
            Map.entry("NFKD", Map.of()),
            Map.entry("Lowercase", Map.of()),
            Map.entry("StripAccents", Map.of()),
            Map.entry("Strip", Map.of("strip_left", FLAG, "strip_right", FLAG)),
            Map.entry("Prepend", Map.of("prepend", SOME_TEXT)),
            Map.entry("Replace", Map.of("pattern", LITERAL, "content", TEXT)),
            Map.entry("Sequence", Map.of("normalizers", value -> areParts(value, KnownSafe::isNormalizer))));

    private static final Map<String, Map<String, Predicate<JsonElement>>> PRE_TOKENIZERS = Map.ofEntries(
            Map.entry("BertPreTokenizer", Map.of()),
            Map.entry("Whitespace", Map.of()),
            Map.entry("WhitespaceSplit", Map.of()),
            Map.entry("ByteLevel", Map.of("add_prefix_space", FLAG, "trim_offsets", FLAG, "use_regex", FLAG)),
            Map.entry(
                    "Metaspace",
                    Map.of("replacement", CHARACTER, "prepend_scheme", TEXT, "split", FLAG, "add_prefix_space", FLAG)),
            Map.entry("Digits", Map.of("individual_digits", FLAG)),
            Map.entry("Punctuation", Map.of("behavior", TEXT)),
            Map.entry("Split", Map.of("pattern", LITERAL, "behavior", TEXT, "invert", FLAG)),
            Map.entry("Sequence", Map.of("pretokenizers", value -> areParts(value, KnownSafe::isPreTokenizer))));

    private static final Map<String, Map<String, Predicate<JsonElement>>> POST_PROCESSORS = Map.of(
            "BertProcessing", Map.of("sep", MARKED, "cls", MARKED),
            "RobertaProcessing", Map.of("sep", MARKED, "cls", MARKED, "trim_offsets", FLAG, "add_prefix_space", FLAG),
            "ByteLevel", Map.of("add_prefix_space", FLAG, "trim_offsets", FLAG, "use_regex", FLAG),
            "TemplateProcessing",
                    Map.of(
                            "single", value -> areParts(value, KnownSafe::isPiece),
                            "pair", value -> areParts(value, KnownSafe::isPiece),
                            "special_tokens", KnownSafe::areSpecial),
            "Sequence", Map.of("processors", value -> areParts(value, KnownSafe::isPostProcessor)));

    private static final Map<String, Map<String, Predicate<JsonElement>>> DECODERS = Map.of(
            "WordPiece", Map.of("prefix", TEXT, "cleanup", FLAG),
            "ByteLevel", Map.of("add_prefix_space", FLAG, "trim_offsets", FLAG, "use_regex", FLAG),
            "Metaspace",
                    Map.of("replacement", CHARACTER, "prepend_scheme", TEXT, "split", FLAG, "add_prefix_space", FLAG),
            "BPEDecoder", Map.of("suffix", TEXT),
            "ByteFallback", Map.of(),
            "Fuse", Map.of(),
            "Strip", Map.of("content", CHARACTER, "start", SMALL, "stop", SMALL),
            "Replace", Map.of("pattern", LITERAL, "content", TEXT),
            "Sequence", Map.of("decoders", value -> areParts(value, KnownSafe::isDecoder)));

    private static final Map<String, Map<String, Predicate<JsonElement>>> MODELS = Map.of(
            "WordPiece",
                    Map.of(
                            "vocab", KnownSafe::isVocabulary,
                            "unk_token", TEXT,
                            "continuing_subword_prefix", TEXT,
                            "max_input_chars_per_word", SMALL),
            "WordLevel", Map.of("vocab", KnownSafe::isVocabulary, "unk_token", TEXT),
            "Unigram", Map.of("vocab", KnownSafe::areScored, "unk_id", ID, "byte_fallback", FLAG),
            "BPE",
                    Map.of(
                            "vocab", KnownSafe::isVocabulary,
                            "merges", value -> true, // below: they depend on the vocabulary
                            "dropout", JsonElement::isJsonNull,
                            "unk_token", TEXT,
                            "continuing_subword_prefix", KnownSafe::isEmpty,
                            "end_of_word_suffix", TEXT,
                            "fuse_unk", FLAG,
                            "byte_fallback", FLAG,
                            "ignore_merges", FLAG));

    private static final Map<String, Predicate<JsonElement>> WHOLE = Map.of(
            "version", TEXT,
            "truncation", KnownSafe::isLimit,
            "padding", KnownSafe::isLimit,
            "added_tokens", KnownSafe::areAdded,
            "normalizer", KnownSafe::isNormalizer,
            "pre_tokenizer", KnownSafe::isPreTokenizer,
            "post_processor", KnownSafe::isPostProcessor,
            "decoder", KnownSafe::isDecoder,
            "model", KnownSafe::isModel);

    private KnownSafe() {}

    /** Whether a tokenizer is known to be safe. */
    static boolean is(JsonObject tokenizer) {
        return hasFields(tokenizer, WHOLE);
    }

    private static boolean hasFields(JsonObject part, Map<String, Predicate<JsonElement>> fields) {
        return part.entrySet().stream()
                .allMatch(field -> fields.containsKey(field.getKey())
                        && fields.get(field.getKey()).test(field.getValue()));
    }

    /** A part whose type is one of some, with the fields of that type; or none. */
    private static boolean isOneOf(JsonElement value, Map<String, Map<String, Predicate<JsonElement>>> types) {
        if (!(value instanceof JsonObject part)) {
            return value.isJsonNull();
        }
        JsonElement type = part.get("type");
        return type instanceof JsonPrimitive
                && types.containsKey(type.getAsString())
                && part.entrySet().stream()
                        .filter(field -> !field.getKey().equals("type"))
                        .allMatch(field -> types.get(type.getAsString())
                                .getOrDefault(field.getKey(), other -> false)
                                .test(field.getValue()));
    }

    private static boolean isNormalizer(JsonElement value) {
        return isOneOf(value, NORMALIZERS);
    }

    private static boolean isPreTokenizer(JsonElement value) {
        return isOneOf(value, PRE_TOKENIZERS);
    }

    private static boolean isPostProcessor(JsonElement value) {
        return isOneOf(value, POST_PROCESSORS);
    }

    private static boolean isDecoder(JsonElement value) {
        return isOneOf(value, DECODERS);
    }

    private static boolean isModel(JsonElement value) {
        return isOneOf(value, MODELS) && value instanceof JsonObject model && mergesAreInVocabulary(model);
    }

    private static boolean areParts(JsonElement value, Predicate<JsonElement> part) {
        return value instanceof JsonArray parts
                && parts.size() <= MOST_PARTS
                && parts.asList().stream().allMatch(part);
    }

    private static boolean isPattern(JsonObject pattern) {
        return pattern.has("String") && SOME_TEXT.test(pattern.get("String"))
                || pattern.get("Regex") instanceof JsonPrimitive regex && REGEXES.contains(regex.getAsString());
    }

    /** A piece of a template: a sequence, or a special token by its name. */
    private static boolean isPiece(JsonElement value) {
        return value instanceof JsonObject piece
                && piece.size() == 1
                && piece.entrySet().iterator().next().getValue() instanceof JsonObject named
                && hasFields(named, Map.of("id", SOME_TEXT, "type_id", SMALL));
    }

    private static boolean areSpecial(JsonElement value) {
        return value instanceof JsonObject tokens
                && tokens.size() <= 4 * MOST_PARTS
                && tokens.entrySet().stream()
                        .allMatch(token -> token.getValue() instanceof JsonObject special
                                && hasFields(
                                        special,
                                        Map.of(
                                                "id", SOME_TEXT,
                                                "ids", ids -> areParts(ids, ID),
                                                "tokens", texts -> areParts(texts, SOME_TEXT))));
    }

    private static boolean isVocabulary(JsonElement value) {
        return value instanceof JsonObject vocabulary
                && vocabulary.size() <= MOST_PIECES
                && vocabulary.entrySet().stream().allMatch(piece -> isWhole(piece.getValue(), LARGEST_ID));
    }

    private static boolean areScored(JsonElement value) {
        return value instanceof JsonArray pieces
                && pieces.size() <= MOST_PIECES
                && pieces.asList().stream()
                        .allMatch(piece -> piece instanceof JsonArray pair
                                && pair.size() == 2
                                && pair.get(0) instanceof JsonPrimitive text
                                && text.isString()
                                && pair.get(1) instanceof JsonPrimitive score
                                && score.isNumber()
                                && Double.isFinite(score.getAsDouble()));
    }

    private static boolean mergesAreInVocabulary(JsonObject model) {
        if (!model.has("merges")) {
            return true;
        }
        return model.get("vocab") instanceof JsonObject vocabulary
                && model.get("merges") instanceof JsonArray merges
                && merges.size() <= MOST_PIECES
                && merges.asList().stream().allMatch(merge -> isMerge(merge, vocabulary));
    }

    /** {@code "a b"} or {@code ["a", "b"]}, where a, b and ab are pieces. */
    private static boolean isMerge(JsonElement value, JsonObject vocabulary) {
        String[] parts = {};
        if (value instanceof JsonPrimitive text && text.isString()) {
            parts = text.getAsString().split(" ", -1);
        } else if (value instanceof JsonArray pair && pair.asList().stream().allMatch(JsonElement::isJsonPrimitive)) {
            parts = pair.asList().stream().map(JsonElement::getAsString).toArray(String[]::new);
        }
        return parts.length == 2
                && vocabulary.has(parts[0])
                && vocabulary.has(parts[1])
                && vocabulary.has(parts[0] + parts[1]);
    }

    private static boolean areAdded(JsonElement value) {
        return value instanceof JsonArray tokens
                && tokens.size() <= MOST_ADDED_TOKENS
                && tokens.asList().stream()
                        .allMatch(token -> token instanceof JsonObject added
                                && hasFields(
                                        added,
                                        Map.of(
                                                "id", ID,
                                                "content", SOME_TEXT,
                                                "single_word", FLAG,
                                                "lstrip", FLAG,
                                                "rstrip", FLAG,
                                                "normalized", FLAG,
                                                "special", FLAG)));
    }

    /** Truncation or padding, which are switched off after reading. */
    private static boolean isLimit(JsonElement value) {
        return value.isJsonNull()
                || value instanceof JsonObject limit
                        && limit.entrySet().stream()
                                .map(Map.Entry::getValue)
                                .allMatch(field -> field.isJsonNull()
                                        || isText(field, 0, LONGEST)
                                        || isWhole(field, LARGEST_ID)
                                        || field instanceof JsonObject nested
                                                && nested.size() == 1
                                                && isWhole(
                                                        nested.asMap()
                                                                .values()
                                                                .iterator()
                                                                .next(),
                                                        LARGEST_ID));
    }

    private static boolean isEmpty(JsonElement value) {
        return value.isJsonNull() || isText(value, 0, 0);
    }

    private static boolean isText(JsonElement value, int least, int most) {
        return value instanceof JsonPrimitive text
                && text.isString()
                && text.getAsString().length() >= least
                && text.getAsString().length() <= most;
    }

    private static boolean isWhole(JsonElement value, int most) {
        if (!(value instanceof JsonPrimitive number) || !number.isNumber()) {
            return false;
        }
        double read = number.getAsDouble();
        return read >= 0 && read <= most && read == Math.rint(read);
    }
}
