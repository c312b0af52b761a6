package dev.headlight;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The person's home folder. {@code HOME} comes first, as for Python and the shell: Java goes by the password file alone,
 * and where that has no entry its {@code user.home} is {@code ?}, which would be a folder wherever the program starts.
 */
public final class Home {
    private Home() {}

    /** The home folder, absolute; none where neither {@code HOME} nor Java names one that is there. */
    public static Optional<Path> folder() {
        return folder(System.getenv(), System.getProperty("user.home", ""));
    }

    static Optional<Path> folder(Map<String, String> environment, String userHome) {
        boolean windows = File.separatorChar == '\\'; // there a HOME is that of some Unix shell
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
