package dev.headlight.imports;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.headlight.AttentionKind;
import dev.headlight.FileFailure;
import dev.headlight.UserException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What {@code headlight corpus} wrote, checked so that the page can rely on it: every number is one, every list as long as
 * it should be, and every text there.
 *
 * @param json as docs/corpus.md describes it
 */
public record CorpusFile(JsonObject json) {
    private static final String NAME = "corpus.json";
    private static final int VERSION = 1;
    private static final long LARGEST = 256L << 20;
    /** −17 and farther, −16 to 16, 17 and farther. */
    private static final int OFFSETS = 35;

    private static final int MOST_LAYERS = 1_000;
    private static final int MOST_HEADS = 256;
    private static final int MOST_QUANTITIES = 100;

    /**
     * Reads a corpus.
     *
     * @param named the folder that was written, or the {@code corpus.json} in it
     * @throws UserException if there is none, or it is damaged
     */
    public static CorpusFile read(String named) {
        Path path;
        try {
            path = Path.of(named);
        } catch (InvalidPathException e) {
            throw new UserException(
                    "There is no corpus " + named + ": name the folder that headlight corpus wrote.", e);
        }
        Path file = Files.isDirectory(path) ? path.resolve(NAME) : path;
        if (!Files.isRegularFile(file)) {
            throw new UserException("There is no corpus in " + named
                    + ": name the folder that headlight corpus wrote with --out, once it is done.");
        }
        JsonObject json = object(file);
        try {
            check(json);
        } catch (Damaged e) {
            throw new UserException(
                    file + " is not what headlight corpus writes (" + e.getMessage() + "): write it again.", e);
        }
        return new CorpusFile(json);
    }

