package dev.headlight.natives;

import dev.headlight.FileFailure;
import dev.headlight.Home;
import dev.headlight.UserException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Loads native libraries: those that an installed Headlight comes with ({@link Installed}), or else, as in tests and on
 * Spark, those on the class path, unpacked into a folder when first needed on a machine. DJL doesn't load them, because
 * it obeys a dozen environment variables, trusts existing files, and downloads from the network.
 *
 * <p>An unpacked file is checked against the source's list before it is loaded, and only the folder's location is
 * configurable, by {@code HEADLIGHT_CACHE}. Anyone who can write to the folder can run code here, so only this user and
 * root may. Between checking and loading, only these two could change a file.
 */
public final class Natives {
    private static final Set<String> LOADED = new HashSet<>();

    private Natives() {}

    /**
     * {@code HEADLIGHT_CACHE}, or the system's cache folder.
     *
     * @throws UserException if neither gives an absolute path
     */
    static Path folder() {
        return folder(System.getenv(), System.getProperty("os.name"), Home.folder());
    }

    static Path folder(Map<String, String> environment, String system, Optional<Path> home) {
        String chosen = environment.getOrDefault("HEADLIGHT_CACHE", "");
        if (!chosen.isBlank()) {
            return absolute(chosen)
                    .orElseThrow(() -> new UserException("HEADLIGHT_CACHE is \"" + chosen
                            + "\", which is not an absolute path: set it to one such as "
                            + (system.startsWith("Windows") ? "C:\\caches\\headlight." : "/var/cache/headlight.")))
                    .resolve("natives");
        }
        return systemCache(environment, system.toLowerCase(Locale.ROOT), home)
                .orElseThrow(() -> new UserException("Headlight found no home folder to unpack its native"
                        + " libraries into:" + " set HEADLIGHT_CACHE to a folder of your own."))
                .resolve("headlight/natives");
    }

    private static Optional<Path> systemCache(Map<String, String> environment, String system, Optional<Path> home) {
        if (system.startsWith("mac")) {
            return home.map(folder -> folder.resolve("Library/Caches"));
        }
        String variable = system.startsWith("win") ? "LOCALAPPDATA" : "XDG_CACHE_HOME";
        return absolute(environment.getOrDefault(variable, "")).or(() -> home.map(folder -> folder.resolve(".cache")));
    }

    private static Optional<Path> absolute(String name) {
        try {
            return name.isBlank()
                    ? Optional.empty()
                    : Optional.of(Path.of(name)).filter(Path::isAbsolute);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /**
     * Loads libraries once per process.
     *
     * @param name their name in {@code libraries.tsv}
     * @throws UserException if they are missing, can't be unpacked, others can write to their folder, or they don't run
     *     here
     */
    public static synchronized void load(String name) {
        if (LOADED.contains(name)) {
            return;
        }
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        List<Path> files = files(name);
        try {
            files.forEach(file -> System.load(file.toString()));
        } catch (UnsatisfiedLinkError e) {
            throw new UserException(
                    "The native libraries in " + files.get(0).getParent() + " don't start on this machine ("
                            + firstLine(e) + "): "
                            + (Installed.here().isPresent() ? "install Headlight in" : "set HEADLIGHT_CACHE to")
                            + " a folder that allows running programs.",
                    e);
        }
        LOADED.add(name);
    }

    private static List<Path> files(String name) {
        Optional<Installed> installed = Installed.here();
        if (installed.isPresent()) {
            return installed.get().files(Library.shipped(name, Library.platform()));
        }
        Path folder = folder();
        try {
            return whole(folder, Library.published(name, Library.platform()));
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /**
     * This user's own folder, for what has been found out about files that libraries read; empty if there is none, or
     * others can write to it.
     */
    public static Optional<Path> notes() {
        try {
            Path folder = folder();
            Vault vault = Vault.of(folder);
            vault.create(folder);
            vault.requirePrivate(folder);
            return Optional.of(folder);
        } catch (IOException | UserException e) {
            return Optional.empty();
        }
    }

    /** Changes with the libraries of a name. */
    public static String fingerprint(String name) {
        return Library.published(name, Library.platform()).toString();
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
    }

    private static UserException unwritable(Path folder, IOException e) {
        String what = FileFailure.isFull(e)
                ? "The disk that holds " + folder
                        + " is full: free 500 MB, or set HEADLIGHT_CACHE to a folder elsewhere."
                : "Can't write to " + folder + " (" + FileFailure.reason(e)
                        + "): set HEADLIGHT_CACHE to a writable folder.";
        return new UserException(what, e);
    }

    /** The verified files of libraries, in a private folder. */
    static List<Path> whole(Path folder, List<Library> libraries) throws IOException {
        Vault vault = Vault.of(folder);
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            vault.create(folder);
        }
        Path parent = folder.getParent().toRealPath(); // resolve a link to this folder once
        Path natives = parent.resolve(folder.getFileName());
        vault.requireSafeParent(parent);
        vault.requirePrivate(natives);
        Unpacked unpacked = new Unpacked(natives, vault, libraries);
        if (!unpacked.isWhole()) {
            Path file = natives.resolve("lock");
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                Files.deleteIfExists(file); // opening a pipe would block
            }
            try (FileChannel lock = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
                lock.lock(); // until the channel is closed
                if (!unpacked.isWhole()) {
                    unpacked.unpack();
                }
            }
        }
        return unpacked.files();
    }
}
