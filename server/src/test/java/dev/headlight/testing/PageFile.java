package dev.headlight.testing;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.weights.SafeTensorsFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A self-contained page, read as docs/http-api.md describes it.
 *
 * @param inspection its inspection
 * @param packed its arrays, deflated
 */
public record PageFile(JsonObject inspection, byte[] packed) {
    public static PageFile read(Path file) {
        try {
            String page = Files.readString(file);
            return new PageFile(
                    JsonParser.parseString(within(page, "inspection")).getAsJsonObject(),
                    bytes(within(page, "arrays")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The corpus that a page shows. */
    public static JsonObject corpus(Path file) {
        try {
            byte[] json = inflated(bytes(within(Files.readString(file), "corpus")));
            return JsonParser.parseString(new String(json, StandardCharsets.UTF_8))
                    .getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String within(String page, String id) {
        String start = "id=\"" + id + "\">";
        int from = page.indexOf(start) + start.length();
        return page.substring(from, page.indexOf("</script>", from));
    }

    private static byte[] bytes(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int from = 0; from < text.length(); from += 5) {
            int to = Math.min(from + 5, text.length());
            long word = 0;
            for (int i = to - 1; i >= from; i--) {
                char digit = text.charAt(i) == '!' ? '<' : text.charAt(i) == '#' ? '>' : text.charAt(i);
                word = word * 85 + digit - '(';
            }
            for (int i = from + 1; i < to; i++) {
                bytes.write((int) (word & 0xff));
                word >>= 8;
            }
        }
        return bytes.toByteArray();
    }

    /** Its arrays, unpacked into a file. */
    public SafeTensorsFile arrays(Path into) {
        try {
            Files.write(into, inflated(packed));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return SafeTensorsFile.open(into);
    }

    private static byte[] inflated(byte[] packed) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] block = new byte[1 << 16];
            while (!inflater.finished()) {
                out.write(block, 0, inflater.inflate(block));
            }
            return out.toByteArray();
        } catch (DataFormatException e) {
            throw new IllegalStateException("the page is damaged", e);
        } finally {
            inflater.end();
        }
    }
}
