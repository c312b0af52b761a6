package dev.headlight.natives;

import dev.headlight.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The folder that DJL unpacks native libraries into, 450 MB, the first time that they are needed on a machine. DJL
 * unpacks beside the place and renames, but two processes that do so at once can delete each other's libraries, and one
 * that is killed leaves its half behind: hence the lock, and the sweep of what such a process left.
 */
public final class Natives {
    private Natives() {}

    /** {@code HEADLIGHT_CACHE}, else the place for caches that the system has. */
    public static Path folder() {
        String chosen = System.getenv("HEADLIGHT_CACHE");
        return (chosen == null || chosen.isBlank() ? systemCache().resolve("headlight") : Path.of(chosen))
                .resolve("natives")
                .toAbsolutePath();
    }

    private static Path systemCache() {
        Path home = Path.of(System.getProperty("user.home"));
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (os.startsWith("mac")) {
            return home.resolve("Library/Caches");
        }
        String configured = System.getenv(os.startsWith("win") ? "LOCALAPPDATA" : "XDG_CACHE_HOME");
        boolean usable = configured != null
                && !configured.isBlank()
                && Path.of(configured).isAbsolute();
        return usable ? Path.of(configured) : home.resolve(".cache");
    }

    /**
     * Runs what loads a native library, while no other process unpacks one. DJL is told to unpack into {@link
     * #folder()}, never to ask the network, and to send no telemetry.
     *
     * @throws UserException where the folder can't be written
     */
    public static synchronized <T> T load(Supplier<T> loader) {
        Path folder = folder();
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("DJL_CACHE_DIR", folder.toString());
        System.setProperty("ENGINE_CACHE_DIR", folder.toString());
        try (FileChannel channel = lockFile(folder)) {
            channel.lock(); // until the channel is closed
            sweep(folder.resolve("pytorch"));
            sweep(folder.resolve("tokenizers"));
            return loader.get();
        } catch (IOException | UncheckedIOException e) {
            throw new UserException(
                    "Can't write to " + folder + " (" + e.getMessage()
                            + "): set HEADLIGHT_CACHE to a folder that can be written.",
                    e);
        }
    }

    private static FileChannel lockFile(Path folder) throws IOException {
        Files.createDirectories(folder);
        return FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    /** Deletes what a process that was killed while it unpacked left; under the lock, nobody is unpacking now. */
    private static void sweep(Path library) throws IOException {
        if (!Files.isDirectory(library)) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(library, "tmp*")) {
            for (Path folder : left) {
                try (Stream<Path> files = Files.walk(folder)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        }
    }
}
