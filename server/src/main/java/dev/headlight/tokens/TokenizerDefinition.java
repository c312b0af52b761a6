package dev.headlight.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.JsonFiles;
import dev.headlight.UserException;
import dev.headlight.tokens.AddedTokens.AddedToken;
import dev.headlight.tokens.TokenizerJson.TemplatePart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tokenizer in a checkpoint's folder: a {@code tokenizer.json}, unchanged or built the way transformers' class for
 * it does, and the source of each setting.
 *
 * @param json a complete tokenizer.json
 * @param source the vocabulary's file, for messages
 * @param special the special tokens that have names, such as {@code mask_token}
 * @param tokenTypes whether models get token types
 * @param origins the source of each setting, and the ignored files
 */
record TokenizerDefinition(
        String json, Path source, Map<String, String> special, boolean tokenTypes, List<String> origins) {

    /**
     * Reads a folder.
     *
     * @throws UserException if its files are missing, malformed, or of an unknown kind
     */
    static TokenizerDefinition read(Path folder) {
        return new Builder(folder).build();
    }

    /** A special token by its transformers name. */
    Optional<String> named(String name) {
        return Optional.ofNullable(special.get(name));
    }

    /** Builds a definition in the same order as transformers. */
    private static final class Builder {
        /** Qwen2's words: contractions, letters, single digits, runs of other characters, line breaks, spaces. */
        private static final String QWEN2_WORDS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
                + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

        private static final Pattern TRAILING_SPACE = Pattern.compile("\\p{IsWhite_Space}+$");

        private final Path folder;
        private final Optional<JsonObject> file;
        private final String text;
        private final TokenizerSettings settings;
        private final TokenizerClass.Choice choice;
        private final List<String> origins = new ArrayList<>();
        private final Map<String, Optional<AddedToken>> special = new LinkedHashMap<>();

        private Path source;
        private JsonObject json = new JsonObject();
        private Vocab vocab;
        private byte[] charsmap;
        private List<AddedToken> additional;
        private AddedTokens tokens;
        private JsonElement postProcessor = JsonNull.INSTANCE;

        /**
         * A vocabulary as read from a file.
         *
         * @param ids of its pieces
         * @param size their number, including duplicates
         * @param scored its pieces with their scores, of Unigram
         * @param merges of BPE
         */
        private record Vocab(Map<String, Integer> ids, int size, JsonArray scored, JsonArray merges) {}

        Builder(Path folder) {
            this.folder = folder;
            Path whole = folder.resolve("tokenizer.json");
            this.text = Files.exists(whole) ? JsonFiles.text(whole) : null;
            this.file = Optional.ofNullable(text).map(content -> JsonFiles.object(content, whole));
            this.source = whole;
            this.settings = new TokenizerSettings(folder, file);
            JsonObject config = JsonFiles.ifThere(folder.resolve("config.json")).orElseGet(JsonObject::new);
            this.choice = TokenizerClass.of(
                    folder,
                    string(config, "model_type").orElse(""),
                    settings.className(),
                    string(config, "tokenizer_class"));
            if (settings.has("fast_tokenizer_files")) {
                throw new UserException(folder.resolve("tokenizer_config.json")
                        + ": fast_tokenizer_files names other files than tokenizer.json, which Headlight doesn't read:"
                        + " choose another checkpoint.");
            }
        }

        TokenizerDefinition build() {
            TokenizerClass kind = choice.chosen();
            origins.add("class " + kind.title() + ": " + choice.origin());
            if (file.isPresent() && kind == TokenizerClass.TOKENIZERS_BACKEND) {
                asItIs();
            } else {
                readVocab(kind);
                made(kind);
            }
            paddingOf(kind);
            settings.special().forEach((name, token) -> special.put(name, token));
            addTokens(kind);
            finishPostProcessor(kind);
            json.addProperty("version", "1.0");
            Map<String, String> named = new LinkedHashMap<>();
            special.forEach((name, token) -> token.ifPresent(known -> named.put(name, known.content())));
            origins.addAll(settings.origins());
            ignoreFiles(kind);
            settings.ignored().forEach(ignored -> origins.add("not read: " + ignored));
            boolean types = settings.tokenTypes().orElse(kind.givesTokenTypes());
            return new TokenizerDefinition(
                    json.toString(),
                    source,
                    named,
                    types,
                    origins.stream().distinct().toList());
        }

        private void asItIs() {
            json = file.orElseThrow();
            JsonObject model = model();
            vocab = vocab(model);
            postProcessor = json.has("post_processor") ? json.get("post_processor") : JsonNull.INSTANCE;
            origins.add("whole tokenizer: tokenizer.json");
        }

        /**
         * The padding section of a tokenizer.json names the padding token if neither settings nor class do.
         */
        private void paddingOf(TokenizerClass kind) {
            boolean open = Set.of(TokenizerClass.TOKENIZERS_BACKEND, TokenizerClass.LLAMA, TokenizerClass.CODE_LLAMA)
                    .contains(kind);
            if (open && file.isPresent() && file.get().get("padding") instanceof JsonObject padding) {
                string(padding, "pad_token").ifPresent(token -> put("pad_token", token));
            }
        }

        private JsonObject model() {
            if (file.orElseThrow().get("model") instanceof JsonObject model) {
                return model;
            }
            throw malformed(source);
        }

        private static UserException malformed(Path file) {
            return new UserException(file + " is not a tokenizer.json: fetch the file again.");
        }

        /** The vocabulary of a tokenizer.json's model. */
        private Vocab vocab(JsonObject model) {
            Map<String, Integer> ids = new LinkedHashMap<>();
            try {
                if (model.get("vocab") instanceof JsonArray scored) {
                    for (int id = 0; id < scored.size(); id++) {
                        ids.put(scored.get(id).getAsJsonArray().get(0).getAsString(), id);
                    }
                    return new Vocab(ids, scored.size(), scored, new JsonArray());
                }
                model.getAsJsonObject("vocab")
                        .entrySet()
                        .forEach(piece ->
                                ids.put(piece.getKey(), piece.getValue().getAsInt()));
                JsonArray merges = model.has("merges") ? model.getAsJsonArray("merges") : new JsonArray();
                return new Vocab(ids, ids.size(), null, merges);
            } catch (RuntimeException e) {
                throw malformed(source);
            }
        }

        private void readVocab(TokenizerClass kind) {
            if (file.isPresent()) {
                vocab = vocab(model());
                charsmap = charsmap(file.get().get("normalizer"));
                postProcessor = file.get().has("post_processor") ? file.get().get("post_processor") : JsonNull.INSTANCE;
                origins.add("vocabulary: tokenizer.json; what " + kind.title() + " makes itself is not taken from it");
                return;
            }
            List<Path> files = kind.files().stream().map(folder::resolve).toList();
            for (Path needed : files) {
                if (!Files.exists(needed)) {
                    throw new UserException("No tokenizer in " + folder + ": it holds neither tokenizer.json nor "
                            + String.join(" and ", kind.files()) + ", from which a " + kind.title() + " is made.");
                }
            }
            source = files.get(0);
            origins.add("vocabulary: " + String.join(" and ", kind.files()));
            if (kind.files().get(0).endsWith(".model")) {
                pieces(kind, SentencePieceModel.read(source));
            } else if (kind.files().get(0).endsWith(".txt")) {
                vocab = lines(JsonFiles.text(source));
            } else {
                vocab = vocab(JsonFiles.object(source), JsonFiles.text(files.get(1)));
            }
        }

        private static Vocab lines(String text) {
            Map<String, Integer> ids = new LinkedHashMap<>();
            String lines = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
            int id = 0;
            for (String line : lines.split("\n", -1)) {
                ids.put(TRAILING_SPACE.matcher(line).replaceFirst(""), id++);
            }
            return new Vocab(ids, ids.size(), null, new JsonArray());
        }

        private Vocab vocab(JsonObject pieces, String merges) {
            Map<String, Integer> ids = new LinkedHashMap<>();
            for (Map.Entry<String, JsonElement> piece : pieces.entrySet()) {
                if (!(piece.getValue() instanceof JsonPrimitive id) || !id.isNumber()) {
                    throw new UserException(source + ": " + piece.getKey() + " should be an id: fetch the file again.");
                }
                ids.put(piece.getKey(), id.getAsInt());
            }
            JsonArray rules = new JsonArray();
            merges.lines()
                    .filter(line -> !line.startsWith("#version") && !line.isEmpty())
                    .forEach(rules::add);
            return new Vocab(ids, ids.size(), null, rules);
        }

        /** The vocabulary of a SentencePiece file, with the class's changes. */
        private void pieces(TokenizerClass kind, SentencePieceModel model) {
            boolean merged = kind == TokenizerClass.LLAMA
                    || kind == TokenizerClass.CODE_LLAMA
                    || kind == TokenizerClass.TOKENIZERS_BACKEND && !model.unigram();
            charsmap = model.charsmap();
            List<AddedToken> marked = model.pieces().stream()
                    .filter(piece -> piece.isControl() || piece.isUserDefined())
                    .map(piece -> new AddedToken(piece.text(), piece.isControl(), false, false, false, false))
                    .toList();
            additional = marked;
            if (merged) {
                Map<String, Integer> ids = new LinkedHashMap<>();
                for (int id = 0; id < model.pieces().size(); id++) {
                    ids.put(model.pieces().get(id).text(), id);
                }
                JsonArray merges = SentencePieceMerges.of(ids);
                vocab = new Vocab(ids, ids.size(), null, merges);
            } else {
                JsonArray scored = scored(kind, model.pieces());
                Map<String, Integer> ids = new LinkedHashMap<>();
                for (int id = 0; id < scored.size(); id++) {
                    ids.put(scored.get(id).getAsJsonArray().get(0).getAsString(), id);
                }
                vocab = new Vocab(ids, scored.size(), scored, new JsonArray());
            }
            if (kind == TokenizerClass.TOKENIZERS_BACKEND) {
                generic(model);
            }
        }

        private JsonArray scored(TokenizerClass kind, List<SentencePieceModel.Piece> pieces) {
            JsonArray scored = new JsonArray();
            int skipped = 0;
            if (kind == TokenizerClass.XLM_ROBERTA) {
                Stream.of("bos_token", "pad_token", "eos_token", "unk_token")
                        .forEach(name -> scored.add(TokenizerJson.scored(content(kind, name), 0)));
                skipped = 3;
            } else if (kind == TokenizerClass.CAMEMBERT) {
                scored.add(TokenizerJson.scored("<s>NOTUSED", 0));
                scored.add(TokenizerJson.scored(content(kind, "pad_token"), 0));
                scored.add(TokenizerJson.scored("</s>NOTUSED", 0));
                scored.add(TokenizerJson.scored(content(kind, "unk_token"), 0));
                scored.add(TokenizerJson.scored("<unk>NOTUSED", -100));
                skipped = 1;
            }
            for (SentencePieceModel.Piece piece : pieces.subList(Math.min(skipped, pieces.size()), pieces.size())) {
                scored.add(TokenizerJson.scored(piece.text(), piece.score()));
            }
            if (skipped > 0) {
                scored.add(TokenizerJson.scored(content(kind, "mask_token"), 0));
            }
            return scored;
        }

        /** The content of a special token, by default the class's usual one. */
        private String content(TokenizerClass kind, String name) {
            return settings.special()
                    .getOrDefault(name, Optional.empty())
                    .map(AddedToken::content)
                    .orElseGet(() -> usual(kind).get(name));
        }

        /** Builds a tokenizer from a SentencePiece file without a specific class. */
        private void generic(SentencePieceModel model) {
            boolean merged = vocab.scored() == null;
            if (merged) {
                rename();
            }
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
            if (charsmap.length > 0) {
                normalizers.add(TokenizerJson.precompiled(charsmap));
            }
            normalizers.add(TokenizerJson.replace(" ", TokenizerJson.SPACE));
            json.add("normalizer", TokenizerJson.sequence("normalizers", normalizers));
            json.add("pre_tokenizer", JsonNull.INSTANCE);
            json.add("decoder", sentencePieceDecoder(model.byteFallback(), false));
            put("bos_token", model.names().begin());
            put("eos_token", model.names().end());
            put("unk_token", model.names().unknown());
        }

        /** Renames pieces as added_tokens_decoder says. */
        private void rename() {
            Map<Integer, String> pieces = new LinkedHashMap<>();
            vocab.ids().forEach((piece, id) -> pieces.put(id, piece));
            settings.added().forEach((id, token) -> {
                String piece = pieces.get(id);
                if (piece != null
                        && !piece.equals(token.content())
                        && !vocab.ids().containsKey(token.content())) {
                    vocab.ids().remove(piece);
                    vocab.ids().put(token.content(), id);
                }
            });
        }

        private void put(String name, String content) {
            special.put(name, Optional.ofNullable(content).map(AddedToken::special));
        }

        /** A class's default special tokens. */
        private static Map<String, String> usual(TokenizerClass kind) {
            Map<String, String> roberta = new LinkedHashMap<>(Map.of("bos_token", "<s>", "eos_token", "</s>"));
            roberta.putAll(Map.of("sep_token", "</s>", "cls_token", "<s>", "unk_token", "<unk>"));
            roberta.putAll(Map.of("pad_token", "<pad>", "mask_token", "<mask>"));
            return switch (kind) {
                case TOKENIZERS_BACKEND -> Map.of();
                case BERT, DISTIL_BERT ->
                    Map.of(
                            "unk_token", "[UNK]",
                            "sep_token", "[SEP]",
                            "pad_token", "[PAD]",
                            "cls_token", "[CLS]",
                            "mask_token", "[MASK]");
                case ROBERTA, XLM_ROBERTA, CAMEMBERT -> roberta;
                case HERBERT -> {
                    roberta.keySet().removeAll(List.of("bos_token", "eos_token"));
                    yield roberta;
                }
                case ALBERT -> {
                    roberta.putAll(Map.of("bos_token", "[CLS]", "eos_token", "[SEP]", "sep_token", "[SEP]"));
                    roberta.putAll(Map.of("cls_token", "[CLS]", "mask_token", "[MASK]"));
                    yield roberta;
                }
                case GPT2 ->
                    Map.of("unk_token", "<|endoftext|>", "bos_token", "<|endoftext|>", "eos_token", "<|endoftext|>");
                case QWEN2 ->
                    Map.of("unk_token", "<|endoftext|>", "eos_token", "<|endoftext|>", "pad_token", "<|endoftext|>");
                case LLAMA, CODE_LLAMA -> Map.of("unk_token", "<unk>", "bos_token", "<s>", "eos_token", "</s>");
            };
        }

        /** Builds the normalizer, pre-tokenizer, model and decoder of a class. */
        private void made(TokenizerClass kind) {
            if (kind == TokenizerClass.TOKENIZERS_BACKEND) {
                return; // built from its pieces
            }
            Map<String, String> usual = usual(kind);
            TokenizerSettings.NAMED.stream().filter(usual::containsKey).forEach(name -> put(name, usual.get(name)));
            switch (kind) {
                case BERT, DISTIL_BERT -> wordPieces(kind);
                case HERBERT -> herbert();
                case ROBERTA, GPT2 -> {
                    boolean spaceFirst = settings.flag("add_prefix_space", false);
                    json.add("normalizer", JsonNull.INSTANCE);
                    json.add("pre_tokenizer", TokenizerJson.byteLevel(spaceFirst, true, true));
                    json.add("decoder", TokenizerJson.byteLevel(true, true, true));
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
                                            TokenizerJson.byteLevel(spaceFirst, true, false))));
                    json.add("decoder", TokenizerJson.byteLevel(true, true, true));
                    json.add("model", bytePairs(null, "", false, false));
                }
                case XLM_ROBERTA, CAMEMBERT -> {
                    if (charsmap != null) {
                        json.add("normalizer", TokenizerJson.precompiled(charsmap));
                    }
                    json.add("model", unigrams(kind == TokenizerClass.XLM_ROBERTA ? 3 : unknownOfCamembert()));
                    spaced();
                }
                case ALBERT -> albert();
                case LLAMA, CODE_LLAMA -> llama(kind == TokenizerClass.CODE_LLAMA);
                default -> throw new IllegalStateException(kind.title());
            }
        }

        private void wordPieces(TokenizerClass kind) {
            Boolean accents = settings.optionalFlag("strip_accents").orElse(null);
            json.add(
                    "normalizer",
                    TokenizerJson.bertNormalizer(
                            settings.flag("tokenize_chinese_chars", true),
                            accents,
                            settings.flag("do_lower_case", true)));
            json.add("pre_tokenizer", TokenizerJson.typed("BertPreTokenizer"));
            JsonObject decoder = TokenizerJson.typed("WordPiece");
            decoder.addProperty("prefix", "##");
            decoder.addProperty("cleanup", true);
            json.add("decoder", decoder);
            requirePieces();
            json.add("model", TokenizerJson.wordPieces(vocab.ids(), content(kind, "unk_token")));
        }

        private void herbert() {
            json.add("normalizer", TokenizerJson.bertNormalizer(true, false, false));
            json.add("pre_tokenizer", TokenizerJson.typed("BertPreTokenizer"));
            JsonObject decoder = TokenizerJson.typed("BPEDecoder");
            decoder.addProperty("suffix", "</w>");
            json.add("decoder", decoder);
            json.add("model", bytePairs(content(TokenizerClass.HERBERT, "unk_token"), "</w>", false, false));
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
            if (charsmap != null) {
                normalizers.add(TokenizerJson.precompiled(charsmap));
            }
            json.add("normalizer", TokenizerJson.sequence("normalizers", normalizers));
            json.add("model", unigrams(1));
            spaced();
        }

        private void llama(boolean code) {
            boolean spaceFirst = settings.flag("add_prefix_space", true);
            boolean older = !code && settings.flag("legacy", false);
            json.add("normalizer", JsonNull.INSTANCE);
            String prepend = spaceFirst ? older ? "always" : "first" : "never";
            json.add("pre_tokenizer", TokenizerJson.metaspace(prepend, false));
            json.add("decoder", sentencePieceDecoder(true, code || spaceFirst));
            json.add(
                    "model",
                    bytePairs(code ? content(TokenizerClass.CODE_LLAMA, "unk_token") : null, null, true, true));
            if (code) {
                put("prefix_token", "▁<PRE>");
                put("middle_token", "▁<MID>");
                put("suffix_token", "▁<SUF>");
                put("eot_token", "▁<EOT>");
                put("fill_token", "<FILL_ME>");
            }
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
            String prepend = settings.flag("add_prefix_space", true) ? "always" : "never";
            json.add(
                    "pre_tokenizer",
                    TokenizerJson.sequence(
                            "pretokenizers",
                            List.of(TokenizerJson.typed("WhitespaceSplit"), TokenizerJson.metaspace(prepend, true))));
            json.add("decoder", TokenizerJson.metaspace(prepend, true));
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
            return new UserException(source + ": vocab is " + what + ", of which no "
                    + choice.chosen().title() + " can be made: choose another checkpoint.");
        }

        private int unknownOfCamembert() {
            String unknown = content(TokenizerClass.CAMEMBERT, "unk_token");
            for (int id = 0; vocab.scored() != null && id < vocab.size(); id++) {
                if (vocab.scored().get(id).getAsJsonArray().get(0).getAsString().equals(unknown)) {
                    return id;
                }
            }
            return 0;
        }

        /** Adds tokens to the vocabulary, in the same order as transformers. */
        private void addTokens(TokenizerClass kind) {
            tokens = new AddedTokens(vocab.ids(), vocab.size());
            if (json.get("added_tokens") instanceof JsonArray there) {
                for (JsonElement token : there) {
                    if (!(token instanceof JsonObject object)
                            || string(object, "content").isEmpty()) {
                        throw malformed(source);
                    }
                    tokens.add(AddedToken.of(object));
                }
            }
            if (kind == TokenizerClass.CAMEMBERT && settings.isPlain("mask_token")) {
                special.computeIfPresent(
                        "mask_token",
                        (name, token) ->
                                token.map(mask -> new AddedToken(mask.content(), true, true, false, false, false)));
            }
            List<AddedToken> named = Stream.concat(
                            TokenizerSettings.NAMED.stream(),
                            special.keySet().stream().filter(name -> !TokenizerSettings.NAMED.contains(name)))
                    .map(name -> special.getOrDefault(name, Optional.empty()))
                    .flatMap(Optional::stream)
                    .toList();
            Set<String> contents = named.stream().map(AddedToken::content).collect(Collectors.toSet());
            List<AddedToken> wanted = new ArrayList<>(settings.added().values());
            Set<String> listed = wanted.stream().map(AddedToken::content).collect(Collectors.toSet());
            Stream.concat(named.stream(), extra(kind).stream())
                    .filter(token -> !tokens.has(token.content()) && listed.add(token.content()))
                    .forEach(wanted::add);
            wanted.forEach(token -> tokens.add(contents.contains(token.content()) ? token.asSpecial() : token));
            json.add("added_tokens", tokens.json());
        }

        /** Unnamed special tokens: from the settings, a SentencePiece file, or the class. */
        private List<AddedToken> extra(TokenizerClass kind) {
            if (settings.extra().isPresent()) {
                return settings.extra().get();
            }
            if (additional != null) {
                return additional;
            }
            return settings.additional()
                    .orElseGet(() -> kind == TokenizerClass.CAMEMBERT
                            ? Stream.of("<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED")
                                    .map(AddedToken::special)
                                    .toList()
                            : List.of());
        }

        private int id(String name) {
            return special.getOrDefault(name, Optional.empty())
                    .map(token -> tokens.id(token.content()).orElse(-1))
                    .orElse(-1);
        }

        private String token(String name) {
            return special.getOrDefault(name, Optional.empty())
                    .map(AddedToken::content)
                    .orElseThrow(
                            () -> new UserException(folder + ": the tokenizer's " + name + " is set to none, and a "
                                    + choice.chosen().title() + " needs one: choose another checkpoint."));
        }

        /**
         * Sets the special tokens around texts: by the class, by tokenizer.json, or by the settings.
         */
        private void finishPostProcessor(TokenizerClass kind) {
            JsonElement own = switch (kind) {
                case BERT, DISTIL_BERT -> bertTemplate(token("cls_token"), token("sep_token"));
                case ROBERTA -> robertaProcessing();
                case XLM_ROBERTA, CAMEMBERT -> twoSeparators();
                case HERBERT -> herbertProcessing();
                case ALBERT -> postProcessor.isJsonNull() ? albertTemplate() : null;
                default -> null;
            };
            boolean explicit = settings.has("add_bos_token") || settings.has("add_eos_token");
            if (own != null) {
                origins.add("tokens around a text: " + kind.title());
            } else if (explicit || kind == TokenizerClass.CODE_LLAMA || postProcessor.isJsonNull()) {
                own = ends(kind == TokenizerClass.CODE_LLAMA);
                origins.add("tokens around a text: add_bos_token and add_eos_token of tokenizer_config.json");
            } else {
                own = postProcessor;
                origins.add("tokens around a text: tokenizer.json");
            }
            json.add("post_processor", own);
        }

        private JsonObject bertTemplate(String first, String separator) {
            Map<String, Integer> ids = new LinkedHashMap<>();
            ids.put(first, id("cls_token"));
            ids.put(separator, id("sep_token"));
            return aroundBoth(first, separator, ids);
        }

        private static JsonObject aroundBoth(String first, String separator, Map<String, Integer> ids) {
            List<TemplatePart> single =
                    List.of(TemplatePart.token(first, 0), TemplatePart.text("A", 0), TemplatePart.token(separator, 0));
            List<TemplatePart> pair = new ArrayList<>(single);
            pair.addAll(List.of(TemplatePart.text("B", 1), TemplatePart.token(separator, 1)));
            return TokenizerJson.template(single, pair, ids);
        }

        private JsonObject albertTemplate() {
            Map<String, Integer> ids = new LinkedHashMap<>();
            for (String name : List.of("cls_token", "sep_token")) {
                Integer id = vocab.ids().get(token(name));
                if (id == null) {
                    throw new UserException(source + " holds no " + token(name) + ", the tokenizer's " + name
                            + ": fetch the checkpoint again.");
                }
                ids.put(name.equals("cls_token") ? "[CLS]" : "[SEP]", id);
            }
            return aroundBoth("[CLS]", "[SEP]", ids);
        }

        private JsonObject robertaProcessing() {
            JsonObject processing = TokenizerJson.typed("RobertaProcessing");
            processing.add("sep", TokenizerJson.pair(token("sep_token"), id("sep_token")));
            processing.add("cls", TokenizerJson.pair(token("cls_token"), id("cls_token")));
            processing.addProperty("trim_offsets", settings.flag("trim_offsets", true));
            processing.addProperty("add_prefix_space", settings.flag("add_prefix_space", false));
            return processing;
        }

        private JsonObject herbertProcessing() {
            JsonObject processing = TokenizerJson.typed("BertProcessing");
            processing.add("sep", TokenizerJson.pair(token("sep_token"), 2));
            processing.add("cls", TokenizerJson.pair(token("cls_token"), 0));
            return processing;
        }

        private JsonObject twoSeparators() {
            String first = token("bos_token");
            String separator = token("eos_token");
            Map<String, Integer> ids = new LinkedHashMap<>();
            ids.put(first, id("bos_token"));
            ids.put(separator, id("eos_token"));
            TemplatePart end = TemplatePart.token(separator, 0);
            List<TemplatePart> single = List.of(TemplatePart.token(first, 0), TemplatePart.text("A", 0), end);
            List<TemplatePart> pair = new ArrayList<>(single);
            pair.addAll(List.of(end, TemplatePart.text("B", 0), end));
            return TokenizerJson.template(single, pair, ids);
        }

        /** A token at either end, if the settings say so. */
        private JsonObject ends(boolean first) {
            boolean begins = settings.flag("add_bos_token", first) && id("bos_token") >= 0;
            boolean ends = settings.flag("add_eos_token", false) && id("eos_token") >= 0;
            Map<String, Integer> ids = new LinkedHashMap<>();
            List<TemplatePart> single = new ArrayList<>();
            List<TemplatePart> pair = new ArrayList<>();
            for (int type = 0; type < 2; type++) {
                List<TemplatePart> parts = new ArrayList<>();
                if (begins) {
                    parts.add(TemplatePart.token(token("bos_token"), type));
                    ids.put(token("bos_token"), id("bos_token"));
                }
                parts.add(TemplatePart.text(type == 0 ? "A" : "B", type));
                if (ends) {
                    parts.add(TemplatePart.token(token("eos_token"), type));
                    ids.put(token("eos_token"), id("eos_token"));
                }
                pair.addAll(parts);
                if (type == 0) {
                    single.addAll(parts);
                }
            }
            return TokenizerJson.template(single, pair, ids);
        }

        private void ignoreFiles(TokenizerClass kind) {
            List<String> others = List.of(
                    "vocab.txt",
                    "vocab.json",
                    "merges.txt",
                    "spiece.model",
                    "sentencepiece.bpe.model",
                    "source.spm",
                    "tokenizer.model",
                    "tekken.json");
            others.stream()
                    .filter(name -> Files.exists(folder.resolve(name)))
                    .filter(name -> file.isPresent() || !kind.files().contains(name))
                    .forEach(name -> origins.add("not read: " + name
                            + (file.isPresent()
                                    ? ": there is a tokenizer.json"
                                    : ": a " + kind.title() + " has another vocabulary")));
        }

        private static byte[] charsmap(JsonElement normalizer) {
            if (normalizer instanceof JsonObject object) {
                JsonArray parts = new JsonArray();
                if (object.get("normalizers") instanceof JsonArray several) {
                    parts = several;
                } else {
                    parts.add(object);
                }
                for (JsonElement part : parts) {
                    if (part instanceof JsonObject one
                            && new JsonPrimitive("Precompiled").equals(one.get("type"))
                            && one.get("precompiled_charsmap") instanceof JsonPrimitive map) {
                        return Base64.getDecoder().decode(map.getAsString());
                    }
                }
            }
            return null;
        }

        private static Optional<String> string(JsonObject from, String name) {
            return from.get(name) instanceof JsonPrimitive value && value.isString()
                    ? Optional.of(value.getAsString())
                    : Optional.empty();
        }
    }
}
