package dev.headlight.imports;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.UserException;
import dev.headlight.inspect.Origin;
import dev.headlight.weights.FileHashes;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads what a file says of where its attention comes from. */
final class SavedOrigin {
    private static final int LONGEST = 200;
    private static final int MOST_FILES = 1000;

    private SavedOrigin() {}

    /**
     * The origin that some notes name.
     *
     * @throws UserException if it is not written as it should be
     */
    static Origin of(ArrayFile file, Map<String, JsonElement> notes) {
        return new Origin(text(file, notes, "revision"), text(file, notes, "headlight"), hashes(file, notes));
    }

    private static Optional<String> text(ArrayFile file, Map<String, JsonElement> notes, String name) {
        JsonElement note = notes.get(name);
        if (note == null || note.isJsonNull()) {
            return Optional.empty();
        }
        if (note instanceof JsonPrimitive text && !text.isBoolean() && isShort(text.getAsString())) {
            return Optional.of(text.getAsString());
        }
        throw file.error("has a “" + name + "” that is no text of 1 to " + LONGEST + " characters: save one, or none.");
    }

    private static boolean isShort(String text) {
        return !text.isBlank() && text.length() <= LONGEST;
    }

    private static FileHashes hashes(ArrayFile file, Map<String, JsonElement> notes) {
        JsonElement note = notes.get("sha256");
        if (note == null || note.isJsonNull()) {
            return FileHashes.NONE;
        }
        SortedMap<String, String> hashes = new TreeMap<>();
        if (note instanceof JsonObject named && named.size() <= MOST_FILES) {
            for (Map.Entry<String, JsonElement> entry : named.entrySet()) {
                if (isShort(entry.getKey())
                        && entry.getValue() instanceof JsonPrimitive hash
                        && hash.getAsString().matches("[0-9a-f]{64}")) {
                    hashes.put(entry.getKey(), hash.getAsString());
                }
            }
            if (hashes.size() == named.size()) {
                return FileHashes.known(hashes);
            }
        }
        throw file.error("has a “sha256” that is not a hash of 64 hexadecimal digits for each name of a file: save it"
                + " so, or none.");
    }
}
