package dev.headlight.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the packaged program comes with. */
class DistributionTest {
    private static final Path HOME = Path.of(System.getProperty("headlight.home"));

    @Test
    void everyLibraryIsInTheListOfLicences() throws IOException {
        String list = Files.readString(HOME.resolve("licenses/THIRD-PARTY.txt"));
        List<String> missing;
        try (Stream<Path> jars = Files.list(HOME.resolve("lib"))) {
            missing = jars.map(jar -> jar.getFileName().toString())
                    .filter(name -> name.endsWith(".jar") && !name.startsWith("headlight"))
                    .filter(name -> !list.contains(
                            ":" + name.replaceFirst("-(\\d.*)\\.jar", ":$1").replaceFirst("-(linux|osx|win)-.*", "")))
                    .toList();
        }
        assertThat(missing).isEmpty();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "folders there can't have such names, nor files be links")
    void itRunsFromAnyFolderWhoseNameJavaAccepts(@TempDir Path temp) throws Exception {
        assertThat(version(temp, "a;c & %PATH% \"d\" '$(e)' ü @f *")).matches("(?s)headlight [0-9.]+.*\n");
        // Java would look for what follows the colon in the current folder.
        Path fake = temp.resolve("b/lib/headlight.jar/dev/headlight/cli/Main.class");
        Files.createDirectories(fake.getParent());
        Files.write(fake, new byte[] {0});
        assertThat(version(temp, "a:b"))
                .startsWith("Headlight can't run in ")
                .endsWith("whose name holds a colon: move it to another folder.\n");
    }

    /** What a distribution in a folder of such a name says of its version, or why it doesn't. */
    private static String version(Path folder, String name) throws IOException {
        Path launcher = Headlight.copy(folder.resolve(name)).resolve("bin/headlight");
        Process process = new ProcessBuilder(launcher.toString(), "--version")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "files are no links there")
    void librariesAreLoadedWhereTheyAreWithoutAHomeOrACache(@TempDir Path temp) throws IOException {
        Headlight.with("predict", "The ____ sat.")
                .of(Headlight.copy(temp.resolve("a folder with spaces")))
                .in(temp)
                .without("HOME")
                .environment("HEADLIGHT_CACHE", temp.resolve("cache").toString())
                .run()
                .ok();
        assertThat(temp.resolve("cache")).doesNotExist();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "files are no links there")
    void aMissingLibraryIsASentence(@TempDir Path temp) throws IOException {
        Headlight.with("predict", "The ____ sat.")
                .of(Headlight.copy(temp.resolve("home"), "native"))
                .run()
                .failed(1, "is missing from ");
    }

    @Test
    void theEmbeddedModelIsAFolderThatOtherProgramsCanOpen() {
        Path folder = HOME.resolve("lib/model");
        assertThat(Stream.of(
                        "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "casing.json"))
                .allSatisfy(file -> assertThat(folder.resolve(file)).isNotEmptyFile());
    }

    @Test
    void theEmbeddedModelsSourcesAreCreditedNextToItAndInTheLicences() throws IOException {
        for (String place : List.of("lib/model", "licenses/embedded-model")) {
            assertThat(HOME.resolve(place).resolve("NOTICE.txt"))
                    .content()
                    .contains("Copyright (c) Microsoft Corporation", "OpenStax", "WordNet 3.0 Copyright 2006");
            assertThat(HOME.resolve(place).resolve("SOURCES.tsv")).isNotEmptyFile();
        }
        assertThat(HOME.resolve("licenses/README.txt")).content().contains("embedded-model/NOTICE.txt");
    }

    @Test
    void everyLicencesTextIsIncluded() {
        assertThat(Stream.of("LICENSE", "licenses/EPL-2.0.txt", "licenses/MIT.txt", "licenses/BSD-3-Clause.txt"))
                .allSatisfy(file -> assertThat(HOME.resolve(file)).isNotEmptyFile());
    }
}
