package dev.headlight;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/** Which Headlight this is. */
public final class Release {
    private Release() {}

    /** Its version, such as {@code 0.1.0}. */
    public static String version() {
        return built().getProperty("version");
    }

    /** The commit that it was built from, in seven digits, if the build knew it. */
    public static Optional<String> commit() {
        return Optional.of(built().getProperty("commit")).filter(commit -> commit.matches("[0-9a-f]{7,}"));
    }

    /** The version of libtorch, such as {@code 2.7.1}. */
    public static String libtorch() {
        return built().getProperty("libtorch").replaceFirst("-.*", ""); // what follows is DJL's
    }

    /** The jar that it runs from, or the folder of classes of a build that isn't packaged. */
    public static Path code() {
        try {
            return Path.of(Release.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the classes are not in files", e);
        }
    }

    private static Properties built() {
        Properties built = new Properties();
        try (InputStream file = Release.class.getResourceAsStream("version.properties")) {
            built.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return built;
    }
}
