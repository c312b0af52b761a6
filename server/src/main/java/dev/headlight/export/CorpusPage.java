package dev.headlight.export;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What was found in a corpus as one HTML file that needs nothing else: the web view's page for files, in its Corpus view. */
public final class CorpusPage {
    private CorpusPage() {}

    /**
     * Writes a file.
     *
     * @param corpus as {@link CorpusFiles} writes it
     * @throws dev.headlight.UserException if it can't be written
     */
    public static void write(Path file, JsonObject corpus) {
        Gson gson = new GsonBuilder().serializeNulls().create();
        WholeFile.write(
                file,
                out -> PageTemplate.write(
                        out,
                        page -> PageTemplate.element(page, "corpus", element -> {
                            Writer json = new OutputStreamWriter(element, StandardCharsets.UTF_8);
                            gson.toJson(corpus, json);
                            json.flush();
                        })));
    }
}
