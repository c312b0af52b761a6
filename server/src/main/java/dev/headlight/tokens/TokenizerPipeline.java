package dev.headlight.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.headlight.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The normalizer, pre-tokenizer, model and decoder that a class of transformers builds around a vocabulary, as parts of
 * a tokenizer.json.
 */
final class TokenizerPipeline {
    /** Qwen2's words: contractions, letters, single digits, runs of other characters, line breaks, spaces. */
    static final String QWEN2_WORDS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
            + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    /** What DeBERTa v2 reads as one space. */
    static final String SPACES = "\\s{2,}|[\\n\\r\\t]";

    private static final int MOST_IDS = 10_000_000;

    private final TokenizerClass kind;
    private final TokenizerSettings settings;
    private final TokenizerVocabulary vocab;
    private final Path source;
    private final JsonObject json = new JsonObject();

    /** Prepares the parts of a class; {@code source} is the vocabulary's file, for messages. */
    TokenizerPipeline(TokenizerClass kind, TokenizerSettings settings, TokenizerVocabulary vocab, Path source) {
        this.kind = kind;
        this.settings = settings;
        this.vocab = vocab;
        this.source = source;
    }

    /**
     * Builds the parts of a class.
     *
     * @throws UserException if the vocabulary is of another kind than the class needs
     */
    JsonObject build() {
        switch (kind) {
            case BERT, DISTIL_BERT, MPNET -> wordPieces();
            case ESM -> letters();
            case HERBERT -> herbert();
            case ROBERTA, DEBERTA, GPT2, GPT_NEOX -> {
                boolean spaceFirst = settings.flag("add_prefix_space", false);
                boolean composed = kind == TokenizerClass.GPT_NEOX;
                json.add("normalizer", composed ? TokenizerJson.typed("NFC") : JsonNull.INSTANCE);
                json.add("pre_tokenizer", TokenizerJson.byteLevel(spaceFirst, true));
                json.add("decoder", TokenizerJson.byteLevel(true, true));
                json.add("model", bytePairs(null, "", false, false));
            }
            case QWEN2 -> {
                boolean spaceFirst = settings.flag("add_prefix_space", false);
                json.add("normalizer", TokenizerJson.typed("NFC"));
                json.add(
                        "pre_tokenizer",
                        TokenizerJson.sequence(
                                "pretokenizers",
                                List.of(
                                        TokenizerJson.isolated(QWEN2_WORDS),
                                        TokenizerJson.byteLevel(spaceFirst, false))));
                json.add("decoder", TokenizerJson.byteLevel(true, true));
                json.add("model", bytePairs(null, "", false, false));
            }
            case XLM_ROBERTA, CAMEMBERT -> {
                if (vocab.charsmap() != null) {
                    json.add("normalizer", TokenizerJson.precompiled(vocab.charsmap()));
                }
                json.add("model", unigrams(kind == TokenizerClass.XLM_ROBERTA ? 3 : unknownOfCamembert()));
                spaced();
            }
            case T5 -> {
                if (vocab.charsmap() != null) {
                    json.add("normalizer", TokenizerJson.precompiled(vocab.charsmap()));
                }
                json.add("model", unigrams(2));
                spaced("always");
            }
            case MBART -> {
                json.add("normalizer", JsonNull.INSTANCE);
                json.add("model", unigrams(3));
                spaced("always");
            }
            case MBART50 -> {
                json.add("model", unigrams(3));
                singleSpaces(
                        vocab.charsmap() == null ? List.of() : List.of(TokenizerJson.precompiled(vocab.charsmap())));
            }
            case NLLB -> {
                json.add("model", bytePairs(unknown(), null, true, false));
                singleSpaces(
                        vocab.charsmap() == null ? List.of() : List.of(TokenizerJson.precompiled(vocab.charsmap())));
                if (vocab.charsmap() == null) {
                    json.add("normalizer", JsonNull.INSTANCE);
                }
            }
            case PEGASUS -> {
                json.add("model", unigrams(unknownOfPegasus()));
                singleSpaces(List.of(
                        vocab.charsmap() == null
                                ? TokenizerJson.spaceForAll("\n")
                                : TokenizerJson.precompiled(vocab.charsmap())));
            }
            case MARIAN, M2M_100 -> {
                json.add("model", bytePairs(unknown(), null, true, false));
                json.add("pre_tokenizer", TokenizerJson.metaspace("always", false));
            }
            case ALBERT -> albert();
            case DEBERTA_V2 -> debertaV2();
            case GEMMA -> {
                json.add("normalizer", TokenizerJson.replace(" ", TokenizerJson.SPACE));
                json.add("pre_tokenizer", JsonNull.INSTANCE); // the class splits at spaces, of which none are left
                json.add("decoder", sentencePieceDecoder(true, false));
                json.add("model", bytePairs(unknown(), null, true, true));
            }
            case LLAMA, CODE_LLAMA -> llama(kind == TokenizerClass.CODE_LLAMA);
            case TOKENIZERS_BACKEND -> generic();
        }
        return json;
    }

