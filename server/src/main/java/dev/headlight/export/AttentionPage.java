package dev.headlight.export;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Overview;
import dev.headlight.weights.SafeTensorsWriter;
import dev.headlight.weights.SafeTensorsWriter.Array;
import dev.headlight.weights.SafeTensorsWriter.Sized;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * An inspection as one HTML file that needs nothing else: the web view's page for files, with the queries and keys inside
 * from which it computes attention itself, and the overviews.
 */
public final class AttentionPage {
    private static final String TEMPLATE = "/dev/headlight/webview/export.html";
    /** Where the template takes its data; it occurs there once. */
    private static final String SLOT = "<!-- headlight:data -->";

    private AttentionPage() {}

    /**
     * Writes a file.
     *
     * @throws dev.headlight.UserException if it can't be written
     */
    public static void write(Path file, Export export) {
        WholeFile.write(file, out -> write(out, export, Optional.empty(), Optional.empty(), size -> {}));
    }

    /**
     * Writes a file.
     *
     * @param shown the page's initial state, as in its address
     * @throws dev.headlight.UserException if it can't be written
     */
    public static void write(Path file, Export export, String shown) {
        WholeFile.write(file, out -> write(out, export, Optional.of(shown), Optional.empty(), size -> {}));
    }

    /**
     * Writes a file that opens in its Why view.
     *
     * @param shown the page's initial state, as in its address
     * @param why what is shown, as {@link WhyJson} writes it
     * @throws dev.headlight.UserException if it can't be written
     */
    public static void write(Path file, Export export, String shown, JsonObject why) {
        WholeFile.write(file, out -> write(out, export, Optional.of(shown), Optional.of(why), size -> {}));
    }

    /**
     * Writes to a stream, which stays open.
     *
     * @param shown the page's initial state, as in its address
     * @param why what its Why view shows, as {@link WhyJson} writes it
     * @param sized hears of the file's size before the first byte is written
     */
    public static void write(
            OutputStream out, Export export, Optional<String> shown, Optional<JsonObject> why, Sized sized)
            throws IOException {
        String template = template();
        int slot = template.indexOf(SLOT);
        // Gson writes < as \u003c, so that no text can end the element
        byte[] before = (template.substring(0, slot) + "<script type=\"application/json\" id=\"inspection\">"
                        + new Gson().toJson(json(export, shown, why))
                        + "</script><script type=\"text/plain\" id=\"arrays\">")
                .getBytes(StandardCharsets.UTF_8);
        byte[] after = ("</script>" + template.substring(slot + SLOT.length())).getBytes(StandardCharsets.UTF_8);
        try (OutputStream base64 = Base64.getEncoder().wrap(new Unclosed(out))) {
            arrays(base64, export, size -> {
                sized.bytes(before.length + (size + 2) / 3 * 4 + after.length);
                out.write(before);
            });
        }
        out.write(after);
    }

    private static JsonObject json(Export export, Optional<String> shown, Optional<JsonObject> why) {
        JsonObject json = InspectionJson.of(export.inspection());
        json.add("shownLayers", InspectionJson.array(export.selection().layers(), JsonPrimitive::new));
        json.add("shownHeads", InspectionJson.array(export.selection().heads(), JsonPrimitive::new));
        shown.ifPresent(address -> json.addProperty("shown", address));
        why.ifPresent(answer -> json.add("why", answer));
        return json;
    }

    private static void arrays(OutputStream out, Export export, Sized sized) throws IOException {
        List<AttentionShape> attentions = export.inspection().attentions();
        List<Array> arrays = new ArrayList<>();
        List<Overview> overviews = new ArrayList<>();
        boolean weights = export.inspection().headSize() == 0; // then they can't be computed
        for (AttentionShape attention : attentions) {
            arrays.addAll(weights ? List.of(export.weights(attention)) : export.vectors(attention));
        }
        for (AttentionShape attention : attentions) {
            AttentionKind kind = attention.kind();
            Overview overview = export.layers().overview(kind, Cancellation.NEVER);
            overviews.add(overview);
            arrays.addAll(OverviewArrays.arrays(kind::arrayName, attention, overview, export.selection()));
        }
        SafeTensorsWriter writer = new SafeTensorsWriter(out, arrays, OverviewArrays.metadata(), sized);
        for (AttentionShape attention : attentions) {
            if (weights) {
                export.writeAttention(writer, attention);
            } else {
                export.writeVectors(writer, attention);
            }
        }
        for (int i = 0; i < attentions.size(); i++) {
            OverviewArrays.write(writer, attentions.get(i), overviews.get(i), export.selection());
        }
        writer.finish();
    }

    private static String template() throws IOException {
        try (InputStream template = AttentionPage.class.getResourceAsStream(TEMPLATE)) {
            if (template == null) {
                throw new IllegalStateException("The pages are not in this build: build webview first.");
            }
            return new String(template.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A stream that is only flushed when the one around it is closed. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