    private static JsonObject object(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new UserException(file + " is larger than any corpus: name one that headlight corpus wrote.");
            }
            JsonReader reader = new JsonReader(new StringReader(Files.readString(file)));
            reader.setStrictness(Strictness.STRICT);
            JsonElement json = JsonParser.parseReader(reader);
            if (json instanceof JsonObject object && reader.peek() == JsonToken.END_DOCUMENT) {
                return object;
            }
            throw new UserException(file + " is not a JSON object: write it again with headlight corpus.");
        } catch (CharacterCodingException
                | MalformedJsonException
                | JsonParseException
                | IllegalStateException
                | StackOverflowError e) {
            throw new UserException(file + " is not JSON: write it again with headlight corpus.", e);
        } catch (IOException e) {
            throw new UserException("Can't read " + file + ": " + FileFailure.reason(e) + ".", e);
        }
    }

    /** What is wrong, in a few words. */
    private static final class Damaged extends RuntimeException {
        private static final long serialVersionUID = 1;

        Damaged(String what) {
            super(what);
        }
    }

    private static void check(JsonObject json) {
        if (!(json.get("headlight") instanceof JsonPrimitive kind) || !kind.equals(new JsonPrimitive("corpus"))) {
            throw new Damaged("its “headlight” is not “corpus”");
        }
        if (whole(json, "version", 0, Integer.MAX_VALUE) != VERSION) {
            throw new Damaged("its version is not " + VERSION + ", which this Headlight reads");
        }
        JsonObject model = object(json, "model");
        string(model, "name");
        if (model.has("revision")) {
            string(model, "revision");
        }
        object(model, "sha256").entrySet().forEach(file -> string(file.getValue(), "sha256"));
        long layers = whole(model, "layers", 1, MOST_LAYERS);
        long heads = whole(model, "heads", 1, MOST_HEADS);
        JsonObject corpus = object(json, "corpus");
        string(corpus, "source");
        whole(corpus, "texts", 0, Long.MAX_VALUE);
        whole(corpus, "tokens", 0, Long.MAX_VALUE);
        JsonArray patterns = list(json, "patterns", 1, MOST_QUANTITIES);
        patterns.forEach(of -> {
            string(object(of, "patterns"), "label");
            required(object(of, "patterns"), "threshold");
        });
        JsonArray masses = list(json, "masses", 0, MOST_QUANTITIES);
        masses.forEach(of -> string(of, "masses"));
        JsonArray relations = list(json, "relations", 0, MOST_QUANTITIES);
        relations.forEach(of -> {
            string(object(of, "relations"), "id");
            string(object(of, "relations"), "label");
        });
        JsonArray texts = list(json, "texts", 0, Integer.MAX_VALUE);
        texts.forEach(of -> {
            string(object(of, "texts"), "id");
            string(object(of, "texts"), "text");
        });
        Sizes sizes = new Sizes(layers, heads, patterns.size(), masses.size(), relations.size(), texts.size());
        Set<String> places = new HashSet<>();
        for (JsonElement head : list(json, "heads", 1, 4 * MOST_LAYERS * MOST_HEADS)) {
            if (!places.add(sizes.check(object(head, "heads")))) {
                throw new Damaged("it has a head twice");
            }
        }
    }

    /** How many there are of what a head has. */
    private record Sizes(long layers, long heads, int patterns, int masses, int relations, int texts) {

        /** Checks a head; returns which it is. */
        String check(JsonObject head) {
            String kind = string(head, "kind");
            if (AttentionKind.of(kind).isEmpty()) {
                throw new Damaged("it has a head of an unknown kind");
            }
            long layer = whole(head, "layer", 0, layers - 1);
            long number = whole(head, "head", 0, heads - 1);
            each(head, "patterns", patterns, this::estimate);
            JsonObject offsets = object(head, "offsets");
            each(offsets, "mean", OFFSETS, of -> finite(of, "mean"));
            each(offsets, "error", OFFSETS, of -> finite(of, "error"));
            each(head, "masses", masses, CorpusFile::mean);
            each(head, "relations", relations, of -> {
                if (of instanceof JsonObject relation) {
                    number(relation, "baseline");
                    number(relation, "baselineError");
                    number(relation, "difference");
                    number(relation, "differenceError");
                }
                estimate(of);
            });
            return kind + " " + layer + " " + number;
        }

        /** What was measured, unless no text could show it, with the texts that show it most. */
        private void estimate(JsonElement of) {
            if (of.isJsonNull()) {
                return;
            }
            JsonObject estimate = object(of, "patterns and relations");
            mean(estimate);
            number(estimate, "share");
            whole(estimate, "texts", 1, Long.MAX_VALUE);
            for (JsonElement most : list(estimate, "most", 0, MOST_QUANTITIES)) {
                if (!(most instanceof JsonArray pair && pair.size() == 2)) {
                    throw new Damaged("its “most” are not pairs of a text and a value");
                }
                whole(pair.get(0), "most", 0, texts - 1L);
                finite(pair.get(1), "most");
            }
        }
    }

    private static void mean(JsonElement of) {
        JsonObject mean = object(of, "masses");
        number(mean, "mean");
        number(mean, "error");
    }

    private static void each(JsonObject in, String name, int size, Consumer<JsonElement> check) {
        list(in, name, size, size).forEach(check);
    }

    private static JsonArray list(JsonObject in, String name, int least, int most) {
        if (in.get(name) instanceof JsonArray list && list.size() >= least && list.size() <= most) {
            return list;
        }
        throw new Damaged("its “" + name + "” is not a list of " + (least == most ? least + " entries" : "entries"));
    }

    private static JsonObject object(JsonObject in, String name) {
        return object(in.get(name), name);
    }

    private static JsonObject object(JsonElement value, String name) {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw new Damaged("its “" + name + "” is not an object, or has one that is none");
    }

    private static String string(JsonObject in, String name) {
        return string(in.get(name), name);
    }

    private static String string(JsonElement value, String name) {
        if (value instanceof JsonPrimitive text && text.isString()) {
            return text.getAsString();
        }
        throw new Damaged("its “" + name + "” is not text");
    }

    /** A number, or null where there is none. */
    private static void number(JsonObject in, String name) {
        if (!in.has(name)) {
            throw new Damaged("a “" + name + "” is missing");
        }
        finite(in.get(name), name);
    }

    private static void required(JsonObject in, String name) {
        if (!in.has(name) || in.get(name).isJsonNull()) {
            throw new Damaged("a “" + name + "” is missing");
        }
        finite(in.get(name), name);
    }

    private static void finite(JsonElement value, String name) {
        boolean isNumber =
                value instanceof JsonPrimitive number && number.isNumber() && Double.isFinite(number.getAsDouble());
        if (!isNumber && !value.isJsonNull()) {
            throw new Damaged("a “" + name + "” is not a number");
        }
    }

    private static long whole(JsonObject in, String name, long least, long most) {
        return whole(in.get(name), name, least, most);
    }

    private static long whole(JsonElement value, String name, long least, long most) {
        if (value instanceof JsonPrimitive number && number.isNumber()) {
            double exact = number.getAsDouble();
            if (exact == Math.rint(exact) && exact >= least && exact <= most) {
                return (long) exact;
            }
        }
        throw new Damaged("a “" + name + "” is not a whole number from " + least
                + (most < Integer.MAX_VALUE ? " to " + most : ""));
    }
}
