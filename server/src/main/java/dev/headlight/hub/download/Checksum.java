package dev.headlight.hub.download;

import dev.headlight.Cancellation;
import dev.headlight.hub.download.Repository.Meta;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Compares a file with its name on the hub: SHA-256 for large files, for small ones the hash that Git gives blobs. */
final class Checksum {
    private static final int CHUNK = 1 << 20;

    private Checksum() {}

    /** Whether a file matches its metadata; only the size is compared if the ETag is neither hash. */
    static boolean matches(Path file, Meta meta, Cancellation cancellation) throws IOException {
        String etag = meta.etag();
        boolean large = etag.matches("[0-9a-f]{64}");
        boolean small = etag.matches("[0-9a-f]{40}");
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() != meta.size()) {
                return false;
            }
            if (!large && !small) {
                return true;
            }
            MessageDigest digest = digest(large ? "SHA-256" : "SHA-1");
            if (small) {
                digest.update(("blob " + meta.size() + "\0").getBytes(StandardCharsets.US_ASCII));
            }
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            while (channel.read(chunk) >= 0) {
                cancellation.check();
                digest.update(chunk.flip());
                chunk.clear();
            }
            return HexFormat.of().formatHex(digest.digest()).equals(etag);
        }
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has both
        }
    }
}
