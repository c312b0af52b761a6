package dev.headlight;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Locale;

/** Why a file could not be read or written. */
public final class FileFailure {
    private FileFailure() {}

    /** The reason, in a few words that fit into a sentence. */
    public static String reason(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (failure instanceof FileSystemException of && of.getReason() != null) {
            return of.getReason();
        }
        String message = failure.getMessage();
        return message == null || failure instanceof FileSystemException ? named(failure) : message;
    }

    /** {@code NotDirectoryException} as "not directory". */
    private static String named(IOException failure) {
        return failure.getClass()
                .getSimpleName()
                .replaceFirst("Exception$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                .toLowerCase(Locale.ROOT);
    }

    /** Whether the disk, or this person's share of it, is full. */
    public static boolean isFull(IOException failure) {
        String reason = reason(failure).toLowerCase(Locale.ROOT);
        return reason.contains("no space left")
                || reason.contains("not enough space")
                || reason.contains("quota exceeded");
    }
}
