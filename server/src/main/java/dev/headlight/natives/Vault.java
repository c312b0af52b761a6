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
 * Checks that only this user and root can write to a folder that code is loaded from. If files have no owners and
 * modes, as on Windows, a folder passes unless it is a link.
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

    /** Checks for a file system and this process's user. */
    static Vault of(Path place) throws IOException {
        boolean posix = place.getFileSystem().supportedFileAttributeViews().contains("unix");
        return new Vault(posix, posix ? user() : 0);
    }

    /** The user's id; a user may have no name. */
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
     * Rejects a parent folder in which everyone can replace files. A group-writable folder passes: many systems create
     * a user's folders so, with a group of only that user.
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
     * Rejects a folder that another user can write to. This user's own folder is made private instead, and its files
     * are checked afterwards.
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
        boolean shared = user == 0; // root's folder may be meant for all users to read
        if (owner(is) == user && (mode(is) & (shared ? BY_OTHERS : 077)) != 0) {
            try {
                Files.setPosixFilePermissions(folder, PRIVATE);
            } catch (IOException e) {
                // not writable: the next check decides whether that matters
            }
            is = attributes(folder);
        }
        if ((mode(is) & BY_OTHERS) != 0) {
            throw refused(folder, "other users may write to it");
        }
    }

    /** Whether this is a file, not a link, that only this user and root can change. */
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

    /** Metadata that the system changes whenever one of these files changes; empty if it keeps none. */
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

    /** Whether a later change would have a later time, given the file system's resolution. */
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
