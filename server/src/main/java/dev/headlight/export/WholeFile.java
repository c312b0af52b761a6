package dev.headlight.export;

import dev.headlight.UserException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Writes files atomically: after an interruption a file is complete or absent. */
final class WholeFile {
    /** Files that are being written, deleted when the process is interrupted. */
    private static final Set<Path> UNFINISHED = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(WholeFile::sweep, "headlight-exports"));
    }

    private WholeFile() {}

    private static void sweep() {
        for (Path file : UNFINISHED) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // nothing can be done while the process ends
            }
        }
    }

    /**
     * Writes a temporary file next to the target, then renames it.
     *
     * @throws UserException if it can't be written; an existing file is then unchanged
     */
    static void write(Path file, Content content) {
        Path target = file.toAbsolutePath();
        try {
            Files.createDirectories(target.getParent());
            Path beside = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".part");
            UNFINISHED.add(beside);
            try {
                OutputStream unbuffered = Files.newOutputStream(beside, StandardOpenOption.CREATE_NEW);
                try (OutputStream out = new BufferedOutputStream(unbuffered, 1 << 16)) {
                    content.writeTo(out);
                }
                replace(beside, target);
            } finally {
                Files.deleteIfExists(beside);
                UNFINISHED.remove(beside);
            }
        } catch (IOException e) {
            throw new UserException("Can't write " + file + ": " + reason(e) + ".", e);
        }
    }

    private static void replace(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String reason(IOException e) {
        String known = switch (e.getClass().getSimpleName()) {
            case "AccessDeniedException" -> "access is denied";
            case "FileAlreadyExistsException" -> "a file is in place of a folder";
            case "DirectoryNotEmptyException" -> "it is a folder";
            default -> e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage();
        };
        return known == null ? e.toString() : known;
    }
}
