package dev.headlight.client.process;

import dev.headlight.client.JavaRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A Java that runs a script, and then the Java of these tests. */
final class StandInJava {
    private StandInJava() {}

    static JavaRuntime write(Path home, String before) throws IOException {
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Path real = Path.of(System.getProperty("java.home"), "bin", "java");
        Files.writeString(java, "#!/bin/sh\n" + before + "exec '" + real + "' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        return new JavaRuntime(home);
    }
}
