package dev.headlight.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Where libraries are unpacked, and that no others are loaded; with plain files in place of libraries. */
@Tag("slow")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "files have no modes there")
class NativesTest {
    private static final String CONTENT = "simplelogger.properties";

    @TempDir
    Path cache;

    private Path natives;
    private List<Library> libraries;

    @BeforeEach
    void twoLibraries() throws Exception {
        natives = cache.resolve("natives");
        libraries = List.of(library("liba.so"), library("libb.so"));
    }

    private static Library library(String name) throws Exception {
        byte[] content = published();
        String sum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        return new Library("some/1.0", name, content.length, List.of(sum), CONTENT);
    }

    private static byte[] published() throws IOException {
        try (InputStream in = NativesTest.class.getClassLoader().getResourceAsStream(CONTENT)) {
            return in.readAllBytes();
        }
    }

    private List<Path> whole() throws IOException {
        List<Path> files = Natives.whole(natives, libraries);
        assertThat(files).allSatisfy(file -> assertThat(file).hasBinaryContent(published()));
        return files;
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void setMode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    private void refused(String because) {
        assertThatThrownBy(() -> Natives.whole(natives, libraries))
                .isInstanceOf(UserException.class)
                .hasMessageContainingAll(because, "HEADLIGHT_CACHE")
                .hasMessageEndingWith(".");
    }

    @Test
    void theFoldersBelongToTheUserAlone() throws IOException {
        Path file = whole().get(0);
        assertThat(mode(natives)).isEqualTo("rwx------");
        assertThat(mode(file.getParent())).isEqualTo("rwx------");
        assertThat(mode(file.getParent().getParent())).isEqualTo("rwx------");
        assertThat(mode(file)).isEqualTo("rw-r--r--");
        assertThat(natives.toFile().list((folder, name) -> name.startsWith("tmp")))
                .isEmpty();
    }

    @Test
    void aModifiedLibraryIsUnpackedAgain() throws IOException {
        Path file = whole().get(1);
        byte[] changed = published();
        changed[7] ^= 1;
        Files.write(file, changed);
        whole();
        Files.write(file, new byte[3]);
        whole();
        Files.delete(file);
        Files.createDirectories(file.resolve("in its place"));
        whole();
    }

    @Test
    void aChangeAfterTheCheckIsDetectedWhateverTheFilesDate() throws Exception {
        Path file = whole().get(1);
        Thread.sleep(2_500); // until the file is old enough to be noted
        whole();
        Path note = file.getParent().resolveSibling("1.0.checked");
        assertThat(note).exists();
        FileTime before = Files.getLastModifiedTime(file);
        byte[] changed = published();
        changed[7] ^= 1;
        Files.write(file, changed);
        Files.setLastModifiedTime(file, before);
        whole();

        Files.write(file, changed); // and a note that others could have written counts for nothing
        setMode(note, "rw-rw-rw-");
        Files.writeString(note, "all is well");
        whole();
    }

    @Test
    void theRecordIsKeptIfTheFilesAreUnchanged() throws Exception {
        Path file = whole().get(0);
        Thread.sleep(2_500);
        whole();
        Path note = file.getParent().resolveSibling("1.0.checked");
        FileTime written = Files.getLastModifiedTime(note);
        whole();
        assertThat(Files.getLastModifiedTime(note)).isEqualTo(written);
        assertThat(written.toInstant()).isBefore(Instant.now());
    }

    @Test
    void aFileWritableByOthersIsReplaced() throws IOException {
        Path file = whole().get(0);
        setMode(file, "rw-rw-r--");
        Object planted = Files.getAttribute(file, "unix:ino");
        whole();
        assertThat(Files.getAttribute(file, "unix:ino")).isNotEqualTo(planted);
        assertThat(mode(file)).isEqualTo("rw-r--r--");
    }

    @Test
    void foreignFilesNextToTheLibrariesAreRemoved() throws IOException {
        Path planted = whole().get(0).resolveSibling("libstdc++.so.6");
        Files.writeString(planted, "found before the system's");
        whole();
        assertThat(planted).doesNotExist();
    }

    @Test
    void aLinkInPlaceOfAFileIsReplacedAndItsTargetKept() throws IOException {
        Path file = whole().get(0);
        Path elsewhere = Files.write(cache.resolve("elsewhere"), published());
        Files.delete(file);
        Files.createSymbolicLink(file, elsewhere);
        whole();
        assertThat(file).isRegularFile().isNotEqualTo(elsewhere);
        assertThat(Files.isSymbolicLink(file)).isFalse();
        assertThat(elsewhere).exists();
    }

    @Test
    void aLinkInPlaceOfTheFolderIsRefused() throws IOException {
        Path planted = Files.createDirectories(cache.resolve("planted/some/1.0"));
        Files.writeString(planted.resolve("liba.so"), "planted");
        Files.createSymbolicLink(natives, cache.resolve("planted"));
        refused("it is a link");
        Files.delete(natives);
        Files.createDirectories(natives);
        Files.createSymbolicLink(natives.resolve("some"), cache.resolve("planted/some"));
        refused("it is a link");
        Files.delete(natives.resolve("some"));
        Files.createDirectories(natives.resolve("some"));
        Files.createSymbolicLink(natives.resolve("some/1.0"), planted);
        refused("it is a link");
    }

    @Test
    void aGroupWritableFolderIsClosedAndItsContentsChecked() throws IOException {
        Path file = whole().get(0);
        for (Path folder : List.of(natives, natives.resolve("some"), natives.resolve("some/1.0"))) {
            setMode(folder, "rwxrwxr-x");
        }
        Files.writeString(file, "planted");
        whole();
        for (Path folder : List.of(natives, natives.resolve("some"), natives.resolve("some/1.0"))) {
            assertThat(mode(folder)).isEqualTo("rwx------");
        }
    }

    @Test
    void aFolderBelowAWorldWritableOneIsRefused() throws IOException {
        setMode(cache, "rwxrwxrwx");
        refused("every user may write to it");
    }

    @Test
    void aPipeInPlaceOfTheLockDoesNotBlock() throws Exception {
        Files.createDirectories(natives);
        assertThat(new ProcessBuilder("mkfifo", natives.resolve("lock").toString())
                        .start()
                        .waitFor())
                .isZero();
        whole();
    }

    @Test
    void leftoversOfAKilledProcessAreRemovedWhenUnpacking() throws IOException {
        Files.createDirectories(natives.resolve("some/tmp123/deep"));
        Files.createDirectories(natives.resolve("tmp456"));
        whole();
        assertThat(natives.resolve("some/tmp123")).doesNotExist();
        assertThat(natives.resolve("tmp456")).doesNotExist();
    }

    @Test
    void aPackageWithAModifiedLibraryIsRefused() throws Exception {
        Library honest = library("liba.so");
        libraries =
                List.of(new Library(honest.folder(), honest.file(), honest.bytes(), List.of("00".repeat(32)), CONTENT));
        assertThatThrownBy(() -> Natives.whole(natives, libraries))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("install Headlight again");
        assertThat(natives.resolve("some/1.0/liba.so")).doesNotExist();
    }

    @Test
    void everyPathIsAbsolute() {
        assertThatThrownBy(() -> Natives.folder(Map.of("HEADLIGHT_CACHE", "cache"), "Linux", Optional.of(cache)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("not an absolute path");
        assertThatThrownBy(() -> Natives.folder(Map.of("XDG_CACHE_HOME", "cache"), "Linux", Optional.empty()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("HEADLIGHT_CACHE");
        assertThat(Natives.folder(Map.of("XDG_CACHE_HOME", "cache"), "Linux", Optional.of(cache)))
                .isEqualTo(cache.resolve(".cache/headlight/natives"));
        assertThat(Natives.folder(Map.of("XDG_CACHE_HOME", "/x"), "Linux", Optional.empty()))
                .isEqualTo(Path.of("/x/headlight/natives"));
        assertThat(Natives.folder(Map.of("HEADLIGHT_CACHE", "/c"), "Linux", Optional.empty()))
                .isEqualTo(Path.of("/c/natives"));
        assertThat(Natives.folder(Map.of(), "Mac OS X", Optional.of(cache)))
                .isEqualTo(cache.resolve("Library/Caches/headlight/natives"));
    }

    @Test
    @Tag("slow")
    void theListMatchesTheClassPathOfThisPlatform() throws Exception {
        for (String name : List.of("pytorch", "tokenizers")) {
            for (Library library : Library.published(name, Library.platform())) {
                try (InputStream in = library.open()) {
                    assertThat(Sums.of(in)).as(library.file()).isEqualTo(Sums.of(library));
                }
            }
        }
    }

    @Test
    void everyPlatformHasBothLibraries() {
        for (String platform : List.of("linux-x86_64", "linux-aarch64", "osx-aarch64", "win-x86_64")) {
            assertThat(Library.published("tokenizers", platform)).isNotEmpty();
            assertThat(Library.published("pytorch", platform)).hasSizeGreaterThan(4);
        }
        assertThatThrownBy(() -> Library.published("pytorch", "plan9-vax")).isInstanceOf(UserException.class);
    }
}
