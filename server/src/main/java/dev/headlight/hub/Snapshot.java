package dev.headlight.hub;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.headlight.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The files of a model at one commit.
 *
 * @param folder their folder; it may be incomplete, as Python downloads file by file
 */
record Snapshot(Path folder) {
    static final String CONFIG = "config.json";
    static final String WEIGHTS = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    boolean exists() {
        return Files.isDirectory(folder);
    }

    /** What is missing from a complete model, in a few words; empty if nothing is. */
    Optional<String> missing() {
        if (!has(CONFIG)) {
            return Optional.of("no " + CONFIG);
        }
        if (!Choice.hasTokenizer(this::has)) {
            return Optional.of("no tokenizer");
        }
        if (has(WEIGHTS)) {
            return Optional.empty();
        }
        if (!has(INDEX)) {
            return Optional.of("no " + WEIGHTS);
        }
        try {
            return shards().stream().filter(shard -> !has(shard)).findFirst().map(shard -> "no " + shard);
        } catch (UserException e) {
            return Optional.of("a damaged " + INDEX);
        }
    }

    /** A link without its blob does not count. */
    private boolean has(String file) {
        return Files.exists(folder.resolve(file));
    }

    /**
     * The files that the index lists.
     *
     * @throws UserException if it is damaged, or names anything but safetensors files next to itself
     */
    Set<String> shards() {
        Path index = folder.resolve(INDEX);
        try {
            JsonObject json = JsonParser.parseString(Files.readString(index)).getAsJsonObject();
            Set<String> shards = new TreeSet<>();
            for (JsonElement file : json.getAsJsonObject("weight_map").asMap().values()) {
                shards.add(file.getAsString());
            }
            if (!shards.isEmpty() && shards.stream().allMatch(Choice::isWeights)) {
                return shards;
            }
        } catch (IOException
                | JsonParseException
                | IllegalStateException
                | NullPointerException
                | ClassCastException
                | UnsupportedOperationException
                | StackOverflowError e) {
            // reported below
        }
        throw new UserException(index + " names no safetensors files next to it: choose another model or revision.");
    }

    long bytes() {
        try (Stream<Path> files = Files.walk(folder)) {
            long sum = 0;
            List<Path> all = files.filter(Files::isRegularFile).toList();
            for (Path file : all) {
                sum += Files.size(file);
            }
            return sum;
        } catch (IOException e) {
            return 0;
        }
    }
}