    private void wordPieces() {
        Boolean accents = settings.optionalFlag("strip_accents").orElse(null);
        json.add(
                "normalizer",
                TokenizerJson.bertNormalizer(
                        settings.flag("tokenize_chinese_chars", true), accents, settings.flag("do_lower_case", true)));
        json.add("pre_tokenizer", TokenizerJson.typed("BertPreTokenizer"));
        JsonObject decoder = TokenizerJson.typed("WordPiece");
        decoder.addProperty("prefix", "##");
        decoder.addProperty("cleanup", true);
        json.add("decoder", decoder);
        requirePieces();
        json.add("model", TokenizerJson.wordPieces(vocab.ids(), unknown()));
    }

    /** A token for each letter; what is longer, such as {@code <mask>}, is added as a whole. */
    private void letters() {
        json.add("normalizer", JsonNull.INSTANCE);
        json.add("pre_tokenizer", TokenizerJson.typed("WhitespaceSplit"));
        json.add("decoder", JsonNull.INSTANCE);
        json.add("model", bytePairs(unknown(), null, true, false));
    }

    private void herbert() {
        json.add("normalizer", TokenizerJson.bertNormalizer(true, false, false));
        json.add("pre_tokenizer", TokenizerJson.typed("BertPreTokenizer"));
        JsonObject decoder = TokenizerJson.typed("BPEDecoder");
        decoder.addProperty("suffix", "</w>");
        json.add("decoder", decoder);
        json.add("model", bytePairs(unknown(), "</w>", false, false));
    }

    private void albert() {
        List<JsonObject> normalizers = new ArrayList<>();
        normalizers.add(TokenizerJson.replace("``", "\""));
        normalizers.add(TokenizerJson.replace("''", "\""));
        if (!settings.flag("keep_accents", false)) {
            normalizers.add(TokenizerJson.typed("NFKD"));
            normalizers.add(TokenizerJson.typed("StripAccents"));
        }
        if (settings.flag("do_lower_case", true)) {
            normalizers.add(TokenizerJson.typed("Lowercase"));
        }
        if (vocab.charsmap() != null) {
            normalizers.add(TokenizerJson.precompiled(vocab.charsmap()));
        }
        json.add("normalizer", TokenizerJson.sequence("normalizers", normalizers));
        json.add("model", unigrams(1));
        spaced();
    }

    private void debertaV2() {
        List<JsonObject> normalizers = new ArrayList<>();
        if (settings.flag("do_lower_case", false)) {
            normalizers.add(TokenizerJson.typed("Lowercase"));
        }
        normalizers.add(TokenizerJson.spaceForAll(SPACES));
        normalizers.add(TokenizerJson.typed("NFC"));
        JsonObject strip = TokenizerJson.typed("Strip");
        strip.addProperty("strip_left", false);
        strip.addProperty("strip_right", true);
        normalizers.add(strip);
        json.add("normalizer", TokenizerJson.sequence("normalizers", normalizers));
        List<JsonObject> parts = new ArrayList<>();
        if (settings.flag("split_by_punct", false)) {
            JsonObject punctuation = TokenizerJson.typed("Punctuation");
            punctuation.addProperty("behavior", "Isolated");
            parts.add(punctuation);
        }
        String prepend = settings.flag("add_prefix_space", true) ? "always" : "first";
        parts.add(TokenizerJson.metaspace(prepend, true));
        json.add("pre_tokenizer", TokenizerJson.sequence("pretokenizers", parts));
        json.add("decoder", TokenizerJson.metaspace(prepend, true));
        json.add("model", unigrams(unknownOfDeberta()));
    }

    /** The piece of the unknown token, if its score is 0; else the one that the SentencePiece file or the settings name. */
    private int unknownOfDeberta() {
        String unknown = unknown();
        for (int id = 0; vocab.scored() != null && id < vocab.size(); id++) {
            JsonArray piece = vocab.scored().get(id).getAsJsonArray();
            if (piece.get(0).getAsString().equals(unknown) && piece.get(1).getAsDouble() == 0) {
                return id;
            }
        }
        return vocab.sentencePiece() != null ? vocab.sentencePiece().unknown() : settings.whole("unk_id", 1, MOST_IDS);
    }

