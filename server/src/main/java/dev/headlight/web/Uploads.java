package dev.headlight.web;

import dev.headlight.UserException;
import dev.headlight.imports.AttentionFile;
import dev.headlight.inspect.Inspected;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Attention files that the page sends. */
final class Uploads {
    private static final long LARGEST = 2L << 30;

    private Uploads() {}

    /**
     * Opens the file that is the request's body; its name is a parameter.
     *
     * @throws UserException if it is no attention file
     */
    static Inspected open(Context context) {
        try {
            Path folder = Files.createTempDirectory("headlight");
            Path file = folder.resolve(
                    plain(Optional.ofNullable(context.queryParam("name")).orElse("file")));
            try {
                receive(context, file);
                return opened(file);
            } catch (UserException e) {
                throw new UserException(
                        e.getMessage()
                                .replace(file.toString(), file.getFileName().toString()),
                        e);
            } finally {
                delete(file);
                delete(folder);
            }
        } catch (IOException e) {
            throw new UserException("The file could not be kept for reading: make room on the disk.", e);
        }
    }

    /** One at a time: JSON is read into memory. */
    private static synchronized Inspected opened(Path file) {
        return AttentionFile.open(file);
    }

    private static void receive(Context context, Path file) throws IOException {
        try (InputStream in = context.bodyInputStream();
                OutputStream out = Files.newOutputStream(file)) {
            byte[] block = new byte[1 << 16];
            long size = 0;
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                size += read;
                if (size > LARGEST) {
                    throw new UserException(file + " is larger than 2 GB: save fewer layers, or a shorter text.");
                }
                out.write(block, 0, read);
            }
        }
    }

    /** A name without folders and control characters. */
    private static String plain(String name) {
        String plain = name.replaceAll("[^\\p{L}\\p{N}._ -]", "_");
        return plain.matches("\\.*") ? "file" : plain.substring(0, Math.min(100, plain.length()));
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            path.toFile().deleteOnExit(); // where a mapped file can't be deleted
        }
    }
}
