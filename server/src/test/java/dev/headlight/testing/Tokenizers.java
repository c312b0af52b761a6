package dev.headlight.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;

/** Small {@code tokenizer.json}s of kinds that no checkpoint among the test resources has. */
public final class Tokenizers {
    private Tokenizers() {}

    /**
     * One of SentencePiece's Unigram kind, as XLM-RoBERTa and ALBERT have: longer pieces are likelier, and what it does
     * not know falls to {@code <unk>}.
     *
     * @param pieces in order of their ids, which start at 5
     */
    public static JsonObject unigram(List<String> pieces) {
        JsonArray vocab = new JsonArray();
        JsonArray added = new JsonArray();
        List<String> special = List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>");
        for (String token : special) {
            added.add(JsonParser.parseString(
                    "{\"id\":%d,\"content\":\"%s\",\"single_word\":false,\"lstrip\":%s,\"rstrip\":false,\"normalized\":false,\"special\":true}"
                            .formatted(vocab.size(), token, token.equals("<mask>"))));
            vocab.add(scored(token, 0));
        }
        pieces.forEach(piece -> vocab.add(scored(piece, -10.0 / piece.length())));
        JsonObject json = JsonParser.parseString("""
                        {"version":"1.0",
                         "normalizer":{"type":"NFKC"},
                         "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},
                           {"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}]},
                         "post_processor":{"type":"TemplateProcessing",
                           "single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
                                     {"SpecialToken":{"id":"</s>","type_id":0}}],
                           "pair":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},
                                   {"SpecialToken":{"id":"</s>","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}},
                                   {"Sequence":{"id":"B","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}],
                           "special_tokens":{"<s>":{"id":"<s>","ids":[0],"tokens":["<s>"]},
                                             "</s>":{"id":"</s>","ids":[2],"tokens":["</s>"]}}},
                         "decoder":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}}
                        """).getAsJsonObject();
        json.add("added_tokens", added);
        JsonObject model = new JsonObject();
        model.addProperty("type", "Unigram");
        model.addProperty("unk_id", 3);
        model.add("vocab", vocab);
        json.add("model", model);
        return json;
    }

    private static JsonArray scored(String piece, double score) {
        JsonArray pair = new JsonArray();
        pair.add(piece);
        pair.add(score);
        return pair;
    }
}
