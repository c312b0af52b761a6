package dev.headlight.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The tokens added to a vocabulary, numbered like in Hugging Face tokenizers: one that is in the vocabulary keeps its
 * id, another gets the next free one, whatever a file says; of two with the same content the last one counts.
 */
final class AddedTokens {
    /**
     * A token that is matched literally in a text.
     *
     * @param lstrip whether it includes the spaces before it; {@code rstrip} those after it
     * @param normalized whether it is matched in the normalized text
     * @param singleWord whether it is matched only as a whole word
     */
    record AddedToken(
            String content, boolean special, boolean lstrip, boolean rstrip, boolean normalized, boolean singleWord) {

        /** A special token without further settings. */
        static AddedToken special(String content) {
            return new AddedToken(content, true, false, false, false, false);
        }

        /**
         * A token as described by a file; if {@code normalized} is missing, special ones are matched before
         * normalization.
         */
        static AddedToken of(JsonObject json) {
            boolean special = flag(json, "special", false);
            return new AddedToken(
                    json.get("content").getAsString(),
                    special,
                    flag(json, "lstrip", false),
                    flag(json, "rstrip", false),
                    flag(json, "normalized", !special),
                    flag(json, "single_word", false));
        }

        private static boolean flag(JsonObject json, String name, boolean otherwise) {
            JsonElement value = json.get(name);
            return value instanceof JsonPrimitive flag && flag.isBoolean() ? flag.getAsBoolean() : otherwise;
        }

        AddedToken asSpecial() {
            return new AddedToken(content, true, lstrip, rstrip, normalized, singleWord);
        }

        private JsonObject json(int id) {
            JsonObject json = new JsonObject();
            json.addProperty("id", id);
            json.addProperty("content", content);
            json.addProperty("single_word", singleWord);
            json.addProperty("lstrip", lstrip);
            json.addProperty("rstrip", rstrip);
            json.addProperty("normalized", normalized);
            json.addProperty("special", special);
            return json;
        }
    }

    private final Map<String, Integer> vocabulary;
    private final int size;
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Integer, AddedToken> tokens = new LinkedHashMap<>();
    private int largest = -1;

    /** Starts empty, for a vocabulary of {@code size} pieces. */
    AddedTokens(Map<String, Integer> vocabulary, int size) {
        this.vocabulary = vocabulary;
        this.size = size;
    }

    void add(AddedToken token) {
        if (token.content().isEmpty()) {
            return;
        }
        int id = id(token.content()).orElse(Math.max(size, largest + 1));
        ids.put(token.content(), id);
        tokens.put(id, token);
        largest = Math.max(largest, id);
    }

    boolean has(String content) {
        return ids.containsKey(content);
    }

    /** The id of a token, or of a piece of the vocabulary. */
    OptionalInt id(String content) {
        Integer id = ids.getOrDefault(content, vocabulary.get(content));
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** The list for tokenizer.json, in the order of ids. */
    JsonArray json() {
        JsonArray all = new JsonArray();
        tokens.keySet().stream().sorted().forEach(id -> all.add(tokens.get(id).json(id)));
        return all;
    }
}
