package dev.headlight.weights;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.JsonFiles;
import dev.headlight.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A checkpoint's {@code config.json}; a required setting that is missing or of the wrong type is an error that names
 * it.
 */
public final class Config {
    /** The largest number of settings that have no limit of their own. */
    private static final int LARGEST = 100_000_000;

    /** Above those of all published models: larger ones mean a damaged file, whose model would take hours or all memory. */
    private static final Map<String, Integer> LIMITS = limits();

    private static Map<String, Integer> limits() {
        Map<String, Integer> limits = new HashMap<>();
        List.of(
                        "num_hidden_layers",
                        "n_layer",
                        "n_layers",
                        "num_layers",
                        "num_decoder_layers",
                        "encoder_layers",
                        "decoder_layers",
                        "num_hidden_groups")
                .forEach(layers -> limits.put(layers, 1_000));
        List.of(
                        "num_attention_heads",
                        "n_head",
                        "n_heads",
                        "num_heads",
                        "encoder_attention_heads",
                        "decoder_attention_heads")
                .forEach(heads -> limits.put(heads, 256));
        limits.put("num_key_value_heads", 256);
        List.of("head_dim", "d_kv").forEach(size -> limits.put(size, 1_024));
        limits.put("relative_attention_num_buckets", 1_000_000);
        List.of("hidden_size", "n_embd", "dim", "d_model", "embedding_size")
                .forEach(hidden -> limits.put(hidden, 65_536));
        List.of("intermediate_size", "n_inner", "hidden_dim", "encoder_ffn_dim", "decoder_ffn_dim", "d_ff")
                .forEach(inner -> limits.put(inner, 1_000_000));
        limits.put("vocab_size", 10_000_000);
        limits.put("type_vocab_size", 1_000);
        return Map.copyOf(limits);
    }

    private static final String CLASSIFIERS =
            ".*For(SequenceClassification|TokenClassification|QuestionAnswering|MultipleChoice|NextSentencePrediction)";

    private final Path file;
    private final JsonObject json;
    private final Config generation;

    private Config(Path file, JsonObject json, Config generation) {
        this.file = file;
        this.json = json;
        this.generation = generation;
    }

    /**
     * Reads a configuration.
     *
     * @throws UserException if there is none, or it is not a JSON object
     */
    public static Config read(Path file) {
        if (!Files.exists(file)) {
            throw new UserException("No model in " + file.getParent() + ": it has no " + file.getFileName() + ".");
        }
        Path generation = file.resolveSibling("generation_config.json");
        return new Config(
                file,
                JsonFiles.object(file),
                JsonFiles.ifThere(generation)
                        .map(json -> new Config(generation, json, null))
                        .orElse(null));
    }

    /** The {@code generation_config.json} next to it, if any. */
    public Optional<Config> generation() {
        return Optional.ofNullable(generation);
    }

