package dev.headlight.tokens;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;

/**
 * Makes a {@code tokenizer.json} of a {@code vocab.json} and a {@code merges.txt}, as RobertaTokenizerFast and
 * GPT2TokenizerFast in Hugging Face transformers do: the layout of checkpoints, CodeBERT among them, that were published
 * before tokenizer.json was.
 */
final class BytePairJson {
    private static final List<String> SPECIAL = List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>", "<|endoftext|>");

    private BytePairJson() {}

    static String of(JsonObject vocab, String merges, JsonObject config) {
        JsonElement flag = config.get("add_prefix_space");
        boolean spaceFirst = new JsonPrimitive(true).equals(flag);
        JsonObject json = new JsonObject();
        json.addProperty("version", "1.0");
        json.add(
                "added_tokens",
                TokenizerJson.special(SPECIAL.stream().filter(vocab::has).toList(), vocab, "<mask>"));
        json.add("normalizer", JsonNull.INSTANCE);
        json.add("pre_tokenizer", byteLevel(spaceFirst, true));
        json.add("post_processor", postProcessor(vocab, spaceFirst));
        json.add("decoder", byteLevel(true, true));
        json.add("model", model(vocab, merges));
        return json.toString();
    }

    private static JsonObject byteLevel(boolean spaceFirst, boolean trimmed) {
        JsonObject level = TokenizerJson.typed("ByteLevel");
        level.addProperty("add_prefix_space", spaceFirst);
        level.addProperty("trim_offsets", trimmed);
        level.addProperty("use_regex", true);
        return level;
    }

    /**
     * RoBERTa's, where there is what it puts around texts. GPT-2's leaves spans as they are: a trimmed one of a space by
     * itself would be empty.
     */
    private static JsonObject postProcessor(JsonObject vocab, boolean spaceFirst) {
        if (!vocab.has("<s>") || !vocab.has("</s>")) {
            return byteLevel(spaceFirst, false);
        }
        JsonObject processor = TokenizerJson.typed("RobertaProcessing");
        processor.add("sep", TokenizerJson.pair("</s>", vocab));
        processor.add("cls", TokenizerJson.pair("<s>", vocab));
        processor.addProperty("trim_offsets", true);
        processor.addProperty("add_prefix_space", spaceFirst);
        return processor;
    }

    private static JsonObject model(JsonObject vocab, String merges) {
        JsonObject model = TokenizerJson.typed("BPE");
        model.add("dropout", JsonNull.INSTANCE);
        model.addProperty("continuing_subword_prefix", "");
        model.addProperty("end_of_word_suffix", "");
        model.addProperty("fuse_unk", false);
        model.add("vocab", vocab);
        JsonArray rules = new JsonArray();
        merges.lines()
                .filter(line -> !line.startsWith("#version") && !line.isBlank())
                .forEach(rules::add);
        model.add("merges", rules);
        return model;
    }
}
