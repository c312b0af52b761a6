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

    private static final Pattern VERSION = Pattern.compile("^JAVA_VERSION=\"(?:1\\.)?(\\d+)", Pattern.MULTILINE);

    /** The runtime of this program. */
    public static JavaRuntime own() {
        return at(Path.of(System.getProperty("java.home")));
    }

    /**
     * The runtime in a folder. The path must be absolute, as a relative one would depend on the folder in which the IDE
     * was started. The version comes from the runtime's {@code release} file; without one, any version is accepted.
     *
     * @throws HeadlightException if there is no runtime, or it is too old
     */
    public static JavaRuntime at(Path home) {
        if (!home.isAbsolute() || !Files.isRegularFile(new JavaRuntime(home).program(onWindows()))) {
            throw new HeadlightException(
                    "There is no Java at " + home
                            + ": correct the Java runtime in Headlight’s settings, or leave it empty to use the IDE’s own.",
                    ClientListener.Remedy.OPEN_SETTINGS);
        }
        OptionalInt version = version(home);
        if (version.isPresent() && version.getAsInt() < OLDEST) {
            throw new HeadlightException(
                    "Headlight needs Java " + OLDEST + " or newer, but " + home + " is version " + version.getAsInt()
                            + ": choose another in Headlight’s settings, or leave it empty to use the IDE’s own.",
                    ClientListener.Remedy.OPEN_SETTINGS);
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
            Matcher version = VERSION.matcher(Files.readString(home.resolve("release")));
            return version.find() ? OptionalInt.of(Integer.parseInt(version.group(1))) : OptionalInt.empty();
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }
}
