package dev.headlight.natives;

import dev.headlight.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What {@code libraries.tsv} says of a file: its size, and SHA-256 of each piece of it. */
record Sums(long bytes, List<String> pieces) {
    static Sums of(Library library) {
        return new Sums(library.bytes(), library.pieces());
    }

    static Sums of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in);
        }
    }

    static Sums of(InputStream in) throws IOException {
        List<String> pieces = new ArrayList<>();
        long bytes = 0;
        byte[] buffer = new byte[1 << 18];
        for (int left = Library.PIECE; left > 0; left = Library.PIECE) {
            MessageDigest digest = Sha256.digest();
            for (int n; left > 0 && (n = in.read(buffer, 0, Math.min(buffer.length, left))) > 0; left -= n) {
                digest.update(buffer, 0, n);
            }
            if (left == Library.PIECE) {
                break;
            }
            bytes += Library.PIECE - left;
            pieces.add(HexFormat.of().formatHex(digest.digest()));
        }
        return new Sums(bytes, pieces);
    }

    /** As two cells of the list. */
    String cells() {
        return bytes + "\t" + String.join(",", pieces);
    }
}
