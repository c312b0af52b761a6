package dev.headlight.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the class path that it runs on into a file, for scripts that start Java themselves. */
public final class ClassPath {
    private ClassPath() {}

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        Files.createDirectories(file.getParent());
        Files.writeString(file, System.getProperty("java.class.path"));
    }
}