    /**
     * The tokens that end a text, {@code eos_token_id}: one or several, of generation_config.json if it names any, else of
     * config.json.
     */
    public Set<Integer> ends() {
        String name = "eos_token_id";
        Config from = generation().filter(writing -> writing.has(name)).orElse(this);
        if (from.absent(name)) {
            return Set.of();
        }
        if (!(from.json.get(name) instanceof JsonArray)) {
            return Set.of(from.atLeastZero(name, 0));
        }
        return from.numbers(name).orElseThrow().stream().map(Double::intValue).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether the checkpoint is a text or token classifier, according to its architectures. */
    public boolean classifies() {
        List<String> architectures = strings("architectures").orElse(List.of());
        return !architectures.isEmpty() && architectures.stream().allMatch(name -> name.matches(CLASSIFIERS));
    }

    /** A whole number of at least 1, and of at most what is known of its kind. */
    public int positive(String name) {
        int most = LIMITS.getOrDefault(name, LARGEST);
        return number(name, 1, most)
                .orElseThrow(() -> error(name, "a whole number from 1 to " + most))
                .intValue();
    }

    /** A whole number of at least 1, or a default if it is missing. */
    public int positive(String name, int otherwise) {
        return absent(name) ? otherwise : positive(name);
    }

    /** A whole number of at least 1, or a default if it is missing or a number below 1, such as −1 for none. */
    public int positiveOr(String name, int otherwise) {
        boolean none = number(name, -LARGEST, 0).isPresent();
        return none ? otherwise : positive(name, otherwise);
    }

    /** A whole number of at least 0, or a default if it is missing. */
    public int atLeastZero(String name, int otherwise) {
        if (absent(name)) {
            return otherwise;
        }
        double number = number(name, 0, LARGEST)
                .filter(found -> found == Math.rint(found))
                .orElseThrow(() -> error(name, "a whole number from 0 to " + LARGEST));
        return (int) number;
    }

    /** A positive number, whole or not. */
    public double number(String name, double otherwise) {
        return absent(name)
                ? otherwise
                : number(name, Double.MIN_VALUE, 1e12).orElseThrow(() -> error(name, "a positive number up to 1e12"));
    }

    /** The same, if there is one. */
    public OptionalDouble number(String name) {
        return absent(name) ? OptionalDouble.empty() : OptionalDouble.of(number(name, 1));
    }

    /** A list of numbers. */
    public Optional<List<Double>> numbers(String name) {
        if (absent(name)) {
            return Optional.empty();
        }
        List<Double> numbers = new ArrayList<>();
        if (json.get(name) instanceof JsonArray array) {
            for (JsonElement element : array) {
                if (element instanceof JsonPrimitive value
                        && value.isNumber()
                        && Math.abs(value.getAsDouble()) <= 1e12) {
                    numbers.add(value.getAsDouble());
                }
            }
            if (numbers.size() == array.size()) {
                return Optional.of(numbers);
            }
        }
        throw error(name, "a list of numbers up to 1e12");
    }

    /** A nested object of settings. */
    public Optional<Config> at(String name) {
        if (absent(name)) {
            return Optional.empty();
        }
        if (json.get(name) instanceof JsonObject object) {
            return Optional.of(new Config(file, object, null));
        }
        throw error(name, "an object");
    }

    /** A list of strings. */
    public Optional<List<String>> strings(String name) {
        if (absent(name)) {
            return Optional.empty();
        }
        List<String> strings = new ArrayList<>();
        if (json.get(name) instanceof JsonArray array) {
            for (JsonElement element : array) {
                if (element instanceof JsonPrimitive value && value.isString()) {
                    strings.add(value.getAsString());
                }
            }
            if (strings.size() == array.size()) {
                return Optional.of(strings);
            }
        }
        throw error(name, "a list of strings");
    }

    /** A list of strings, or one of them in lower case between bars, as in older configurations: {@code c2p|p2c}. */
    public Optional<List<String>> names(String name) {
        return optional(name)
                .map(names -> Stream.of(names.toLowerCase(Locale.ROOT).split("\\|"))
                        .map(String::strip)
                        .toList())
                .or(() -> strings(name));
    }

    /** Which of two names of a setting the configuration has: the second if it has neither. */
    public String either(String one, String other) {
        return has(one) ? one : other;
    }

    /** Whether the configuration contains this name, even with the value null. */
    public boolean mentions(String name) {
        return json.has(name);
    }

    /** Whether the configuration has a non-null value of this name. */
    public boolean has(String name) {
        return !absent(name);
    }

    /** A small positive number, such as a norm's epsilon. */
    public float epsilon(String name, double otherwise) {
        if (absent(name)) {
            return (float) otherwise;
        }
        return number(name, 0, 1)
                .orElseThrow(() -> error(name, "a number between 0 and 1"))
                .floatValue();
    }

    public String string(String name) {
        return optional(name).orElseThrow(() -> error(name, "a string"));
    }

    public String string(String name, String otherwise) {
        return absent(name) ? otherwise : string(name);
    }

    public boolean flag(String name, boolean otherwise) {
        if (absent(name)) {
            return otherwise;
        }
        if (json.get(name) instanceof JsonPrimitive value && value.isBoolean()) {
            return value.getAsBoolean();
        }
        throw error(name, "true or false");
    }

    /**
     * Refuses settings that are true, of variants that no family computes.
     *
     * @throws UserException if one is, or is no flag
     */
    public void requireOff(String... names) {
        for (String name : names) {
            if (flag(name, false)) {
                throw error(name, "false");
            }
        }
    }

    /** An error in this configuration, found by a model family. */
    public UserException error(String name, String expected) {
        String found = String.valueOf(json.get(name));
        return new UserException(file + ": " + name + " should be " + expected + ", found "
                + (found.length() <= 80 ? found : found.substring(0, 80) + "…") + ".");
    }

    private boolean absent(String name) {
        JsonElement value = json.get(name);
        return value == null || value.isJsonNull();
    }

    private Optional<String> optional(String name) {
        return json.get(name) instanceof JsonPrimitive value && value.isString()
                ? Optional.of(value.getAsString())
                : Optional.empty();
    }

    private Optional<Double> number(String name, double least, double most) {
        if (!(json.get(name) instanceof JsonPrimitive value) || !value.isNumber()) {
            return Optional.empty();
        }
        double number = value.getAsDouble();
        boolean whole = least < 1 || number == Math.rint(number);
        return number >= least && number <= most && whole ? Optional.of(number) : Optional.empty();
    }
}
