package dev.headlight.testing;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Tokenizers of Marian and M2M-100 as published, recorded by src/test/python/golden_translated.py. */
public record Translators(List<String> texts, Map<String, String> blobs, List<Translators.Recorded> cases) {

    /** Files by name, and ids of each text, as a source and as a target. */
    public record Recorded(
            String name, Map<String, String> files, List<List<Integer>> sources, List<List<Integer>> targets) {}

    /** Those that are committed, or those of {@code -Dheadlight.translated=FILE}. */
    public static Translators read() throws IOException {
        String other = System.getProperty("headlight.translated");
        try (InputStream file = other == null
                        ? Translators.class.getResourceAsStream("/conformance/translated.json.gz")
                        : Files.newInputStream(Path.of(other));
                Reader reader = new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8)) {
            return new Gson().fromJson(reader, Translators.class);
        }
    }

    /** Writes the files of a case. */
    public void write(Recorded one, Path folder) throws IOException {
        for (Map.Entry<String, String> file : one.files().entrySet()) {
            Files.write(folder.resolve(file.getKey()), Base64.getDecoder().decode(blobs.get(file.getValue())));
        }
    }

    /** Writes a whole Marian checkpoint: the first case, with the weights of the golden one. */
    public static void marian(Path folder) throws IOException {
        Path golden = Golden.folder("marian");
        Files.copy(golden.resolve("model.safetensors"), folder.resolve("model.safetensors"));
        Translators all = read();
        all.write(all.cases().get(0), folder);
        JsonObject ids = object(folder.resolve("vocab.json"));
        JsonObject config = object(golden.resolve("config.json"));
        config.add("pad_token_id", ids.get("<pad>"));
        config.add("decoder_start_token_id", ids.get("<pad>"));
        config.add("eos_token_id", ids.get("</s>"));
        Files.writeString(folder.resolve("config.json"), config.toString());
    }

    private static JsonObject object(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }
}
