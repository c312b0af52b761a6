package dev.headlight.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.JsonFiles;
import dev.headlight.UserException;
import dev.headlight.tokens.AddedTokens.AddedToken;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A checkpoint's tokenizer settings, other than the vocabulary, merged like in transformers' {@code _from_pretrained}:
 * {@code tokenizer_config.json}; {@code special_tokens_map.json} and {@code added_tokens.json}, which count only if
 * that has no {@code added_tokens_decoder}; and the added tokens of {@code tokenizer.json}, which count in the same
 * case.
 */
final class TokenizerSettings {
    /** The special tokens that have names in transformers, in its order. */
    static final List<String> NAMED =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private static final String CONFIG = "tokenizer_config.json";
    private static final String MAP = "special_tokens_map.json";
    private static final String ADDED = "added_tokens.json";

    private final Path folder;
    private final JsonObject settings;
    private final Map<Integer, AddedToken> added = new TreeMap<>();
    private final Map<String, Optional<AddedToken>> special = new LinkedHashMap<>();
    private final Set<String> plain = new HashSet<>();
    private final List<String> origins = new ArrayList<>();
    private final List<String> ignored = new ArrayList<>();
    private List<AddedToken> extra;
    private List<AddedToken> additional;

    /**
     * Reads a folder.
     *
     * @param json its tokenizer.json, if any
     */
    TokenizerSettings(Path folder, Optional<JsonObject> json) {
        this.folder = folder;
        this.settings = JsonFiles.ifThere(folder.resolve(CONFIG)).orElseGet(JsonObject::new);
        if (settings.has("auto_map")
                && settings.get("auto_map") instanceof JsonObject map
                && map.has("AutoTokenizer")) {
            throw error(CONFIG, "auto_map", "names a program of the checkpoint's own, which Headlight doesn't run");
        }
        if (isTrue("split_special_tokens")) {
            throw error(CONFIG, "split_special_tokens", "is true, and Headlight keeps special tokens whole");
        }
        json.ifPresent(file -> {
            settings.remove("add_bos_token"); // the file defines the tokens around a text
            settings.remove("add_eos_token");
        });
        named(CONFIG, settings);
        JsonElement more = settings.get("extra_special_tokens");
        boolean none = more == null || more.isJsonNull() || more instanceof JsonArray array && array.isEmpty();
        JsonElement older = settings.get("additional_special_tokens");
        if (!none || older != null) {
            extra = extras(CONFIG, none ? older : more);
        } else if (more != null) {
            extra = List.of();
        }
        if (settings.get("added_tokens_decoder") instanceof JsonObject decoder) {
            addedTokens(decoder);
            ignore(MAP);
            ignore(ADDED);
        } else {
            specialTokensMap();
            addedTokensFile();
            json.ifPresent(this::addedTokensOf);
        }
        Map<String, AddedToken> described = new LinkedHashMap<>();
        added.values().forEach(token -> described.put(token.content(), token));
        for (String name : NAMED) {
            special.computeIfPresent(
                    name,
                    (key, token) -> token.map(known -> {
                        if (described.containsKey(known.content())) {
                            plain.remove(key);
                        }
                        return described.getOrDefault(known.content(), known);
                    }));
        }
    }

    private void named(String file, JsonObject from) {
        for (Map.Entry<String, JsonElement> entry : from.entrySet()) {
            String name = entry.getKey();
            boolean known = NAMED.contains(name);
            boolean own = name.endsWith("_token") && (isText(entry.getValue()) || isToken(file, entry.getValue()));
            if (!known && !own) {
                continue;
            }
            plain.remove(name);
            if (isText(entry.getValue())) {
                plain.add(name);
            }
            if (entry.getValue().isJsonNull()) {
                special.put(name, Optional.empty());
            } else {
                special.put(name, Optional.of(token(file, name, entry.getValue())));
                if (known) {
                    origins.add(name + " " + special.get(name).orElseThrow().content() + ": " + file);
                }
            }
        }
    }

