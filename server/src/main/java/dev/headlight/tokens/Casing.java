package dev.headlight.tokens;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import dev.headlight.JsonFiles;
import dev.headlight.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How words are written inside sentences: {@code Paris}, {@code I}, {@code API}. An uncased vocabulary lacks this; a
 * file {@code casing.json} next to it, {@code {"paris": "Paris", …}}, lists the words that are not all lower-case.
 * Immutable.
 */
public final class Casing {
    /** The file's name in a checkpoint's folder. */
    public static final String FILE = "casing.json";

    private static final Casing NONE = new Casing(Map.of());

    /**
     * Words that any English vocabulary of a few thousand pieces contains whole, and no vocabulary of another language
     * contains all.
     */
    private static final Set<String> ENGLISH = Set.of(
            "although",
            "because",
            "before",
            "behind",
            "between",
            "could",
            "enough",
            "every",
            "might",
            "neither",
            "nothing",
            "should",
            "since",
            "their",
            "there",
            "these",
            "those",
            "through",
            "throughout",
            "together",
            "until",
            "whether",
            "which",
            "while",
            "without",
            "would");

    /**
     * A multilingual vocabulary contains the English words too, but only in an English one are few letters outside
     * ASCII.
     */
    private static final double MOST_OTHER_LETTERS = 0.1;

    private final Map<String, String> forms;

    private Casing(Map<String, String> forms) {
        this.forms = forms;
    }

    /**
     * The checkpoint's own list; for an uncased English vocabulary without one, that of another folder.
     *
     * @param english a folder that may contain a {@code casing.json} for English
     * @throws UserException if the file is malformed
     */
    public static Casing of(Path folder, Vocabulary vocabulary, Path english) {
        if (!vocabulary.uncased()) {
            return NONE;
        }
        Path own = folder.resolve(FILE);
        if (Files.exists(own)) {
            return read(own);
        }
        Path others = english.resolve(FILE);
        return Files.exists(others) && isEnglish(vocabulary) ? read(others) : NONE;
    }

    private static Casing read(Path file) {
        Map<String, String> forms = new HashMap<>();
        for (Map.Entry<String, JsonElement> entry : JsonFiles.object(file).entrySet()) {
            boolean same = entry.getValue() instanceof JsonPrimitive form
                    && form.isString()
                    && form.getAsString().toLowerCase(Locale.ROOT).equals(entry.getKey());
            if (!same) {
                throw new UserException(file + " has no valid entry for the word \"" + entry.getKey()
                        + "\": map each lower-case word to the same word with its capitals.");
            }
            forms.put(entry.getKey(), entry.getValue().getAsString());
        }
        return new Casing(forms);
    }

    static boolean isEnglish(Vocabulary vocabulary) {
        Set<String> words = IntStream.range(0, vocabulary.size())
                .mapToObj(id -> vocabulary.word(id, true).orElse(""))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toSet());
        long other = words.stream()
                .filter(word -> word.codePoints().anyMatch(c -> c > 127))
                .count();
        return words.containsAll(ENGLISH) && other <= MOST_OTHER_LETTERS * words.size();
    }

    /** A lower-case word as it is written inside a sentence. */
    public String written(String word) {
        return forms.getOrDefault(word, word);
    }

    /**
     * Whether a word's capitals are its own rather than due to its position: true for {@code Paris}, false for {@code
     * The}.
     */
    public boolean isOwn(String word) {
        return word.equals(forms.get(word.toLowerCase(Locale.ROOT)));
    }
}
