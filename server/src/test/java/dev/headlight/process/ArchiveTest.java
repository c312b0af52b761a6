package dev.headlight.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The archive that is released for this platform. */
@Tag("slow")
@EnabledOnOs(value = OS.LINUX, disabledReason = "what the launcher needs of the system is known there")
class ArchiveTest {
    /** All that the launcher runs, so that there is no Java. */
    private static final List<String> TOOLS = List.of("dirname", "readlink", "sed", "locale", "xargs", "printf");

    @TempDir
    Path temp;

    @Test
    void itRunsFromAReadOnlyFolderWithSpacesInItsNameWithoutAJavaOnTheMachine() throws Exception {
        Path home = unpacked();
        command(home, "chmod", "-R", "a-w", home.toString());
        Map<String, String> before = files(home);
        Path launcher = home.resolve("bin/headlight");

        assertThat(headlight(launcher, "predict", "The cat sat on the ____."))
                .matches("(?s)1\\. The cat sat on the .*");
        Path link = Files.createSymbolicLink(temp.resolve("link"), launcher);
        assertThat(headlight(link, "--version")).startsWith("headlight ").contains("libtorch ");
        assertThat(headlight(
                        launcher,
                        "attention",
                        "--out",
                        temp.resolve("page.html").toString(),
                        "A text."))
                .isEmpty();

        assertThat(files(home)).isEqualTo(before);
        command(temp, "chmod", "-R", "u+w", home.toString()); // so that it can be removed
    }

    private Path unpacked() throws Exception {
        String arch = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
        command(Path.of("").toAbsolutePath(), "node", "../.ci/archive.mjs", "linux-" + arch, temp.toString());
        String name = "headlight-linux-" + (arch.equals("aarch64") ? "arm64" : "x64");
        Path folder = Files.createDirectories(temp.resolve("a folder & more"));
        command(folder, "tar", "-xzf", temp.resolve(name + ".tar.gz").toString());
        return folder.resolve(name);
    }

    /** What a program prints, with the Java that runs this test if it wants one. */
    private static String command(Path folder, String... words) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("GZIP", "-1"); // as small as it gets is not what is tested
        return output(builder);
    }

    private String headlight(Path launcher, String... arguments) throws Exception {
        Path tools = Files.createDirectories(temp.resolve("tools"));
        for (String tool : TOOLS) {
            Path found = Stream.of("/usr/bin", "/bin")
                    .map(folder -> Path.of(folder, tool))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow();
            Path script = Files.writeString(tools.resolve(tool), "#!/bin/sh\nexec " + found + " \"$@\"\n");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments))
                .toList());
        builder.environment().put("PATH", tools.toString());
        builder.environment().remove("JAVA_HOME");
        return output(builder.directory(temp.toFile()));
    }

    private static String output(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** All files of a folder, with their sizes and times: what changes if somebody writes. */
    private static Map<String, String> files(Path folder) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                files.put(file.toString(), Files.size(file) + " " + Files.getLastModifiedTime(file));
            }
        }
        return files;
    }
}
