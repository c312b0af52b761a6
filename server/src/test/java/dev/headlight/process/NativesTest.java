package dev.headlight.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Attacks on the folder that libraries are unpacked into where there is no distribution that they lie in. A library that
 * is planted is no library: loading it would end the command.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the attacks are those of a shared Linux machine")
class NativesTest {
    private static final String TEXT = "The ____ sat.";
    private static final String PLANTED = "planted";

    private static Path cache;

    @TempDir
    Path temp;

    /** Puts a file in the place of every library, in a folder laid out as the cache is. */
    private static Path plant(Path natives) throws IOException {
        for (Path library : libraries(cache())) {
            Path there = natives.resolve(cache().relativize(library).toString());
            Files.createDirectories(there.getParent());
            Files.writeString(there, PLANTED);
        }
        assertThat(libraries(natives)).hasSizeGreaterThan(4);
        return natives;
    }

    private static List<Path> libraries(Path natives) throws IOException {
        try (Stream<Path> files = Files.walk(natives, 3)) {
            return files.filter(file -> file.getNameCount() == natives.getNameCount() + 3)
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    private static Path library(Path natives, String name) throws IOException {
        return libraries(natives).stream()
                .filter(file -> file.endsWith(name))
                .findFirst()
                .orElseThrow();
    }

    /** The folder that this machine's libraries are in already. */
    private static synchronized Path cache() {
        if (cache != null) {
            return cache;
        }
        predict().run().ok();
        String chosen = System.getenv("HEADLIGHT_CACHE");
        String caches = System.getenv("XDG_CACHE_HOME");
        Path home = Path.of(System.getenv("HOME"));
        cache = chosen != null
                ? Path.of(chosen, "natives")
                : (caches == null ? home.resolve(".cache") : Path.of(caches)).resolve("headlight/natives");
        return cache;
    }

    private static void untouched(Path planted) throws IOException {
        assertThat(libraries(planted)).allSatisfy(file -> assertThat(file).hasContent(PLANTED));
    }

    /** A cache of one's own, filled, without the half gigabyte being unpacked for it. */
    private Path filled() throws Exception {
        Path own = Files.createDirectories(temp.resolve("own"));
        assertThat(new ProcessBuilder("cp", "-r", cache().toString(), own.toString())
                        .start()
                        .waitFor())
                .isZero();
        return own;
    }

    private static Headlight predict(String... options) {
        return Headlight.with("predict", TEXT).fromClassPath(options);
    }

    @Test
    void nothingIsLoadedFromTheWorkingDirectoryWithoutAHome() throws IOException {
        Path planted = plant(temp.resolve("?/.cache/headlight/natives"));
        predict("-Duser.home=?")
                .in(temp)
                .without("HOME")
                .without("XDG_CACHE_HOME")
                .without("HEADLIGHT_CACHE")
                .run()
                .failed(1, "set HEADLIGHT_CACHE to a folder of your own");
        untouched(planted);
    }

    @Test
    void homeTakesPrecedenceOverThePasswordFile() throws Exception {
        Path home = Files.createDirectories(temp.resolve("home/.cache"));
        Files.createSymbolicLink(home.resolve("headlight"), filled());
        Path planted = plant(temp.resolve("?/.cache/headlight/natives"));
        predict("-Duser.home=?")
                .in(temp)
                .environment("HOME", temp.resolve("home").toString())
                .without("XDG_CACHE_HOME")
                .without("HEADLIGHT_CACHE")
                .run()
                .ok();
        untouched(planted);
    }

    @Test
    void aRelativeCacheIsRefused() throws IOException {
        Path planted = plant(temp.resolve("cache/natives"));
        predict().in(temp).environment("HEADLIGHT_CACHE", "cache").run().failed(1, "not an absolute path");
        untouched(planted);
    }

    @Test
    void noDjlVariableRedirectsLoading() throws IOException {
        Path planted = plant(temp.resolve("planted"));
        Path torch = library(planted, "libtorch.so");
        Path tokenizers = library(planted, "libtokenizers.so");
        predict()
                .environment("ENGINE_CACHE_DIR", planted.toString())
                .environment("DJL_CACHE_DIR", planted.toString())
                .environment("PYTORCH_LIBRARY_PATH", torch.getParent().toString())
                .environment("PYTORCH_EXTRA_LIBRARY_PATH", torch.toString())
                .environment("LIBSTDCXX_LIBRARY_PATH", torch.toString())
                .environment("RUST_LIBRARY_PATH", tokenizers.getParent().toString())
                .environment("PYTORCH_VERSION", "1.13.1")
                .environment("PYTORCH_FLAVOR", "cu128")
                .environment("RUST_FLAVOR", "cu128")
                .environment("DJL_OFFLINE", "false")
                .run()
                .ok();
        untouched(planted);
        try (Stream<Path> files = Files.walk(planted)) {
            assertThat(files.filter(Files::isRegularFile))
                    .hasSize(libraries(planted).size());
        }
    }

    @Test
    void aModifiedLibraryIsUnpackedAgain() throws Exception {
        Path own = filled();
        Path tokenizers = library(own.resolve("natives"), "libtokenizers.so");
        byte[] published = Files.readAllBytes(tokenizers);
        byte[] changed = published.clone();
        changed[changed.length / 2] ^= 1;
        Files.write(tokenizers, changed);
        Path torch = library(own.resolve("natives"), "libtorch.so");
        Files.writeString(torch, PLANTED);
        predict().environment("HEADLIGHT_CACHE", own.toString()).run().ok();
        assertThat(tokenizers).hasBinaryContent(published);
        assertThat(Files.size(torch)).isGreaterThan(PLANTED.length());
    }

    @Test
    void aGroupWritableFolderIsClosed() throws Exception {
        Path own = filled();
        Path natives = own.resolve("natives");
        Path folder = library(natives, "libtorch.so").getParent();
        Files.writeString(folder.resolve("libgcc_s.so.1"), PLANTED); // beside a library goes before the system
        Files.setPosixFilePermissions(natives, PosixFilePermissions.fromString("rwxrwxr-x"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxr-x"));
        predict().environment("HEADLIGHT_CACHE", own.toString()).run().ok();
        assertThat(folder.resolve("libgcc_s.so.1")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(natives)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
    }

    @Test
    void aLinkInPlaceOfTheFolderIsRefused() throws IOException {
        Path planted = plant(temp.resolve("planted"));
        Path own = Files.createDirectories(temp.resolve("own"));
        Files.createSymbolicLink(own.resolve("natives"), planted);
        predict().environment("HEADLIGHT_CACHE", own.toString()).run().failed(1, "because it is a link");
        untouched(planted);
    }

    /** As in an image with a read-only root, or an installation for all: it belongs to root, and the user is another. */
    @Test
    void aDistributionOwnedByRootIsUsableByOthers() throws Exception {
        assumeTrue(isRoot(), "only root can become another user");
        asNobody(Headlight.with("predict", TEXT))
                .without("HOME")
                .environment("HEADLIGHT_CACHE", temp.resolve("none").toString())
                .run()
                .ok();
    }

    @Test
    void aCacheOwnedByAnotherUserIsRefused() throws Exception {
        assumeTrue(isRoot(), "only root can become another user");
        Path own = filled();
        assertThat(new ProcessBuilder(
                                "chown", "-R", "54321", own.resolve("natives").toString())
                        .start()
                        .waitFor())
                .isZero();
        predict().environment("HEADLIGHT_CACHE", own.toString()).run().failed(1, "it belongs to another user");
    }

    @Test
    void aFullDiskIsAClearErrorAndLeavesNoPartialFile() throws Exception {
        String[] alone = {"unshare", "--map-root-user", "--mount", "sh", "-c"};
        assumeTrue(
                new ProcessBuilder(alone[0], alone[1], alone[2], "true").start().waitFor() == 0,
                "a small disk needs a mount of one's own");
        Path disk = Files.createDirectories(temp.resolve("disk"));
        String full = "mount -t tmpfs -o size=50m none " + disk + " && \"$@\"; code=$?; " + "find " + disk
                + " -name 'tmp*' >&2; exit $code";
        predict()
                .by(alone[0], alone[1], alone[2], alone[3], alone[4], full, "sh")
                .environment("HEADLIGHT_CACHE", disk.toString())
                .run()
                .failed(1, "is full: free 500 MB, or set HEADLIGHT_CACHE");
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private static Headlight asNobody(Headlight headlight) {
        return headlight.by("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    }
}
