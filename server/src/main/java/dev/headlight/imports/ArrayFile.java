package dev.headlight.imports;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.headlight.UserException;
import dev.headlight.weights.SafeTensorsFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A file of named arrays: safetensors, which are mapped; NumPy's {@code .npz} or JSON, which are read.
 *
 * @param path for errors
 * @param arrays by name, in the file's order
 * @param notes what else it says, such as its tokens
 */
record ArrayFile(Path path, Map<String, Stored> arrays, Map<String, JsonElement> notes) {
    ArrayFile {
        arrays = new LinkedHashMap<>(arrays);
        notes = Map.copyOf(notes);
    }

    /**
     * Opens a file, whatever its name says.
     *
     * @throws UserException if it is none of these, or damaged
     */
    static ArrayFile open(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new UserException(
                    Files.exists(path)
                            ? path + " is not a file: name a .safetensors, .npz or .json file."
                            : "There is no file " + path + ": check its name.");
        }
        byte[] start = start(path);
        if (start.length > 1 && start[0] == 'P' && start[1] == 'K') {
            return NpzFile.read(path);
        }
        if (isJson(start)) {
            return JsonArrays.read(path);
        }
        if (start.length < 8 || start[5] != 0 || start[6] != 0 || start[7] != 0) { // no header is that long
            throw new UserException(
                    path + " is none of the files that hold attention: name a .safetensors, .npz or" + " .json file.");
        }
        return safetensors(path);
    }

    private static byte[] start(Path path) {
        try (InputStream file = Files.newInputStream(path)) {
            return file.readNBytes(64);
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    static UserException unreadable(Path path, IOException e) {
        return new UserException("Can't read " + path + ": " + e.getMessage() + ".", e);
    }

    /** Whether it begins as an object of JSON; safetensors have the length of their header there. */
    private static boolean isJson(byte[] start) {
        for (byte character : start) {
            if (!Character.isWhitespace(character)) {
                return character == '{' && (start.length < 8 || start[7] != 0);
            }
        }
        return false;
    }

    private static ArrayFile safetensors(Path path) {
        Map<String, Stored> arrays = new LinkedHashMap<>();
        Map<String, JsonElement> notes = new LinkedHashMap<>();
        try (SafeTensorsFile file = SafeTensorsFile.open(path)) {
            for (String name : file.names()) {
                Optional<Stored.Type> type = Stream.of(Stored.Type.values())
                        .filter(known -> known.name().equals(file.type(name)))
                        .findFirst();
                if (type.isPresent()) {
                    if (file.size(name) > Integer.MAX_VALUE) {
                        throw new UserException(path + ": “" + name + "” is larger than 2 GB: save each layer as an"
                                + " array of its own (“attention.0”, “attention.1” and so on).");
                    }
                    arrays.put(name, new Stored(name, file.shape(name), type.get(), file.bytes(name)));
                }
            }
            file.metadata().forEach((name, text) -> notes.put(name, note(text)));
        }
        return new ArrayFile(path, arrays, notes);
    }

    /** Metadata holds only strings: JSON, or a text that is itself. */
    private static JsonElement note(String text) {
        try {
            return JsonParser.parseString(text);
        } catch (JsonParseException | StackOverflowError e) {
            return new JsonPrimitive(text);
        }
    }

    /** An error about the file. */
    UserException error(String sentence) {
        return new UserException(path + " " + sentence);
    }
}
