package dev.headlight.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.JsonFiles;
import dev.headlight.UserException;
import dev.headlight.tokens.AddedTokens.AddedToken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The tokenizer in a checkpoint's folder: a {@code tokenizer.json}, unchanged or built the way transformers' class for
 * it does, and the source of each setting.
 *
 * @param json a complete tokenizer.json
 * @param safe whether the native library can read it without trying it first
 * @param source the vocabulary's file, for messages
 * @param special the special tokens that have names, such as {@code mask_token}
 * @param tokenTypes whether models get token types
 * @param kind the class that it was built as
 * @param translated how its texts are split, if its pieces are numbered by a table; {@code json} is then only what is
 *     known of its vocabulary
 * @param targetLanguage the token of the language of targets, if the settings name it
 * @param origins the source of each setting, and the ignored files
 */
record TokenizerDefinition(
        String json,
        boolean safe,
        Path source,
        Map<String, String> special,
        boolean tokenTypes,
        TokenizerClass kind,
        Optional<Translated> translated,
        Optional<String> targetLanguage,
        List<String> origins) {

    /**
     * SentencePiece files, of which the pieces are numbered by a table.
     *
     * @param source the file for what a translator reads, {@code target} that for what it writes
     */
    record Translated(Path source, Path target) {}

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
        private final Path folder;
        private Optional<JsonObject> file;
        private final String text;
        private TokenizerSettings settings;
        private final TokenizerClass.Choice choice;
        private final List<String> origins = new ArrayList<>();
        private final Map<String, Optional<AddedToken>> special = new LinkedHashMap<>();

        private Path source;
        private JsonObject json = new JsonObject();
        private TokenizerVocabulary vocab;
        private AddedTokens tokens;
        private JsonElement postProcessor = JsonNull.INSTANCE;

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
            if (choice.chosen().numbersPieces()) {
                this.file = Optional.empty();
                this.settings = new TokenizerSettings(folder, file);
            }
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
                nameTokens(kind);
                json = new TokenizerPipeline(kind, settings, vocab, source).build();
            }
            paddingOf(kind);
            settings.special().forEach((name, token) -> special.put(name, token));
            addTokens(kind);
            json.add(
                    "post_processor",
                    new SurroundingTokens(kind, settings, vocab, tokens, special, folder, source)
                            .choose(postProcessor, origins));
            json.addProperty("version", "1.0");
            Map<String, String> named = new LinkedHashMap<>();
            special.forEach((name, token) -> token.ifPresent(known -> named.put(name, known.content())));
            origins.addAll(settings.origins());
            ignoreFiles(kind);
            settings.ignored().forEach(ignored -> origins.add("not read: " + ignored));
            boolean types = settings.tokenTypes().orElse(kind.givesTokenTypes());
            return new TokenizerDefinition(
                    json.toString(),
                    KnownSafe.is(json),
                    source,
                    named,
                    types,
                    kind,
                    translated(kind),
                    settings.text("tgt_lang").map(kind::languageToken),
                    origins.stream().distinct().toList());
        }

        private Optional<Translated> translated(TokenizerClass kind) {
            return switch (kind) {
                case MARIAN -> Optional.of(new Translated(folder.resolve("source.spm"), folder.resolve("target.spm")));
                case M2M_100 -> {
                    Path both = folder.resolve("sentencepiece.bpe.model");
                    yield Optional.of(new Translated(both, both));
                }
                default -> Optional.empty();
            };
        }

        private void asItIs() {
            json = file.orElseThrow();
            vocab = TokenizerVocabulary.of(json, source);
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

        private void readVocab(TokenizerClass kind) {
            if (file.isPresent()) {
                vocab = TokenizerVocabulary.of(file.get(), source);
                postProcessor = file.get().has("post_processor") ? file.get().get("post_processor") : JsonNull.INSTANCE;
                origins.add("vocabulary: tokenizer.json; what " + kind.title() + " makes itself is not taken from it");
                return;
            }
            List<Path> files = kind.files().stream().map(folder::resolve).toList();
            for (Path needed : files) {
                if (!Files.exists(needed) && kind.numbersPieces()) {
                    throw new UserException(folder + " holds no " + needed.getFileName() + ", and a " + kind.title()
                            + " is made of " + String.join(" and ", kind.files())
                            + ": fetch the checkpoint again, or choose one whose tokenizer_class is"
                            + " PreTrainedTokenizerFast.");
                }
                if (!Files.exists(needed)) {
                    throw new UserException("No tokenizer in " + folder + ": it holds neither tokenizer.json nor "
                            + String.join(" and ", kind.files()) + ", from which a " + kind.title() + " is made.");
                }
            }
            source = files.get(0);
            origins.add("vocabulary: " + String.join(" and ", kind.files()));
            if (kind.numbersPieces()) {
                readTable(kind, files.get(files.size() - 1));
            } else if (kind.files().get(0).endsWith(".model")) {
                vocab = TokenizerVocabulary.ofSentencePiece(kind, settings, SentencePieceModel.read(source));
            } else if (kind.files().get(0).endsWith(".txt")) {
                vocab = TokenizerVocabulary.ofLines(JsonFiles.text(source));
            } else {
                vocab = TokenizerVocabulary.ofMerges(JsonFiles.object(source), JsonFiles.text(files.get(1)), source);
            }
        }

        private void readTable(TokenizerClass kind, Path table) {
            if (settings.isTrue("separate_vocabs")) {
                throw new UserException(folder.resolve("tokenizer_config.json")
                        + ": separate_vocabs is true, and Headlight reads one vocabulary for both languages: choose"
                        + " another checkpoint.");
            }
            source = table;
            vocab = TokenizerVocabulary.ofTable(JsonFiles.object(table), table);
            String unknown = settings.content(kind, "unk_token");
            if (!vocab.ids().containsKey(unknown)) {
                throw new UserException(
                        table + " holds no " + unknown + ", the tokenizer's unk_token: fetch the file" + " again.");
            }
        }

        /** The names that a class, or its SentencePiece file, gives to special tokens. */
        private void nameTokens(TokenizerClass kind) {
            if (kind == TokenizerClass.TOKENIZERS_BACKEND) {
                SentencePieceModel.Names names = vocab.sentencePiece().names();
                put("bos_token", names.begin());
                put("eos_token", names.end());
                put("unk_token", names.unknown());
            }
            Map<String, String> usual = kind.specialTokens();
            TokenizerSettings.NAMED.stream().filter(usual::containsKey).forEach(name -> put(name, usual.get(name)));
            if (kind == TokenizerClass.CODE_LLAMA) {
                put("prefix_token", "▁<PRE>");
                put("middle_token", "▁<MID>");
                put("suffix_token", "▁<SUF>");
                put("eot_token", "▁<EOT>");
                put("fill_token", "<FILL_ME>");
            }
        }

        private void put(String name, String content) {
            special.put(name, Optional.ofNullable(content).map(AddedToken::special));
        }

        /** Adds tokens to the vocabulary, in the same order as transformers. */
        private void addTokens(TokenizerClass kind) {
            tokens = new AddedTokens(vocab.ids(), vocab.size());
            if (json.get("added_tokens") instanceof JsonArray there) {
                for (JsonElement token : there) {
                    if (!(token instanceof JsonObject object)
                            || string(object, "content").isEmpty()) {
                        throw TokenizerVocabulary.malformed(source);
                    }
                    tokens.add(AddedToken.of(object));
                }
            }
            if (kind == TokenizerClass.ESM) {
                vocab.ids().keySet().stream()
                        .filter(piece -> piece.codePointCount(0, piece.length()) > 1)
                        .forEach(piece -> tokens.add(new AddedToken(piece, false, false, false, false, false)));
            }
            boolean translates = Set.of(TokenizerClass.MBART, TokenizerClass.MBART50, TokenizerClass.NLLB)
                    .contains(kind);
            if ((translates
                            || Set.of(TokenizerClass.CAMEMBERT, TokenizerClass.MPNET)
                                    .contains(kind))
                    && settings.isPlain("mask_token")) {
                special.computeIfPresent(
                        "mask_token",
                        (name, token) -> token.map(
                                mask -> new AddedToken(mask.content(), true, true, false, translates, false)));
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
            if (settings.extra().isPresent() && kind != TokenizerClass.M2M_100) {
                return settings.extra().get();
            }
            Optional<List<AddedToken>> marked =
                    vocab.marked().or(settings::extra).or(settings::additional);
            return switch (kind) {
                case T5 -> withSentinels(marked.orElse(List.of()));
                case MBART, MBART50 ->
                    Stream.concat(languages(kind).stream(), marked.orElse(List.of()).stream())
                            .toList();
                case NLLB -> marked.orElseGet(() -> languages(kind));
                case M2M_100 ->
                    Stream.concat(
                                    kind.languages(settings).stream().map(AddedToken::special),
                                    marked.orElse(List.of()).stream())
                            .toList();
                case PEGASUS -> unused();
                case CAMEMBERT ->
                    marked.orElseGet(() -> Stream.of("<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED")
                            .map(AddedToken::special)
                            .toList());
                default -> marked.orElse(List.of());
            };
        }

        private List<AddedToken> languages(TokenizerClass kind) {
            return kind.languages(vocab.ids().keySet()).stream()
                    .map(AddedToken::special)
                    .toList();
        }

        /** PEGASUS's mask of a sentence, and the tokens that only its training used. */
        private List<AddedToken> unused() {
            Optional<String> mask =
                    settings.has("mask_token_sent") ? settings.text("mask_token_sent") : Optional.of("<mask_1>");
            return Stream.concat(
                            mask.stream(),
                            IntStream.range(2, settings.whole("offset", 103, 10_000))
                                    .mapToObj(number -> "<unk_" + number + ">"))
                    .map(AddedToken::special)
                    .toList();
        }

        /** T5's names of blanks, unless some are among these. */
        private List<AddedToken> withSentinels(List<AddedToken> some) {
            if (some.stream().anyMatch(token -> token.content().contains("<extra_id_"))) {
                return some;
            }
            return Stream.concat(
                            some.stream(),
                            IntStream.range(0, settings.extraIds())
                                    .mapToObj(number -> AddedToken.special(SpecialTokens.sentinel(number))))
                    .toList();
        }

        private void ignoreFiles(TokenizerClass kind) {
            List<String> others = List.of(
                    "vocab.txt",
                    "vocab.json",
                    "merges.txt",
                    "spiece.model",
                    "spm.model",
                    "sentencepiece.bpe.model",
                    "source.spm",
                    "target.spm",
                    "target_vocab.json",
                    "tokenizer.json",
                    "tokenizer.model",
                    "tekken.json");
            others.stream()
                    .filter(name -> Files.exists(folder.resolve(name)))
                    .filter(name -> !name.equals("tokenizer.json") || kind.numbersPieces())
                    .filter(name -> file.isPresent() || !kind.files().contains(name))
                    .forEach(name -> origins.add("not read: " + name
                            + (file.isPresent()
                                    ? ": there is a tokenizer.json"
                                    : ": a " + kind.title() + " has another vocabulary")));
        }

        private static Optional<String> string(JsonObject from, String name) {
            return from.get(name) instanceof JsonPrimitive value && value.isString()
                    ? Optional.of(value.getAsString())
                    : Optional.empty();
        }
    }
}
