package dev.headlight;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The user's home folder. {@code HOME} comes first, as for Python and the shell: Java only reads the password file, and
 * if that has no entry, {@code user.home} is {@code ?}, which would be a relative folder.
 */
public final class Home {
    private Home() {}

    /** The home folder, absolute; empty if neither {@code HOME} nor Java names an existing one. */
    public static Optional<Path> folder() {
        return folder(System.getenv(), System.getProperty("user.home", ""));
    }

    static Optional<Path> folder(Map<String, String> environment, String userHome) {
        boolean windows = File.separatorChar == '\\'; // on Windows, HOME belongs to some Unix shell
        return Stream.of(windows ? "" : environment.getOrDefault("HOME", ""), userHome)
                .flatMap(name -> path(name).stream())
                .filter(path -> path.isAbsolute() && Files.isDirectory(path))
                .findFirst();
    }

    private static Optional<Path> path(String name) {
        try {
            return name.isBlank() ? Optional.empty() : Optional.of(Path.of(name));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
