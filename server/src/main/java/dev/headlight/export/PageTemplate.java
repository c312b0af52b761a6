package dev.headlight.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** The web view's page for files, which takes its data in one place. */
final class PageTemplate {
    private static final String TEMPLATE = "/dev/headlight/webview/export.html";
    /** Where the template takes its data; it occurs there once. */
    private static final String SLOT = "<!-- headlight:data -->";

    private PageTemplate() {}

    /**
     * Writes a page to a stream, which stays open.
     *
     * @param data its elements of data
     */
    static void write(OutputStream out, Content data) throws IOException {
        String template = template();
        int slot = template.indexOf(SLOT);
        out.write(template.substring(0, slot).getBytes(StandardCharsets.UTF_8));
        data.writeTo(out);
        out.write(template.substring(slot + SLOT.length()).getBytes(StandardCharsets.UTF_8));
    }

    /** Writes an element that holds what is written to it, deflated (RFC 1951), as {@link PageText}. */
    static void element(OutputStream out, String id, Content content) throws IOException {
        out.write(("<script type=\"text/plain\" id=\"" + id + "\">").getBytes(StandardCharsets.UTF_8));
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try (OutputStream deflated = new DeflaterOutputStream(new PageText(out), deflater, 1 << 16)) {
            content.writeTo(deflated);
        } finally {
            deflater.end();
        }
        out.write("</script>".getBytes(StandardCharsets.UTF_8));
    }

    private static String template() throws IOException {
        try (InputStream template = PageTemplate.class.getResourceAsStream(TEMPLATE)) {
            if (template == null) {
                throw new IllegalStateException("The pages are not in this build: build webview first.");
            }
            return new String(template.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
