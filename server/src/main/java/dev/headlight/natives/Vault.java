package dev.headlight.natives;

import dev.headlight.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who may write to a place that code is loaded from: this user and root alone. Where files have no owners and modes, as
 * on Windows, a folder passes if it is no link.
 */
final class Vault {
    private static final int BY_OTHERS = 022;
    private static final int BY_ALL = 02;
    private static final int STICKY = 01000;
    private static final int SETTLED_SECONDS = 2;
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private final boolean posix;
    private final int user;

    private Vault(boolean posix, int user) {
        this.posix = posix;
        this.user = user;
    }

    /** For a file system and the user that this process runs as. */
    static Vault of(Path place) throws IOException {
        boolean posix = place.getFileSystem().supportedFileAttributeViews().contains("unix");
        return new Vault(posix, posix ? user() : 0);
    }

    /** The number of the user; a user needs no name. */
    private static int user() throws IOException {
        Path process = Path.of("/proc/self");
        if (Files.exists(process)) {
            return (int) Files.getAttribute(process, "unix:uid");
        }
        Path own = Files.createTempFile("headlight", null);
        try {
            return (int) Files.getAttribute(own, "unix:uid");
        } finally {
            Files.delete(own);
        }
    }

    /** Creates folders that are missing, for this user alone. */
    void create(Path folder) throws IOException {
        FileAttribute<?>[] mode = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PRIVATE)}
                : new FileAttribute<?>[0];
        Files.createDirectories(folder, mode);
    }

    /**
     * Refuses the folder that libraries' folders lie in where all may replace what is in it. A folder that a group may
     * write to passes: many systems make a person's folders so, for a group of that person alone.
     */
    void requireSafeParent(Path folder) throws IOException {
        if (posix) {
            Map<String, Object> is = attributes(folder);
            boolean open = (mode(is) & BY_ALL) != 0 && (mode(is) & STICKY) == 0;
            if (!trusted(is) || open) {
                throw refused(folder, open ? "every user may write to it" : "it belongs to another user");
            }
        }
    }

    /**
     * Refuses a folder that another user could put something into. One of this user's that is open to others is closed
     * instead: what is in it is checked afterwards.
     */
    void requirePrivate(Path folder) throws IOException {
        if (Files.isSymbolicLink(folder)) {
            throw refused(folder, "it is a link");
        }
        if (!posix) {
            return;
        }
        Map<String, Object> is = attributes(folder);
        if (!trusted(is)) {
            throw refused(folder, "it belongs to another user");
        }
        boolean shared = user == 0; // what root fills may be meant for all to read
        if (owner(is) == user && (mode(is) & (shared ? BY_OTHERS : 077)) != 0) {
            try {
                Files.setPosixFilePermissions(folder, PRIVATE);
            } catch (IOException e) {
                // a place that can't be written to; whether that matters is looked at next
            }
            is = attributes(folder);
        }
        if ((mode(is) & BY_OTHERS) != 0) {
            throw refused(folder, "other users may write to it");
        }
    }

    /** Whether this is a file, no link, that nobody but this user and root can change. */
    boolean isPrivateFile(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!posix) {
            return true;
        }
        try {
            Map<String, Object> is = attributes(file);
            return trusted(is) && (mode(is) & BY_OTHERS) == 0;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** What the system changes whenever one of these files is changed; none where it keeps nothing of the kind. */
    Optional<String> state(List<Path> files) throws IOException {
        if (!posix) {
            return Optional.empty();
        }
        StringBuilder state = new StringBuilder();
        for (Path file : files) {
            Map<String, Object> is =
                    new TreeMap<>(Files.readAttributes(file, "unix:dev,ino,size,ctime", LinkOption.NOFOLLOW_LINKS));
            state.append(file.getFileName()).append(' ').append(is).append('\n');
        }
        return Optional.of(state.toString());
    }

    /** Whether a change from now on would be a later one, as coarsely as file systems tell the time. */
    boolean isSettled(List<Path> files) throws IOException {
        Instant recently = Instant.now().minusSeconds(SETTLED_SECONDS);
        for (Path file : files) {
            FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
            if (changed.toInstant().isAfter(recently)) {
                return false;
            }
        }
        return true;
    }

    private static Map<String, Object> attributes(Path path) throws IOException {
        return Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
    }

    private boolean trusted(Map<String, Object> is) {
        return owner(is) == user || owner(is) == 0;
    }

    private static int owner(Map<String, Object> is) {
        return (int) is.get("uid");
    }

    private static int mode(Map<String, Object> is) {
        return (int) is.get("mode");
    }

    private static UserException refused(Path folder, String why) {
        return new UserException("Native libraries are not loaded from " + folder + ", because " + why
                + ": remove it, or set HEADLIGHT_CACHE to a folder of your own.");
    }
}
