package dev.headlight.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the packaged program comes with. */
class DistributionTest {
    private static final Path HOME = Path.of(System.getProperty("headlight.home"));

    @Test
    void everyLibraryStandsInTheListOfLicences() throws IOException {
        String list = Files.readString(HOME.resolve("licenses/THIRD-PARTY.txt"));
        List<String> missing;
        try (Stream<Path> jars = Files.list(HOME.resolve("lib"))) {
            missing = jars.map(jar -> jar.getFileName().toString())
                    .filter(name -> name.endsWith(".jar") && !name.startsWith("headlight-"))
                    .filter(name -> !list.contains(
                            ":" + name.replaceFirst("-(\\d.*)\\.jar", ":$1").replaceFirst("-(linux|osx|win)-.*", "")))
                    .toList();
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void theTextOfEveryLicenceIsThere() {
        assertThat(Stream.of("LICENSE", "licenses/EPL-2.0.txt", "licenses/MIT.txt", "licenses/BSD-3-Clause.txt"))
                .allSatisfy(file -> assertThat(HOME.resolve(file)).isNotEmptyFile());
    }
}
