package dev.headlight.hub;

import dev.headlight.UserException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/** Finds checkpoints: the embedded one, and folders. */
public final class Hub {
    /** The name of the model that ships inside Headlight. */
    public static final String EMBEDDED = "embedded";

    private static final Pattern HUB_NAME = Pattern.compile("[\\w.-]+/[\\w.-]+(@[\\w./-]+)?");

    private Hub() {}

    /**
     * The folder of a model, in the hub's layout. The embedded one's may lie inside a jar.
     *
     * @param name {@link #EMBEDDED}, or a folder
     * @throws UserException where there is no such model
     */
    public static Path locate(String name) {
        if (name.equals(EMBEDDED)) {
            return embedded();
        }
        Path folder = path(name);
        if (!name.isBlank() && Files.isDirectory(folder)) {
            return folder;
        }
        if (!name.isBlank() && Files.exists(folder)) {
            throw new UserException(name + " is a file: give the folder that holds config.json and the weights.");
        }
        if (HUB_NAME.matcher(name).matches()) {
            throw new UserException("There is no folder " + name
                    + ", and this version doesn't fetch models by name yet: give the folder of a checkpoint.");
        }
        throw new UserException("There is no model \"" + name + "\": give embedded or the folder of a checkpoint.");
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new UserException("\"" + name + "\" can't be the name of a folder: " + e.getReason() + ".", e);
        }
    }

    private static Path embedded() {
        try {
            URI config = Hub.class.getResource("embedded/config.json").toURI();
            if (config.getScheme().equals("jar")) {
                openJar(config);
            }
            return Path.of(config).getParent();
        } catch (URISyntaxException | IOException e) {
            throw new IllegalStateException("the embedded model is not where it was built in", e);
        }
    }

    /** Makes a jar's inside a file system; it stays open as long as the process runs. */
    private static void openJar(URI inside) throws IOException {
        try {
            FileSystems.newFileSystem(inside, Map.of());
        } catch (FileSystemAlreadyExistsException e) {
            // opened by an earlier call
        }
    }
}
