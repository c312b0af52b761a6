package dev.headlight;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which Headlight this is. */
public final class Release {
    private Release() {}

    /** Its version, such as {@code 0.1.0}. */
    public static String version() {
        Properties built = new Properties();
        try (InputStream file = Release.class.getResourceAsStream("version.properties")) {
            built.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return built.getProperty("version");
    }
}
