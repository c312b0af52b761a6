package dev.headlight.tokens;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.headlight.UserException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a checkpoint's folder says of its tokenizer.
 *
 * @param json a {@code tokenizer.json}, read or made from older files
 * @param source the file that it came from, for messages
 * @param config {@code tokenizer_config.json}, empty where there is none
 */
record TokenizerFiles(String json, Path source, JsonObject config) {

    static TokenizerFiles read(Path folder) {
        Path json = folder.resolve("tokenizer.json");
        Path vocab = folder.resolve("vocab.txt");
        Path configFile = folder.resolve("tokenizer_config.json");
        JsonObject config = Files.exists(configFile) ? object(text(configFile), configFile) : new JsonObject();
        if (Files.exists(json)) {
            return new TokenizerFiles(text(json), json, config);
        }
        if (Files.exists(vocab)) {
            return new TokenizerFiles(WordPieceJson.of(text(vocab), vocab, config), vocab, config);
        }
        Path pieces = folder.resolve("vocab.json");
        Path merges = folder.resolve("merges.txt");
        if (Files.exists(pieces) && Files.exists(merges)) {
            return new TokenizerFiles(
                    BytePairJson.of(object(text(pieces), pieces), text(merges), config), pieces, config);
        }
        throw new UserException("No tokenizer in " + folder
                + ": it holds neither tokenizer.json nor vocab.txt, nor vocab.json with merges.txt.");
    }

    /** A special token of the configuration, which is a string or an object that holds one. */
    Optional<String> token(String name) {
        JsonElement value = config.get(name);
        if (value instanceof JsonObject object) {
            value = object.get("content");
        }
        return value != null && value.isJsonPrimitive() ? Optional.of(value.getAsString()) : Optional.empty();
    }

    static JsonObject object(String text, Path file) {
        try {
            return JsonParser.parseString(text).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException | StackOverflowError e) {
            throw new UserException(file + " is not a JSON object: fetch the file again.", e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new UserException(file + " is not UTF-8 text: fetch the file again.", e);
        } catch (IOException e) {
            throw new UserException("Can't read " + file + ": " + e.getMessage() + ".", e);
        }
    }
}
