package dev.headlight.natives;

import dev.headlight.Sha256;
import dev.headlight.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The libraries of one name, unpacked. Their folder contains nothing else, because a library also searches its own
 * folder for system libraries.
 *
 * <p>Checksums of 470 MB take half a second, a third of a short command. So verified files are recorded by metadata
 * that the system changes whenever a file is written, moved or replaced: its inode number and change time, which only
 * root can set.
 */
final class Unpacked {
    private static final int BUFFER = 1 << 18;

    private final Path natives;
    private final Vault vault;
    private final List<Library> libraries;
    private final Path folder;
    private final Path checked;

    Unpacked(Path natives, Vault vault, List<Library> libraries) {
        this.natives = natives;
        this.vault = vault;
        this.libraries = libraries;
        this.folder = natives.resolve(libraries.get(0).folder());
        this.checked = folder.resolveSibling(folder.getFileName() + ".checked");
    }

    /** The files, in loading order. */
    List<Path> files() {
        return libraries.stream().map(library -> folder.resolve(library.file())).toList();
    }

    /** Whether all files are present and verified, with nothing else in the folder. */
    boolean isWhole() throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        vault.requirePrivate(folder.getParent());
        vault.requirePrivate(folder);
        if (!strangers().isEmpty()) {
            return false;
        }
        for (Library library : libraries) {
            if (!isPlausible(library)) {
                return false;
            }
        }
        Optional<String> state = vault.state(files());
        if (state.isPresent() && wasChecked(state.get())) {
            return true;
        }
        for (Library library : libraries) {
            if (!hasItsChecksums(library)) {
                return false;
            }
        }
        if (state.isPresent() && vault.isSettled(files()) && state.equals(vault.state(files()))) {
            remember(state.get());
        }
        return true;
    }

    /** Whether these files were verified and are unchanged; only this user and root can have written the record. */
    private boolean wasChecked(String state) throws IOException {
        return vault.isPrivateFile(checked) && Files.readString(checked).equals(note(state));
    }

    private void remember(String state) {
        try {
            Path aside = Files.createTempFile(natives, "tmp", null);
            try {
                Files.writeString(aside, note(state));
                Files.move(aside, checked, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(aside); // it is there only if the disk is full
            }
        } catch (IOException e) {
            // not writable: the next start computes checksums again
        }
    }

    private String note(String state) {
        return libraries + "\n" + state + "\n";
    }

    private List<Path> strangers() throws IOException {
        Set<Path> expected = files().stream().collect(Collectors.toSet());
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(path -> !expected.contains(path)).toList();
        }
    }

    private boolean isPlausible(Library library) throws IOException {
        Path file = folder.resolve(library.file());
        return vault.isPrivateFile(file) && Files.size(file) == library.bytes();
    }

    private boolean hasItsChecksums(Library library) throws IOException {
        try (FileChannel channel = FileChannel.open(folder.resolve(library.file()))) {
            return IntStream.range(0, library.pieces().size())
                    .parallel()
                    .allMatch(i -> checksum(channel, (long) i * Library.PIECE)
                            .equals(library.pieces().get(i)));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** SHA-256 of a piece of a file, in hexadecimal. */
    private static String checksum(FileChannel channel, long start) {
        MessageDigest digest = Sha256.digest();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try {
            for (long read = 0; read < Library.PIECE; read += buffer.limit()) {
                buffer.clear().limit((int) Math.min(BUFFER, Library.PIECE - read));
                if (channel.read(buffer, start + read) < 0) {
                    break;
                }
                digest.update(buffer.flip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Unpacks missing or different files and deletes others; the caller holds the lock. */
    void unpack() throws IOException {
        sweep();
        vault.create(folder);
        vault.requirePrivate(folder.getParent());
        vault.requirePrivate(folder);
        for (Path stranger : strangers()) {
            delete(stranger);
        }
        Path aside = Files.createTempDirectory(natives, "tmp");
        try {
            for (Library library : libraries) {
                if (!isPlausible(library) || !hasItsChecksums(library)) {
                    Path file = folder.resolve(library.file());
                    Path written = aside.resolve(library.file());
                    write(library, written);
                    delete(file);
                    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } finally {
            delete(aside);
        }
    }

    private static void write(Library library, Path file) throws IOException {
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = library.open();
                OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            for (String expected : library.pieces()) {
                int left = Library.PIECE;
                for (int n; left > 0 && (n = in.read(buffer, 0, Math.min(buffer.length, left))) > 0; left -= n) {
                    digest.update(buffer, 0, n);
                    out.write(buffer, 0, n);
                }
                if (!HexFormat.of().formatHex(digest.digest()).equals(expected)) {
                    throw new UserException(
                            "Headlight's own copy of " + library.file() + " is damaged: install Headlight again.");
                }
            }
        }
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    /** Deletes leftovers of a process that was killed while unpacking. */
    private void sweep() throws IOException {
        for (Path place : List.of(natives, folder.getParent())) {
            if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
                try (DirectoryStream<Path> left = Files.newDirectoryStream(place, "tmp*")) {
                    for (Path path : left) {
                        delete(path);
                    }
                }
            }
        }
    }

    private static void delete(Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> files = Files.walk(path)) { // doesn't follow links
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
