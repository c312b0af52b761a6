package dev.headlight.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Libraries that lie in a distribution, with plain files in place of libraries; and Linux's without their names. */
class InstalledTest {
    private static final String PLATFORM = Library.platform();

    private final List<Library> libraries = List.of(library("liba.so"), library("libb.so"));

    @TempDir
    Path folder;

    private static Library library(String name) {
        return new Library(PLATFORM + "/some", name, 4, List.of(), "none");
    }

    private Path put(String name, String content) throws IOException {
        Path file = folder.resolve(PLATFORM).resolve("some").resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private void refused(String... because) {
        assertThatThrownBy(() -> new Installed(folder).files(libraries))
                .isInstanceOf(UserException.class)
                .hasMessageContainingAll(because)
                .hasMessageEndingWith(".");
    }

    @Test
    void theyAreLoadedWhereTheyAreInTheListsOrder() throws IOException {
        Path second = put("libb.so", "bbbb");
        Path first = put("liba.so", "aaaa");
        assertThat(new Installed(folder).files(libraries)).containsExactly(first, second);
    }

    @Test
    void aMissingLibraryIsNamed() throws IOException {
        put("liba.so", "aaaa");
        refused("libb.so is missing from " + folder, "install Headlight again");
    }

    @Test
    void noLibrariesAtAllAreMissingLibraries() {
        refused("liba.so is missing from " + folder, "install Headlight again");
    }

    @Test
    void halfALibraryIsNotLoaded() throws IOException {
        put("liba.so", "aaaa");
        Path half = put("libb.so", "bb");
        refused(half.toString(), "not the library that Headlight came with", "install Headlight again");
    }

    @Test
    void librariesOfAnotherMachineAreSaidToBeThat() throws IOException {
        Files.createDirectories(folder.resolve("plan9-vax/some"));
        refused("packaged for other machines than " + PLATFORM);
    }

    @Test
    void whatIsShippedOfALibraryIsWhatIsLoadedOfIt() throws IOException {
        for (String platform : List.of("linux-x86_64", "linux-aarch64")) {
            List<Library> published = Library.published("pytorch", platform);
            List<Library> shipped = Library.shipped("pytorch", platform);
            assertThat(shipped).hasSameSizeAs(published);
            for (int i = 0; i < shipped.size(); i++) {
                assertThat(shipped.get(i).bytes()).isLessThan(published.get(i).bytes());
            }
        }
        assertThat(Sums.of(Library.shipped("pytorch", "win-x86_64").get(0)))
                .isEqualTo(Sums.of(Library.published("pytorch", "win-x86_64").get(0)));
    }

    @Test
    void aLibraryOfLinuxIsCutToTheListsChecksums() throws IOException {
        for (int i = 0; i < Library.published("pytorch", PLATFORM).size(); i++) {
            Library published = Library.published("pytorch", PLATFORM).get(i);
            if (published.bytes() < 1 << 20) {
                Path whole = folder.resolve("whole" + i);
                Path loaded = folder.resolve("loaded" + i);
                try (InputStream in = published.open()) {
                    Files.copy(in, whole);
                }
                if (Elf.is(whole)) {
                    Elf.write(whole, loaded);
                    assertThat(Sums.of(loaded))
                            .isEqualTo(
                                    Sums.of(Library.shipped("pytorch", PLATFORM).get(i)));
                }
            }
        }
    }
}
