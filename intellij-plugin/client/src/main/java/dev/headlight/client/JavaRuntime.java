package dev.headlight.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java runtime that can run the server.
 *
 * @param home the folder that holds {@code bin/java}
 */
public record JavaRuntime(Path home) {
    /** The oldest Java that runs Headlight. */
    private static final int OLDEST = 17;

    private static final Pattern SAID = Pattern.compile("^JAVA_VERSION=\"(?:1\\.)?(\\d+)", Pattern.MULTILINE);

    /** The one that runs this program. */
    public static JavaRuntime own() {
        return at(Path.of(System.getProperty("java.home")));
    }

    /**
     * The one in a folder, whose path is absolute: a relative one would lead into whatever folder the IDE was started
     * in. A Java says its version in a file beside it; one that doesn't is taken, and says itself what
     * it lacks.
     *
     * @throws HeadlightException if there is none, or one that is too old
     */
    public static JavaRuntime at(Path home) {
        if (!home.isAbsolute() || !Files.isRegularFile(new JavaRuntime(home).program(onWindows()))) {
            throw new HeadlightException("There is no Java at " + home
                    + ": correct the Java runtime in Headlight’s settings, or leave it empty for the IDE’s own.");
        }
        OptionalInt version = version(home);
        if (version.isPresent() && version.getAsInt() < OLDEST) {
            throw new HeadlightException(
                    "Headlight needs Java " + OLDEST + " or newer, and the one at " + home + " is " + version.getAsInt()
                            + ": choose another in Headlight’s settings, or leave it empty for the IDE’s own.");
        }
        return new JavaRuntime(home);
    }

    static boolean onWindows() {
        return System.getProperty("os.name").startsWith("Windows");
    }

    /** The program to start. */
    Path program(boolean windows) {
        return home.resolve("bin").resolve(windows ? "java.exe" : "java");
    }

    private static OptionalInt version(Path home) {
        try {
            Matcher said = SAID.matcher(Files.readString(home.resolve("release")));
            return said.find() ? OptionalInt.of(Integer.parseInt(said.group(1))) : OptionalInt.empty();
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }
}
