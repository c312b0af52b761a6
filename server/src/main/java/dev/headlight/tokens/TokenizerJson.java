package dev.headlight.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Builds parts of a {@code tokenizer.json} in the format of Hugging Face tokenizers. */
final class TokenizerJson {
    static final String SPACE = "▁";

    private TokenizerJson() {}

    static JsonObject typed(String type) {
        JsonObject object = new JsonObject();
        object.addProperty("type", type);
        return object;
    }

    static JsonObject sequence(String list, List<JsonObject> parts) {
        JsonObject sequence = typed("Sequence");
        JsonArray all = new JsonArray();
        parts.forEach(all::add);
        sequence.add(list, all);
        return sequence;
    }

    static JsonObject byteLevel(boolean spaceFirst, boolean regex) {
        JsonObject level = typed("ByteLevel");
        level.addProperty("add_prefix_space", spaceFirst);
        level.addProperty("trim_offsets", true);
        level.addProperty("use_regex", regex);
        return level;
    }

    /** {@code prepend} is always, first or never. */
    static JsonObject metaspace(String prepend, boolean split) {
        JsonObject metaspace = typed("Metaspace");
        metaspace.addProperty("replacement", SPACE);
        metaspace.addProperty("prepend_scheme", prepend);
        metaspace.addProperty("split", split);
        return metaspace;
    }

    static JsonObject replace(String pattern, String content) {
        JsonObject replace = typed("Replace");
        JsonObject literal = new JsonObject();
        literal.addProperty("String", pattern);
        replace.add("pattern", literal);
        replace.addProperty("content", content);
        return replace;
    }

    /** A space for each match of a regular expression. */
    static JsonObject spaceForAll(String regex) {
        JsonObject replace = replace(regex, " ");
        JsonObject pattern = new JsonObject();
        pattern.addProperty("Regex", regex);
        replace.add("pattern", pattern);
        return replace;
    }

    static JsonObject precompiled(byte[] charsmap) {
        JsonObject precompiled = typed("Precompiled");
        precompiled.addProperty("precompiled_charsmap", Base64.getEncoder().encodeToString(charsmap));
        return precompiled;
    }

    static JsonObject isolated(String regex) {
        JsonObject split = typed("Split");
        JsonObject pattern = new JsonObject();
        pattern.addProperty("Regex", regex);
        split.add("pattern", pattern);
        split.addProperty("behavior", "Isolated");
        split.addProperty("invert", false);
        return split;
    }

    static JsonObject bertNormalizer(boolean chinese, Boolean stripAccents, boolean lowerCase) {
        JsonObject normalizer = typed("BertNormalizer");
        normalizer.addProperty("clean_text", true);
        normalizer.addProperty("handle_chinese_chars", chinese);
        normalizer.addProperty("strip_accents", stripAccents);
        normalizer.addProperty("lowercase", lowerCase);
        return normalizer;
    }

    static JsonObject bytePairs(
            Map<String, Integer> vocab,
            JsonArray merges,
            String unknown,
            String wordEnd,
            boolean fused,
            boolean bytes) {
        JsonObject model = typed("BPE");
        model.add("dropout", JsonNull.INSTANCE);
        model.addProperty("unk_token", unknown);
        model.add("continuing_subword_prefix", JsonNull.INSTANCE);
        model.addProperty("end_of_word_suffix", wordEnd);
        model.addProperty("fuse_unk", fused);
        model.addProperty("byte_fallback", bytes);
        model.add("vocab", numbered(vocab));
        model.add("merges", merges);
        return model;
    }

    static JsonObject wordPieces(Map<String, Integer> vocab, String unknown) {
        JsonObject model = typed("WordPiece");
        model.addProperty("unk_token", unknown);
        model.addProperty("continuing_subword_prefix", "##");
        model.addProperty("max_input_chars_per_word", 100);
        model.add("vocab", numbered(vocab));
        return model;
    }

    static JsonObject unigrams(JsonArray vocab, int unknown, boolean bytes) {
        JsonObject model = typed("Unigram");
        model.addProperty("unk_id", unknown);
        model.add("vocab", vocab);
        model.addProperty("byte_fallback", bytes);
        return model;
    }

    private static JsonObject numbered(Map<String, Integer> vocab) {
        JsonObject numbered = new JsonObject();
        vocab.forEach(numbered::addProperty);
        return numbered;
    }

    /** A piece with its score. */
    static JsonArray scored(String piece, double score) {
        JsonArray scored = new JsonArray(2);
        scored.add(piece);
        scored.add(score);
        return scored;
    }

    /** A token and its id. */
    static JsonArray pair(String token, int id) {
        JsonArray pair = new JsonArray(2);
        pair.add(token);
        pair.add(id);
        return pair;
    }

    /**
     * A template for one text and for a pair.
     *
     * @param single such as {@code [CLS]:0 $A:0 [SEP]:0}: tokens and texts, each with its type
     * @param ids of the tokens
     */
    static JsonObject template(List<TemplatePart> single, List<TemplatePart> pair, Map<String, Integer> ids) {
        JsonObject template = typed("TemplateProcessing");
        template.add("single", parts(single));
        template.add("pair", parts(pair));
        JsonObject special = new JsonObject();
        ids.forEach((token, id) -> {
            JsonObject definition = new JsonObject();
            definition.addProperty("id", token);
            JsonArray numbers = new JsonArray();
            numbers.add(id);
            definition.add("ids", numbers);
            JsonArray names = new JsonArray();
            names.add(token);
            definition.add("tokens", names);
            special.add(token, definition);
        });
        template.add("special_tokens", special);
        return template;
    }

    private static JsonArray parts(List<TemplatePart> parts) {
        JsonArray all = new JsonArray();
        for (TemplatePart part : parts) {
            JsonObject inner = new JsonObject();
            inner.addProperty("id", part.name());
            inner.addProperty("type_id", part.type());
            JsonObject outer = new JsonObject();
            outer.add(part.text() ? "Sequence" : "SpecialToken", inner);
            all.add(outer);
        }
        return all;
    }

    /**
     * A part of a template.
     *
     * @param text whether it is a text, {@code A} or {@code B}, instead of a token
     * @param type its token type
     */
    record TemplatePart(boolean text, String name, int type) {
        static TemplatePart text(String name, int type) {
            return new TemplatePart(true, name, type);
        }

        static TemplatePart token(String name, int type) {
            return new TemplatePart(false, name, type);
        }
    }
}
