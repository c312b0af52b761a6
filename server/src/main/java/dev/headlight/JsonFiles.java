package dev.headlight;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a checkpoint's JSON files, with the same limits: UTF-8, strict JSON, an object, no more than 100 MB. */
public final class JsonFiles {
    /** Three times the largest published tokenizer.json. */
    private static final long LARGEST = 100_000_000;

    private JsonFiles() {}

    /**
     * The JSON object in a file.
     *
     * @throws UserException if the file can't be read, or is not a JSON object
     */
    public static JsonObject object(Path file) {
        return object(text(file), file);
    }

    /** The JSON object in a file; empty if there is no such file. */
    public static Optional<JsonObject> ifThere(Path file) {
        return Files.exists(file) ? Optional.of(object(file)) : Optional.empty();
    }

    /** Parses a file's text as a JSON object. */
    public static JsonObject object(String text, Path file) {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            JsonElement element = JsonParser.parseReader(reader);
            if (element instanceof JsonObject object && reader.peek() == JsonToken.END_DOCUMENT) {
                return object;
            }
            throw malformed(file, null);
        } catch (IOException | JsonParseException | IllegalStateException | StackOverflowError e) {
            throw malformed(file, e);
        }
    }

    private static UserException malformed(Path file, Throwable cause) {
        return new UserException(file + " is not a JSON object: fetch the file again.", cause);
    }

    /**
     * Checks that a file is one, and no folder, pipe or device, which would block or never end.
     *
     * @throws UserException if there is something else of its name
     */
    public static void requireRegular(Path file) {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new UserException(file + " is not a regular file: fetch the checkpoint again.");
        }
    }

    /**
     * The text of a file, UTF-8.
     *
     * @throws UserException if it can't be read, is larger than any published one, or is not text
     */
    public static String text(Path file) {
        requireRegular(file);
        try {
            if (Files.size(file) > LARGEST) {
                throw new UserException(
                        file + " is larger than 100 MB, too large for a file of its kind: fetch it again.");
            }
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new UserException(file + " is not UTF-8 text: fetch the file again.", e);
        } catch (IOException e) {
            throw new UserException("Can't read " + file + ": " + e.getMessage() + ".", e);
        }
    }
}
