package dev.headlight.natives;

import dev.headlight.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A native library listed in {@code libraries.tsv}. The list is part of the source and records the libraries of the
 * pinned version, so that neither a jar nor an unpacked file can substitute another one.
 *
 * @param folder under {@link Natives#folder()}
 * @param file its name in that folder
 * @param bytes its size
 * @param pieces SHA-256 of each {@value #PIECE} bytes of it, in hexadecimal; they are computed in parallel
 * @param resource its class path resource
 */
record Library(String folder, String file, long bytes, List<String> pieces, String resource) {
    static final int PIECE = 64 << 20;

    private static final String LIST = "libraries.tsv";

    /** This machine's platform in DJL's naming, such as {@code linux-x86_64}. */
    static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch");
        return (os.startsWith("mac") ? "osx" : os.startsWith("win") ? "win" : os)
                + "-"
                + (arch.equals("amd64") ? "x86_64" : arch);
    }

    /**
     * The libraries of a name for a platform, in dependency order.
     *
     * @throws UserException if there are none
     */
    static List<Library> of(String name, String platform) {
        InputStream list = Library.class.getResourceAsStream(LIST);
        try (Stream<String> lines = new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8)).lines()) {
            List<Library> found = lines.filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t"))
                    .filter(cells -> cells[0].equals(platform) && cells[1].equals(name))
                    .map(cells -> new Library(
                            name + "/" + cells[2],
                            cells[3],
                            Long.parseLong(cells[4]),
                            List.of(cells[5].split(",")),
                            cells[6]))
                    .toList();
            if (found.isEmpty()) {
                throw new UserException("Headlight has no native libraries for " + platform
                        + ": it runs on Linux, Windows and macOS with the processors that its README names.");
            }
            return found;
        }
    }

    /** Opens its class path resource. */
    InputStream open() throws IOException {
        InputStream content = Library.class.getClassLoader().getResourceAsStream(resource);
        if (content == null) {
            throw new UserException("This Headlight was packaged for other machines than " + platform()
                    + ": install the one for this machine.");
        }
        return content;
    }
}
