package dev.headlight.hub;

import dev.headlight.Cancellation;
import dev.headlight.Home;
import dev.headlight.Release;
import dev.headlight.UserException;
import dev.headlight.hub.download.Disk;
import dev.headlight.hub.download.HubMessages;
import dev.headlight.hub.download.ModelName;
import dev.headlight.hub.download.Progress;
import dev.headlight.hub.download.Settings;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * Finds checkpoints: the embedded one, folders, and models of the Hugging Face hub, downloaded if they aren't in the
 * cache, which is shared with Python's huggingface_hub. The same environment variables as for Python configure hub and
 * cache.
 */
public final class Hub {
    /** The name of the model that ships inside Headlight. */
    public static final String EMBEDDED = "embedded";

    private final Settings settings;
    private final Cache cache;

    Hub(Settings settings) {
        this.settings = settings;
        this.cache = new Cache(settings.cache());
    }

    /**
     * The hub configured by the process's environment.
     *
     * @throws UserException if a variable is invalid
     */
    public static Hub ofProcess() {
        return new Hub(Settings.of(System.getenv(), Home.folder()));
    }

    /**
     * The folder of a model that needs no hub; it has the hub's layout.
     *
     * @param name {@link #EMBEDDED}, or a folder
     * @throws UserException if there is no such model
     */
    public static Path locate(String name) {
        return here(name).orElseThrow(() -> unknown(name));
    }

    private static UserException unknown(String name) {
        return new UserException("There is no model \"" + name + "\": use embedded, the folder of a checkpoint, or"
                + " a name on the hub (organisation/name).");
    }

    /** The commit of a model in a cache of the hub; empty if the folder is none of such a cache. */
    public static Optional<String> revision(Path folder) {
        return Cache.commitOf(folder);
    }

    /** The folder of a model that needs no hub; empty if the name may be one on the hub. */
    public static Optional<Path> here(String name) {
        if (name.equals(EMBEDDED)) {
            return Optional.of(embedded());
        }
        if (name.isBlank()) {
            return Optional.empty();
        }
        Path folder = path(name);
        if (Files.isDirectory(folder)) {
            return Optional.of(folder);
        }
        if (Files.exists(folder)) {
            throw new UserException(name + " is a file: pass the folder that contains config.json and the weights.");
        }
        return Optional.empty();
    }

    /**
     * The folder of a model, which is downloaded unless it is in the cache.
     *
     * @param name {@link #EMBEDDED}, a folder, or {@code organisation/name[@revision]}
     * @param usable called with the folder once its config.json is downloaded; throws to skip the weights
     * @param progress called four times a second during a download, on several threads
     * @param cancellation checked regularly, on several threads; throws {@link CancellationException} to end the work
     * @throws UserException if it is unavailable: why, and what to do
     */
    public Path find(String name, Consumer<Path> usable, Consumer<Progress> progress, Cancellation cancellation) {
        Optional<Path> here = here(name);
        if (here.isPresent()) {
            return here.get();
        }
        ModelName model =
                ModelName.parse(name).filter(parsed -> looksLikeTheHubs(name)).orElseThrow(() -> unknown(name));
        Optional<Snapshot> cached = cache.find(model);
        Optional<String> missing = cached.map(Snapshot::missing).orElse(Optional.of("nothing of it"));
        if (missing.isEmpty()) {
            return cached.get().folder();
        }
        if (!model.hasOrganisation()) {
            throw unknown(name);
        }
        if (settings.offline()) {
            throw new UserException(
                    cached.isEmpty()
                            ? "The model cache has no " + model + ", and HF_HUB_OFFLINE forbids downloads: unset"
                                    + " it, or choose a model that headlight models list shows."
                            : "The model cache has only part of " + model + " (" + missing.get() + "), and"
                                    + " HF_HUB_OFFLINE forbids downloads: unset it.");
        }
        return download(model, usable, progress, cancellation);
    }

    /** Absolute and dotted paths are missing folders, not names on the hub. */
    private static boolean looksLikeTheHubs(String name) {
        return !name.startsWith(".") && !name.startsWith("/") && !name.contains("\\");
    }

    /**
     * Downloads the latest commit of a revision, even if an older one is cached.
     *
     * @throws UserException if it is unavailable: why, and what to do
     */
    public Path fetch(String name, Consumer<Path> usable, Consumer<Progress> progress, Cancellation cancellation) {
        ModelName model = ModelName.require(name);
        if (!model.hasOrganisation()) {
            throw new UserException(
                    "A model's name on the hub has two parts: write organisation/" + name + ", as on its page.");
        }
        if (settings.offline()) {
            throw new UserException("HF_HUB_OFFLINE forbids downloads: unset it.");
        }
        return download(model, usable, progress, cancellation);
    }

    private Path download(
            ModelName model, Consumer<Path> usable, Consumer<Progress> progress, Cancellation cancellation) {
        try {
            return new Fetch(settings, cache, model, usable, progress, cancellation).run();
        } catch (Disk.Failure e) {
            throw HubMessages.unwritable(cache.root(), e.reason());
        }
    }

    /** The folder of a model that is complete in the cache; asks no network. */
    public Optional<Path> complete(String name) {
        return ModelName.parse(name)
                .filter(parsed -> looksLikeTheHubs(name))
                .flatMap(cache::find)
                .filter(cached -> cached.missing().isEmpty())
                .map(Snapshot::folder);
    }

    /** The models in the cache, by name. */
    public List<Cached> cached() {
        return cache.list();
    }

    /** The folder of the cache. */
    public Path cacheFolder() {
        return cache.root();
    }

    /**
     * Deletes a model from the cache, or one revision if the name has one.
     *
     * @throws UserException if it is not in the cache, or can't be deleted
     */
    public void remove(String name) {
        ModelName model = ModelName.require(name);
        try {
            if (name.contains("@")) {
                cache.removeRevision(model);
            } else {
                cache.remove(model);
            }
        } catch (Disk.Failure e) {
            throw new UserException(
                    "Can't delete all of " + model + " (" + HubMessages.reason(e.reason())
                            + "): close the programs that use it, and try again.",
                    e);
        }
    }

    /** The size of the embedded model. */
    public static long embeddedBytes() {
        return bytes(embedded());
    }

    /** The size of a model's files. */
    public static long bytes(Path folder) {
        return new Snapshot(folder).bytes();
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new UserException("\"" + name + "\" is not a valid folder name: " + e.getReason() + ".", e);
        }
    }

    /** The embedded model's folder: next to the packaged jar, or in the classes of a build that isn't packaged. */
    private static Path embedded() {
        Path code = Release.code();
        return Files.isDirectory(code) ? code.resolve("dev/headlight/hub/embedded") : code.resolveSibling("model");
    }
}
