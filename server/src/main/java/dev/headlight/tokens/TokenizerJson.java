package dev.headlight.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;

/** Parts of a {@code tokenizer.json}, as Hugging Face tokenizers writes them. */
final class TokenizerJson {
    private TokenizerJson() {}

    static JsonObject typed(String type) {
        JsonObject object = new JsonObject();
        object.addProperty("type", type);
        return object;
    }

    /** A token and its id. */
    static JsonArray pair(String token, JsonObject vocab) {
        JsonArray pair = new JsonArray();
        pair.add(token);
        pair.add(vocab.get(token));
        return pair;
    }

    /**
     * Special tokens, found in a text as they are.
     *
     * @param spaced the one that takes the space before it along, as words do; empty for none
     */
    static JsonArray special(List<String> tokens, JsonObject vocab, String spaced) {
        JsonArray all = new JsonArray();
        for (String token : tokens) {
            JsonObject added = new JsonObject();
            added.add("id", vocab.get(token));
            added.addProperty("content", token);
            added.addProperty("single_word", false);
            added.addProperty("lstrip", token.equals(spaced));
            added.addProperty("rstrip", false);
            added.addProperty("normalized", false);
            added.addProperty("special", true);
            all.add(added);
        }
        return all;
    }
}
