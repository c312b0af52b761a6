package dev.headlight.tokens;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.headlight.UserException;
import dev.headlight.tokens.AddedTokens.AddedToken;
import dev.headlight.tokens.TokenizerJson.TemplatePart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The special tokens around a text or a pair of texts, as a tokenizer.json's post-processor.
 *
 * @param folder the checkpoint's
 * @param source the vocabulary's file, for messages
 * @param special the special tokens by name; empty if set to none
 */
record SurroundingTokens(
        TokenizerClass kind,
        TokenizerSettings settings,
        TokenizerVocabulary vocab,
        AddedTokens tokens,
        Map<String, Optional<AddedToken>> special,
        Path folder,
        Path source) {

    /**
     * The post-processor: that of the class, of tokenizer.json, or of the settings.
     *
     * @param file the one in tokenizer.json, or null in JSON
     * @param origins gets the choice
     * @throws UserException if a needed token is missing
     */
    JsonElement choose(JsonElement file, List<String> origins) {
        JsonElement own = switch (kind) {
            case BERT, DISTIL_BERT, DEBERTA_V2 -> bertTemplate(token("cls_token"), token("sep_token"));
            case ROBERTA, MPNET -> robertaProcessing();
            case ESM -> bertTemplate(token("cls_token"), token("eos_token"));
            case XLM_ROBERTA, CAMEMBERT -> twoSeparators("bos_token", "eos_token");
            case DEBERTA -> twoSeparators("cls_token", "sep_token");
            case T5 -> afterEach();
            case PEGASUS, MARIAN -> atTheEnd();
            case MBART, MBART50, NLLB, M2M_100 -> withLanguage();
            case HERBERT -> herbertProcessing();
            case ALBERT -> file.isJsonNull() ? albertTemplate() : null;
            case GPT_NEOX -> file.isJsonNull() ? null : around(false, false); // whatever the file says
            default -> null;
        };
        boolean explicit = settings.has("add_bos_token") || settings.has("add_eos_token");
        if (own != null) {
            origins.add("tokens around a text: " + kind.title());
        } else if (explicit || kind == TokenizerClass.CODE_LLAMA || file.isJsonNull()) {
            own = ends(kind == TokenizerClass.CODE_LLAMA);
            origins.add("tokens around a text: add_bos_token and add_eos_token of tokenizer_config.json");
        } else {
            own = file;
            origins.add("tokens around a text: tokenizer.json");
        }
        return own;
    }

    private JsonObject bertTemplate(String first, String separator) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        ids.put(first, id("cls_token"));
        ids.put(separator, id(kind == TokenizerClass.ESM ? "eos_token" : "sep_token"));
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

    private JsonObject afterEach() {
        TemplatePart end = TemplatePart.token("</s>", 0);
        List<TemplatePart> single = List.of(TemplatePart.text("A", 0), end);
        List<TemplatePart> pair = List.of(TemplatePart.text("A", 0), end, TemplatePart.text("B", 0), end);
        return TokenizerJson.template(single, pair, Map.of("</s>", id("eos_token")));
    }

    private JsonObject atTheEnd() {
        TemplatePart end = TemplatePart.token(token("eos_token"), 0);
        return single(List.of(), List.of(end), Map.of(token("eos_token"), id("eos_token")));
    }

    /** The language of a source: {@code src_lang} in the settings, or the usual one. */
    private JsonObject withLanguage() {
        settings.requireLanguageFirst();
        String name = settings.text("src_lang").orElse(kind.usualLanguage());
        String language = kind.languageToken(name);
        int id = tokens.id(language)
                .orElseThrow(() -> new UserException(folder.resolve("tokenizer_config.json") + ": src_lang is " + name
                        + ", which is no token of the vocabulary: set it to one that is."));
        TemplatePart named = TemplatePart.token(language, 0);
        TemplatePart end = TemplatePart.token(token("eos_token"), 0);
        Map<String, Integer> ids = new LinkedHashMap<>();
        ids.put(token("eos_token"), id("eos_token"));
        ids.put(language, id);
        return kind.languageLast()
                ? single(List.of(), List.of(end, named), ids)
                : single(List.of(named), List.of(end), ids);
    }

    /** Tokens around a text, and around a pair as if it were one. */
    private static JsonObject single(List<TemplatePart> before, List<TemplatePart> after, Map<String, Integer> ids) {
        List<TemplatePart> single = new ArrayList<>(before);
        single.add(TemplatePart.text("A", 0));
        List<TemplatePart> pair = new ArrayList<>(single);
        pair.add(TemplatePart.text("B", 0));
        single.addAll(after);
        pair.addAll(after);
        return TokenizerJson.template(single, pair, ids);
    }

    private JsonObject twoSeparators(String begin, String end) {
        String first = token(begin);
        String separator = token(end);
        Map<String, Integer> ids = new LinkedHashMap<>();
        ids.put(first, id(begin));
        ids.put(separator, id(end));
        TemplatePart last = TemplatePart.token(separator, 0);
        List<TemplatePart> single = List.of(TemplatePart.token(first, 0), TemplatePart.text("A", 0), last);
        List<TemplatePart> pair = new ArrayList<>(single);
        pair.addAll(List.of(last, TemplatePart.text("B", 0), last));
        return TokenizerJson.template(single, pair, ids);
    }

    /** A token at either end, if the settings say so. */
    private JsonObject ends(boolean first) {
        return around(
                settings.flag("add_bos_token", first) && id("bos_token") >= 0,
                settings.flag("add_eos_token", false) && id("eos_token") >= 0);
    }

    private JsonObject around(boolean begins, boolean ends) {
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

    private int id(String name) {
        return special.getOrDefault(name, Optional.empty())
                .map(token -> tokens.id(token.content()).orElse(-1))
                .orElse(-1);
    }

    private String token(String name) {
        return special.getOrDefault(name, Optional.empty())
                .map(AddedToken::content)
                .orElseThrow(() -> new UserException(folder + ": the tokenizer's " + name + " is set to none, and a "
                        + kind.title() + " needs one: choose another checkpoint."));
    }
}
