package dev.headlight.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.HashSet;
import java.util.Set;

/**
 * Checks the templates with which a tokenizer adds special tokens to texts. The native library doesn't check them: one
 * that names an undefined token crashes the process.
 */
final class Templates {
    private Templates() {}

    /** Whether every template of a {@code post_processor} is valid; other kinds are left to the library. */
    static boolean areWhole(JsonElement postProcessor) {
        if (!(postProcessor instanceof JsonObject processor)) {
            return true;
        }
        if (processor.get("processors") instanceof JsonArray several) {
            for (JsonElement one : several) {
                if (!areWhole(one)) {
                    return false;
                }
            }
            return true;
        }
        if (!new JsonPrimitive("TemplateProcessing").equals(processor.get("type"))) {
            return true;
        }
        return processor.get("special_tokens") instanceof JsonObject defined
                && isWhole(processor.get("single"), Set.of("A"), defined)
                && isWhole(processor.get("pair"), Set.of("A", "B"), defined);
    }

    /** Whether a template names each text once, and no undefined special token. */
    private static boolean isWhole(JsonElement template, Set<String> texts, JsonObject defined) {
        if (!(template instanceof JsonArray pieces)) {
            return false;
        }
        Set<String> named = new HashSet<>();
        for (JsonElement piece : pieces) {
            if (!(piece instanceof JsonObject object)) {
                return false;
            }
            String text = id(object.get("Sequence"));
            String token = id(object.get("SpecialToken"));
            boolean fits =
                    text != null ? texts.contains(text) && named.add(text) : token != null && isDefined(token, defined);
            if (!fits) {
                return false;
            }
        }
        return named.equals(texts);
    }

    private static boolean isDefined(String token, JsonObject defined) {
        return defined.get(token) instanceof JsonObject definition
                && definition.get("ids") instanceof JsonArray ids
                && definition.get("tokens") instanceof JsonArray tokens
                && ids.size() == tokens.size();
    }

    private static String id(JsonElement piece) {
        return piece instanceof JsonObject object && object.get("id") instanceof JsonPrimitive id
                ? id.getAsString()
                : null;
    }
}
