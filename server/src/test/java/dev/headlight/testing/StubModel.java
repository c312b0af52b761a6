package dev.headlight.testing;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.hub.Hub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A checkpoint that predicts the same words at every blank, with probabilities that are known: all of its logits are the
 * bias of its decoder. It has the embedded model's tokenizer, attends to something, and loads in a moment.
 */
public final class StubModel {
    /** What it predicts, the likeliest first; then come the others, equally unlikely. */
    public static final Map<String, Double> WORDS = words("door", 0.5, "window", 0.25, "gate", 0.125, "box", 0.0625);

    private static final float UNLIKELY = -30;

    private StubModel() {}

    private static Map<String, Double> words(Object... wordsAndProbabilities) {
        Map<String, Double> words = new LinkedHashMap<>();
        for (int i = 0; i < wordsAndProbabilities.length; i += 2) {
            words.put((String) wordsAndProbabilities[i], (Double) wordsAndProbabilities[i + 1]);
        }
        return words;
    }

    /** Writes the checkpoint into a folder. */
    public static Path in(Path folder) throws IOException {
        int vocabulary = json("config.json").get("vocab_size").getAsInt();
        new RandomCheckpoint(2, 4, 8, vocabulary).write(folder, 7);
        Checkpoints.fill(folder, "cls.predictions.transform.LayerNorm.weight", 0);
        Checkpoints.fill(folder, "cls.predictions.transform.LayerNorm.bias", 0);
        Checkpoints.fill(folder, "cls.predictions.bias", UNLIKELY);
        JsonObject ids = json("tokenizer.json").getAsJsonObject("model").getAsJsonObject("vocab");
        double rest =
                1 - WORDS.values().stream().mapToDouble(Double::doubleValue).sum();
        WORDS.forEach((word, probability) -> set(folder, ids.get(word).getAsInt(), Math.log(probability)));
        set(folder, ids.get("[UNK]").getAsInt(), Math.log(rest)); // which is no word, and takes what is left over
        return folder;
    }

    /** A file of the embedded model. */
    private static JsonObject json(String name) throws IOException {
        return JsonParser.parseString(Files.readString(Hub.locate(Hub.EMBEDDED).resolve(name)))
                .getAsJsonObject();
    }

    private static void set(Path folder, int id, double logit) {
        try {
            Checkpoints.set(folder, "cls.predictions.bias", id, (float) logit);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
