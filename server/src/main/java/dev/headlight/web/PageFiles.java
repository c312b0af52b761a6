package dev.headlight.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The built files of the web view. */
final class PageFiles {
    private static final String ROOT = "/dev/headlight/webview/";
    /** Plain names in plain folders: nothing outside the root, and no hidden files. */
    private static final Pattern PATH = Pattern.compile("(?:[\\w-]+/)*[\\w-]+(?:\\.[\\w-]+)*\\.(\\w+)");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png");

    private PageFiles() {}

    /**
     * A file.
     *
     * @param type its media type
     */
    record Page(String type, byte[] content) {}

    static Optional<Page> find(String path) {
        var matcher = PATH.matcher(path);
        if (!matcher.matches() || !TYPES.containsKey(matcher.group(1))) {
            return Optional.empty();
        }
        try (InputStream file = PageFiles.class.getResourceAsStream(ROOT + path)) {
            return file == null
                    ? Optional.empty()
                    : Optional.of(new Page(TYPES.get(matcher.group(1)), file.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
