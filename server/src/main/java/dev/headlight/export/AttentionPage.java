package dev.headlight.export;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An inspection as one HTML file that needs nothing else: the web view's page for files, with the numbers of {@link
 * PageArrays} inside, deflated (RFC 1951), as {@link PageText}.
 */
public final class AttentionPage {
    private AttentionPage() {}

    /**
     * Writes a file.
     *
     * @param shown the page's initial state, as in its address; empty for the usual one
     * @throws dev.headlight.UserException if it can't be written
     */
    public static void write(Path file, Export export, String shown) {
        WholeFile.write(file, out -> write(out, export, shown, Optional.empty()));
    }

    /**
     * Writes a file that opens in its Why view.
     *
     * @param shown the page's initial state, as in its address; empty for the usual one
     * @param why what is shown, as {@link WhyJson} writes it
     * @throws dev.headlight.UserException if it can't be written
     */
    public static void write(Path file, Export export, String shown, JsonObject why) {
        WholeFile.write(file, out -> write(out, export, shown, Optional.of(why)));
    }

    /**
     * Writes to a stream, which stays open.
     *
     * @param shown the page's initial state, as in its address; empty for the usual one
     * @param why what its Why view shows, as {@link WhyJson} writes it
     */
    public static void write(OutputStream out, Export export, String shown, Optional<JsonObject> why)
            throws IOException {
        PageArrays arrays = new PageArrays(export);
        PageTemplate.write(out, page -> {
            // Gson writes < as \u003c, so that no text can end the element
            String inspection = "<script type=\"application/json\" id=\"inspection\">"
                    + new Gson().toJson(json(export, shown, why)) + "</script>";
            page.write(inspection.getBytes(StandardCharsets.UTF_8));
            PageTemplate.element(page, "arrays", arrays::write);
        });
    }

    private static JsonObject json(Export export, String shown, Optional<JsonObject> why) {
        JsonObject json = InspectionJson.of(export);
        json.addProperty("shown", shown);
        why.ifPresent(answer -> json.add("why", answer));
        return json;
    }
}
