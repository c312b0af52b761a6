package dev.headlight.weights;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.headlight.JsonFiles;
import dev.headlight.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A checkpoint in the layout of the Hugging Face hub: {@code config.json} and {@code model.safetensors}, or the shards
 * listed in {@code model.safetensors.index.json}. {@link Weights} gives access to its arrays. Pickles are never opened.
 */
public final class Checkpoint implements AutoCloseable {
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private final Path folder;
    private final Config config;
    private final Map<String, SafeTensorsFile> files = new LinkedHashMap<>();
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Set<String> read = new HashSet<>();
    private final Set<String> zeros = new TreeSet<>();

    /** A tensor, its file, and its name in that file. */
    record Tensor(String storedName, SafeTensorsFile file, SafeTensorsHeader.Entry entry) {}

    private Checkpoint(Path folder, Config config) {
        this.folder = folder;
        this.config = config;
    }

    /**
     * Opens a checkpoint; only headers are read yet.
     *
     * @throws UserException if a file is missing or malformed
     */
    public static Checkpoint open(Path folder) {
        Checkpoint checkpoint = new Checkpoint(folder, Config.read(folder.resolve("config.json")));
        try {
            checkpoint.openFiles();
            return checkpoint;
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    private void openFiles() {
        if (Files.exists(folder.resolve(SINGLE))) {
            open(SINGLE).tensors().keySet().forEach(name -> add(name, SINGLE));
        } else if (Files.exists(folder.resolve(INDEX))) {
            openShards(folder.resolve(INDEX));
        } else if (Files.exists(folder.resolve("pytorch_model.bin"))) {
            throw new UserException("No weights that Headlight can read in " + folder
                    + ": it has only pytorch_model.bin, a pickle, which can run any code; choose a checkpoint"
                    + " that has model.safetensors.");
        } else {
            throw new UserException("No weights in " + folder + ": it has no " + SINGLE + ".");
        }
    }

    private void openShards(Path index) {
        for (Map.Entry<String, JsonElement> place : weightMap(index).entrySet()) {
            Optional<String> file = Optional.of(place.getValue())
                    .filter(JsonElement::isJsonPrimitive)
                    .map(JsonElement::getAsString)
                    .filter(name -> name.matches("[\\w.-]+\\.safetensors"));
            add(
                    place.getKey(),
                    file.orElseThrow(() -> new UserException(
                            index + " maps " + place.getKey() + " to no safetensors file of this folder.")));
        }
    }

    private static JsonObject weightMap(Path index) {
        if (JsonFiles.object(index).get("weight_map") instanceof JsonObject map) {
            return map;
        }
        throw new UserException(index + " has no weight_map: fetch the file again.");
    }

    private SafeTensorsFile open(String name) {
        return files.computeIfAbsent(name, n -> SafeTensorsFile.open(folder.resolve(n)));
    }

    private void add(String name, String fileName) {
        SafeTensorsFile file = open(fileName);
        SafeTensorsHeader.Entry entry = file.tensors().get(name);
        if (entry == null) {
            throw new UserException(
                    file.file() + " doesn't contain " + name + ", although the index says so: fetch both again.");
        }
        if (tensors.put(modernName(name), new Tensor(name, file, entry)) != null) {
            throw new UserException(file.file() + " contains " + name + " under its old and its new name: choose"
                    + " another checkpoint.");
        }
    }

    /** The current name of a tensor that older checkpoints, such as google-bert/bert-base-uncased, call differently. */
    private static String modernName(String name) {
        if (name.endsWith("LayerNorm.gamma")) {
            return name.substring(0, name.length() - "gamma".length()) + "weight";
        }
        return name.endsWith("LayerNorm.beta") ? name.substring(0, name.length() - "beta".length()) + "bias" : name;
    }

    public Config config() {
        return config;
    }

    public Path folder() {
        return folder;
    }

    /** SHA-256 of the files of weights. */
    public FileHashes hashes() {
        return FileHashes.of(folder, List.copyOf(files.keySet()));
    }

    /** A tensor by its current name. */
    Optional<Tensor> tensor(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /** Records that a tensor was read. */
    void used(String name) {
        read.add(name);
    }

    /** Records that a missing tensor was replaced by zeros. */
    void absent(String name) {
        zeros.add(name);
    }

    /** The tensors that were not read, by their names in the files. */
    public List<String> ignored() {
        return tensors.entrySet().stream()
                .filter(tensor -> !read.contains(tensor.getKey()))
                .map(tensor -> tensor.getValue().storedName())
                .sorted()
                .toList();
    }

    /** The missing biases that were replaced by zeros, as transformers does. */
    public List<String> zeros() {
        return List.copyOf(zeros);
    }

    /**
     * The file and name of the first tensor that contains NaN or infinity; empty if none does.
     */
    public static Optional<String> notFinite(Path folder) {
        try (Checkpoint checkpoint = open(folder)) {
            return checkpoint.tensors.values().stream()
                    .filter(tensor -> tensor.entry().size() <= Integer.MAX_VALUE)
                    .filter(tensor ->
                            !tensor.entry().type().isFinite(tensor.file().bytes(tensor.entry())))
                    .findFirst()
                    .map(tensor -> tensor.file().file() + ": " + tensor.storedName());
        }
    }

    /** Whether most of its numbers are bfloat16. */
    public boolean isBfloat16() {
        long all = tensors.values().stream().mapToLong(Checkpoint::numbers).sum();
        long such = tensors.values().stream()
                .filter(tensor -> tensor.entry().type() == DType.BF16)
                .mapToLong(Checkpoint::numbers)
                .sum();
        return 2 * such > all;
    }

    /**
     * About how many bytes its weights take, in memory of their own or mapped.
     *
     * @param bfloat16 whether linear layers are bfloat16, or float32
     */
    public long bytes(boolean bfloat16) {
        return tensors.values().stream().mapToLong(Checkpoint::numbers).sum() * (bfloat16 ? Short.BYTES : Float.BYTES);
    }

    private static long numbers(Tensor tensor) {
        return tensor.entry().size() / tensor.entry().type().bytes();
    }

    /** Whether any tensor's name starts with a prefix. */
    boolean anyBelow(String prefix) {
        return tensors.keySet().stream().anyMatch(name -> name.startsWith(prefix));
    }

    @Override
    public void close() {
        files.values().forEach(SafeTensorsFile::close);
    }
}
