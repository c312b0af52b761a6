package dev.headlight.natives;

import dev.headlight.Release;
import dev.headlight.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The libraries that an installed Headlight comes with, in {@code lib/native} beside its jar, and loads where they are.
 * They are trusted as the jar is, because whoever can write to one can write to the other; their sizes are compared
 * with the list, so that half a copy is noticed, and checksums of 370 MB aren't computed at every start.
 */
final class Installed {
    private static final String AGAIN = ": install Headlight again.";

    private final Path folder;

    /** @param folder {@code lib/native} */
    Installed(Path folder) {
        this.folder = folder;
    }

    /** Those of this program; empty if its classes are not in a distribution, but in a build, or among a job's jars. */
    static Optional<Installed> here() {
        Path code = Release.code();
        return code.endsWith("headlight.jar")
                ? Optional.of(new Installed(code.resolveSibling("native")))
                : Optional.empty();
    }

    /**
     * The files of libraries, in loading order.
     *
     * @throws UserException if one is missing, or is another than Headlight comes with
     */
    List<Path> files(List<Library> libraries) {
        if (isForOthers()) {
            throw new UserException(Library.forOthers());
        }
        for (Library library : libraries) {
            Path file = file(library);
            if (!Files.isRegularFile(file)) {
                throw new UserException(
                        "Headlight's library " + library.file() + " is missing from " + file.getParent() + AGAIN);
            }
            if (file.toFile().length() != library.bytes()) {
                throw new UserException(file + " is not the library that Headlight came with" + AGAIN);
            }
        }
        return libraries.stream().map(this::file).toList();
    }

    private boolean isForOthers() {
        String[] platforms = folder.toFile().list();
        return platforms != null && platforms.length > 0 && !List.of(platforms).contains(Library.platform());
    }

    private Path file(Library library) {
        return folder.resolve(library.folder()).resolve(library.file());
    }
}