    private AddedToken token(String file, String name, JsonElement value) {
        if (isText(value)) {
            return AddedToken.special(value.getAsString());
        }
        if (isToken(file, value)) {
            AddedToken token = AddedToken.of(value.getAsJsonObject());
            return file.equals(MAP) ? token.asSpecial() : token;
        }
        throw error(file, name, "is not a token: it should be a string or an object of the type AddedToken");
    }

    private static boolean isToken(String file, JsonElement value) {
        return value instanceof JsonObject object
                && isText(object.get("content"))
                && (file.equals(MAP) || new JsonPrimitive("AddedToken").equals(object.get("__type")));
    }

    /** A list of tokens; the entries of an object have names and are added to the named tokens. */
    private List<AddedToken> extras(String file, JsonElement value) {
        List<AddedToken> tokens = new ArrayList<>();
        if (value instanceof JsonArray list) {
            list.forEach(token -> tokens.add(token(file, "additional_special_tokens", token)));
        } else if (value instanceof JsonObject object) {
            object.entrySet()
                    .forEach(token ->
                            special.put(token.getKey(), Optional.of(token(file, token.getKey(), token.getValue()))));
        } else if (value != null && !value.isJsonNull()) {
            throw error(file, "extra_special_tokens", "is neither a list nor an object");
        }
        return tokens;
    }

    private void addedTokens(JsonObject decoder) {
        for (Map.Entry<String, JsonElement> entry : decoder.entrySet()) {
            boolean whole = entry.getKey().matches("\\d{1,9}")
                    && entry.getValue() instanceof JsonObject token
                    && isText(token.get("content"));
            if (!whole) {
                throw error(CONFIG, "added_tokens_decoder", "should give a token for each id");
            }
            added.put(
                    Integer.parseInt(entry.getKey()),
                    AddedToken.of(entry.getValue().getAsJsonObject()));
        }
        origins.add(decoder.size() + " added tokens: added_tokens_decoder of " + CONFIG);
    }

    private void specialTokensMap() {
        Optional<JsonObject> map = JsonFiles.ifThere(folder.resolve(MAP));
        map.ifPresent(tokens -> {
            origins.removeIf(origin -> NAMED.stream().anyMatch(name -> tokens.has(name) && origin.startsWith(name)));
            named(MAP, tokens);
        });
        map.map(tokens -> tokens.get("extra_special_tokens")).ifPresent(value -> {
            List<AddedToken> both = new ArrayList<>(extra == null ? List.of() : extra);
            both.addAll(extras(MAP, value));
            extra = both;
        });
        map.map(tokens -> tokens.get("additional_special_tokens")).ifPresent(value -> additional = extras(MAP, value));
    }

    private void addedTokensFile() {
        JsonFiles.ifThere(folder.resolve(ADDED)).ifPresent(tokens -> {
            for (Map.Entry<String, JsonElement> entry : tokens.entrySet()) {
                if (!(entry.getValue() instanceof JsonPrimitive id) || !id.isNumber() || id.getAsInt() < 0) {
                    throw error(ADDED, entry.getKey(), "should be an id");
                }
                boolean known = NAMED.stream()
                                .map(name -> special.getOrDefault(name, Optional.empty()))
                                .flatMap(Optional::stream)
                                .anyMatch(token -> token.content().equals(entry.getKey()))
                        || extra != null
                                && extra.stream()
                                        .anyMatch(token -> token.content().equals(entry.getKey()));
                added.put(id.getAsInt(), new AddedToken(entry.getKey(), known, false, false, !known, false));
            }
            origins.add(tokens.size() + " added tokens: " + ADDED);
        });
    }

    private void addedTokensOf(JsonObject json) {
        if (json.get("added_tokens") instanceof JsonArray tokens) {
            for (JsonElement element : tokens) {
                if (element instanceof JsonObject token
                        && isText(token.get("content"))
                        && token.get("id") instanceof JsonPrimitive id
                        && id.isNumber()) {
                    added.put(id.getAsInt(), AddedToken.of(token));
                }
            }
        }
    }

