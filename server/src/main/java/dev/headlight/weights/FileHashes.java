package dev.headlight.weights;

import dev.headlight.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * SHA-256 of files, in hexadecimal digits by the files' names. They are computed once, on a thread of their own, when
 * somebody first asks: a gigabyte takes about a second. A file is not read again while it is the same, by its key, size
 * and time. May be used on any thread.
 */
public final class FileHashes {
    /** Of nothing. */
    public static final FileHashes NONE = known(new TreeMap<>());

    private static final long PATIENCE_SECONDS = 3;
    private static final Map<Identity, String> REMEMBERED = new ConcurrentHashMap<>();

    private final Path folder;
    private final List<String> names;
    private volatile CompletableFuture<SortedMap<String, String>> hashes;

    /** A file as it was when it was read. */
    private record Identity(Path file, Object key, long size, FileTime modified) {
        static Identity of(Path file) throws IOException {
            Path real = file.toRealPath();
            BasicFileAttributes is = Files.readAttributes(real, BasicFileAttributes.class);
            return new Identity(real, String.valueOf(is.fileKey()), is.size(), is.lastModifiedTime());
        }
    }

    private FileHashes(Path folder, List<String> names, CompletableFuture<SortedMap<String, String>> hashes) {
        this.folder = folder;
        this.names = names;
        this.hashes = hashes;
    }

    /** Those that are known already. */
    public static FileHashes known(SortedMap<String, String> hashes) {
        return new FileHashes(null, List.of(), CompletableFuture.completedFuture(hashes));
    }

    /** Those of files in a folder, which are not read yet. */
    static FileHashes of(Path folder, List<String> names) {
        return new FileHashes(folder, List.copyOf(names), null);
    }

    /** Those that are known now; none while they are being computed. */
    public SortedMap<String, String> now() {
        CompletableFuture<SortedMap<String, String>> begun = hashes;
        return begun == null ? new TreeMap<>() : begun.getNow(new TreeMap<>());
    }

    /** Waits three seconds at most; none if that was too short, or a file can't be read. */
    public SortedMap<String, String> soon() {
        return started()
                .copy()
                .completeOnTimeout(new TreeMap<>(), PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Waits for them; none if a file can't be read. */
    public SortedMap<String, String> await() {
        return started().join();
    }

    /** Begins to compute them, unless somebody did before. */
    public void start() {
        started();
    }

    private synchronized CompletableFuture<SortedMap<String, String>> started() {
        if (hashes == null) {
            CompletableFuture<SortedMap<String, String>> computed = new CompletableFuture<>();
            Thread thread = new Thread(() -> computed.complete(compute()), "headlight-hashes");
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.start();
            hashes = computed;
        }
        return hashes;
    }

    private SortedMap<String, String> compute() {
        SortedMap<String, String> computed = new TreeMap<>();
        try {
            for (String name : names) {
                Path file = folder.resolve(name);
                Identity identity = Identity.of(file);
                String hash = REMEMBERED.get(identity);
                if (hash == null) {
                    hash = hash(file);
                    if (identity.equals(Identity.of(file))) {
                        REMEMBERED.put(identity, hash);
                    }
                }
                computed.put(name, hash);
            }
        } catch (IOException e) {
            return new TreeMap<>(); // the model is in memory, its files are gone: then nothing is said of them
        }
        return computed;
    }

    private static String hash(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = Sha256.digest();
            byte[] block = new byte[1 << 20];
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                digest.update(block, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        }
    }
}
