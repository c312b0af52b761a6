package dev.headlight.tokens;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.headlight.UserException;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes a {@code tokenizer.json} of a {@code vocab.txt}, as BertTokenizerFast in Hugging Face transformers does: the
 * layout of checkpoints that were published before tokenizer.json was.
 */
final class WordPieceJson {
    private static final List<String> SPECIAL = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

    private WordPieceJson() {}

    static String of(String vocabText, Path file, JsonObject config) {
        JsonObject vocab = new JsonObject();
        int id = 0;
        for (String line : vocabText.lines().toList()) {
            vocab.addProperty(line, id++);
        }
        for (String token : SPECIAL) {
            if (!vocab.has(token)) {
                throw new UserException(file + " holds no " + token + ": it is not a WordPiece vocabulary.");
            }
        }
        JsonObject json = new JsonObject();
        json.addProperty("version", "1.0");
        json.add("added_tokens", TokenizerJson.special(SPECIAL, vocab, ""));
        json.add("normalizer", normalizer(config));
        json.add("pre_tokenizer", TokenizerJson.typed("BertPreTokenizer"));
        json.add("post_processor", postProcessor(vocab));
        json.add("decoder", decoder());
        json.add("model", model(vocab));
        return json.toString();
    }

    private static JsonObject normalizer(JsonObject config) {
        JsonObject normalizer = TokenizerJson.typed("BertNormalizer");
        normalizer.addProperty("clean_text", true);
        normalizer.addProperty("handle_chinese_chars", flag(config, "tokenize_chinese_chars"));
        normalizer.add("strip_accents", config.has("strip_accents") ? config.get("strip_accents") : JsonNull.INSTANCE);
        normalizer.addProperty("lowercase", flag(config, "do_lower_case"));
        return normalizer;
    }

    private static JsonObject postProcessor(JsonObject vocab) {
        JsonObject processor = TokenizerJson.typed("BertProcessing");
        processor.add("sep", TokenizerJson.pair("[SEP]", vocab));
        processor.add("cls", TokenizerJson.pair("[CLS]", vocab));
        return processor;
    }

    private static JsonObject decoder() {
        JsonObject decoder = TokenizerJson.typed("WordPiece");
        decoder.addProperty("prefix", "##");
        decoder.addProperty("cleanup", true);
        return decoder;
    }

    private static JsonObject model(JsonObject vocab) {
        JsonObject model = TokenizerJson.typed("WordPiece");
        model.addProperty("unk_token", "[UNK]");
        model.addProperty("continuing_subword_prefix", "##");
        model.addProperty("max_input_chars_per_word", 100);
        model.add("vocab", vocab);
        return model;
    }

    /** A yes or no of the configuration; yes where it says nothing, as in BertTokenizerFast. */
    private static boolean flag(JsonObject config, String name) {
        JsonElement value = config.get(name);
        return value == null || !value.isJsonPrimitive() || value.getAsBoolean();
    }
}