    private void ignore(String file) {
        if (Files.exists(folder.resolve(file))) {
            ignored.add(file + ": " + CONFIG + " has an added_tokens_decoder");
        }
    }

    private UserException error(String file, String key, String what) {
        return new UserException(folder.resolve(file) + ": " + key + " " + what
                + ": choose another checkpoint, or load this one with transformers and save it again.");
    }

    private static boolean isText(JsonElement value) {
        return value instanceof JsonPrimitive text && text.isString();
    }

    /** The class that is named, without {@code Fast}. */
    Optional<String> className() {
        return text("tokenizer_class");
    }

    Optional<String> text(String name) {
        return isText(settings.get(name)) ? Optional.of(settings.get(name).getAsString()) : Optional.empty();
    }

    boolean has(String name) {
        return settings.has(name);
    }

    boolean isTrue(String name) {
        return new JsonPrimitive(true).equals(settings.get(name));
    }

    /** A boolean setting, or a default if it is missing. */
    boolean flag(String name, boolean otherwise) {
        return optionalFlag(name).orElse(otherwise);
    }

    Optional<Boolean> optionalFlag(String name) {
        JsonElement value = settings.get(name);
        if (value == null || value.isJsonNull()) {
            return Optional.empty();
        }
        if (value instanceof JsonPrimitive flag && flag.isBoolean()) {
            origins.add(name + " " + flag + ": " + CONFIG);
            return Optional.of(flag.getAsBoolean());
        }
        throw error(CONFIG, name, "should be true or false");
    }

    /** Refuses NLLB's older tokenizer, which put a text's language after it. */
    void requireLanguageFirst() {
        if (flag("legacy_behaviour", false)) {
            throw error(CONFIG, "legacy_behaviour", "is true, and Headlight puts a text's language before it");
        }
    }

    /** How many of T5's {@code <extra_id_0>} and so on there are besides the pieces of the vocabulary. */
    int extraIds() {
        return whole("extra_ids", 100, 10_000);
    }

    /** A whole number from 0 to a largest one, or a default if it is missing. */
    int whole(String name, int otherwise, int most) {
        JsonElement value = settings.get(name);
        if (value == null || value.isJsonNull()) {
            return otherwise;
        }
        if (value instanceof JsonPrimitive number
                && number.isNumber()
                && number.getAsDouble() >= 0
                && number.getAsDouble() <= most
                && number.getAsDouble() == Math.rint(number.getAsDouble())) {
            return number.getAsInt();
        }
        throw error(CONFIG, name, "should be a whole number from 0 to " + most);
    }

    /** Whether models get token types, if the settings say so. */
    Optional<Boolean> tokenTypes() {
        return settings.get("model_input_names") instanceof JsonArray names
                ? Optional.of(names.contains(new JsonPrimitive("token_type_ids")))
                : Optional.empty();
    }

    /** The content of a special token, by default the class's usual one. */
    String content(TokenizerClass kind, String name) {
        return special()
                .getOrDefault(name, Optional.empty())
                .map(AddedToken::content)
                .orElseGet(() -> kind.specialTokens().get(name));
    }

    /** The named tokens, model-specific ones last; empty if one is set to null. */
    Map<String, Optional<AddedToken>> special() {
        return special;
    }

    /** Whether a special token is a plain string in its file. */
    boolean isPlain(String name) {
        return plain.contains(name) || !special.containsKey(name);
    }

    /** Additional special tokens, if the settings name any. */
    Optional<List<AddedToken>> extra() {
        return Optional.ofNullable(extra);
    }

    /** Those under an older name in special_tokens_map.json, which count only if there are no others. */
    Optional<List<AddedToken>> additional() {
        return Optional.ofNullable(additional);
    }

    /** Tokens added to the vocabulary, by the ids in the files. */
    Map<Integer, AddedToken> added() {
        return added;
    }

    /** The source of each setting. */
    List<String> origins() {
        return origins;
    }

    /** Ignored files, with the reason. */
    List<String> ignored() {
        return ignored;
    }
}