    private void llama(boolean code) {
        boolean spaceFirst = settings.flag("add_prefix_space", true);
        boolean older = !code && settings.flag("legacy", false);
        json.add("normalizer", JsonNull.INSTANCE);
        String prepend = spaceFirst ? older ? "always" : "first" : "never";
        json.add("pre_tokenizer", TokenizerJson.metaspace(prepend, false));
        json.add("decoder", sentencePieceDecoder(true, code || spaceFirst));
        json.add("model", bytePairs(code ? unknown() : null, null, true, true));
    }

    private static JsonObject sentencePieceDecoder(boolean bytes, boolean stripped) {
        List<JsonObject> decoders = new ArrayList<>();
        decoders.add(TokenizerJson.replace(TokenizerJson.SPACE, " "));
        if (bytes) {
            decoders.add(TokenizerJson.typed("ByteFallback"));
            decoders.add(TokenizerJson.typed("Fuse"));
        }
        if (stripped) {
            JsonObject strip = TokenizerJson.typed("Strip");
            strip.addProperty("content", " ");
            strip.addProperty("start", 1);
            strip.addProperty("stop", 0);
            decoders.add(strip);
        }
        return TokenizerJson.sequence("decoders", decoders);
    }

    private void spaced() {
        spaced(settings.flag("add_prefix_space", true) ? "always" : "never");
    }

    private void spaced(String prepend) {
        json.add(
                "pre_tokenizer",
                TokenizerJson.sequence(
                        "pretokenizers",
                        List.of(TokenizerJson.typed("WhitespaceSplit"), TokenizerJson.metaspace(prepend, true))));
        json.add("decoder", TokenizerJson.metaspace(prepend, true));
    }

    /** Several spaces become one, after other normalizers; one begins each word, and the text. */
    private void singleSpaces(List<JsonObject> before) {
        List<JsonObject> all = new ArrayList<>(before);
        all.add(TokenizerJson.spaceForAll(" {2,}"));
        json.add("normalizer", TokenizerJson.sequence("normalizers", all));
        json.add("pre_tokenizer", TokenizerJson.metaspace("always", true));
        json.add("decoder", TokenizerJson.metaspace("always", true));
    }

    private int unknownOfPegasus() {
        for (int id = 1; vocab.scored() != null && id < vocab.size(); id++) {
            JsonArray piece = vocab.scored().get(id).getAsJsonArray();
            if (piece.get(0).getAsString().equals(unknown())) {
                return id;
            }
        }
        throw mismatched("without " + unknown());
    }

    private JsonObject bytePairs(String unknown, String wordEnd, boolean fused, boolean bytes) {
        requirePieces();
        return TokenizerJson.bytePairs(vocab.ids(), vocab.merges(), unknown, wordEnd, fused, bytes);
    }

    private void requirePieces() {
        if (vocab.scored() != null) {
            throw mismatched("of the kind Unigram");
        }
    }

    private JsonObject unigrams(int unknown) {
        if (vocab.scored() == null) {
            throw mismatched("not of the kind Unigram");
        }
        if (unknown >= vocab.size()) {
            throw mismatched("too small");
        }
        return TokenizerJson.unigrams(vocab.scored(), unknown, false);
    }

    private UserException mismatched(String what) {
        return new UserException(source + ": vocab is " + what + ", of which no " + kind.title()
                + " can be made: choose another checkpoint.");
    }

    private int unknownOfCamembert() {
        String unknown = unknown();
        for (int id = 0; vocab.scored() != null && id < vocab.size(); id++) {
            if (vocab.scored().get(id).getAsJsonArray().get(0).getAsString().equals(unknown)) {
                return id;
            }
        }
        return 0;
    }

    /** Builds a tokenizer from a SentencePiece file without a specific class. */
    private void generic() {
        SentencePieceModel model = vocab.sentencePiece();
        boolean merged = vocab.scored() == null;
        json.add(
                "model",
                merged
                        ? TokenizerJson.bytePairs(
                                vocab.ids(),
                                vocab.merges(),
                                model.names().unknown() == null
                                        ? "<unk>"
                                        : model.names().unknown(),
                                null,
                                true,
                                model.byteFallback())
                        : TokenizerJson.unigrams(vocab.scored(), model.unknown(), model.byteFallback()));
        List<JsonObject> normalizers = new ArrayList<>();
        if (vocab.charsmap().length > 0) {
            normalizers.add(TokenizerJson.precompiled(vocab.charsmap()));
        }
        normalizers.add(TokenizerJson.replace(" ", TokenizerJson.SPACE));
        json.add("normalizer", TokenizerJson.sequence("normalizers", normalizers));
        json.add("pre_tokenizer", JsonNull.INSTANCE);
        json.add("decoder", sentencePieceDecoder(model.byteFallback(), false));
    }

    private String unknown() {
        return settings.content(kind, "unk_token");
    }
}
