package dev.headlight.natives;

import dev.headlight.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A native library listed in {@code libraries.tsv}. The list is part of the source and records the libraries of the
 * pinned version, so that neither a jar nor an unpacked file can substitute another one.
 *
 * @param folder under the folder that libraries are unpacked into
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
     * The libraries of a name for a platform as their jars have them, in dependency order.
     *
     * @throws UserException if there are none
     */
    static List<Library> published(String name, String platform) {
        return listed(
                name,
                platform,
                cells -> new Library(
                        name + "/" + cells[2],
                        cells[3],
                        Long.parseLong(cells[4]),
                        List.of(cells[5].split(",")),
                        cells[6]));
    }

    /**
     * The libraries of a name for a platform as Headlight comes with them, in dependency order: those of Linux without
     * the names that only debuggers read, a fifth of libtorch.
     *
     * @throws UserException if there are none
     */
    static List<Library> shipped(String name, String platform) {
        return listed(name, platform, cells -> {
            int content = cells.length > 7 ? 7 : 4;
            return new Library(
                    platform + "/" + name,
                    cells[3],
                    Long.parseLong(cells[content]),
                    List.of(cells[content + 1].split(",")),
                    cells[6]);
        });
    }

    private static List<Library> listed(String name, String platform, Function<String[], Library> read) {
        InputStream list = Library.class.getResourceAsStream(LIST);
        try (Stream<String> lines = new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8)).lines()) {
            List<Library> found = lines.filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t"))
                    .filter(cells -> cells[0].equals(platform) && cells[1].equals(name))
                    .map(read)
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
            throw new UserException(forOthers());
        }
        return content;
    }

    /** Why there are no libraries that this machine can load. */
    static String forOthers() {
        return "This Headlight was packaged for other machines than " + platform()
                + ": install the one for this machine.";
    }
}
