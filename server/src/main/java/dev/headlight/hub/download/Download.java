package dev.headlight.hub.download;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.hub.download.Progress.Step;
import dev.headlight.hub.download.Repository.Meta;
import dev.headlight.hub.download.Transport.Answer;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Downloads one blob into the cache. It is written to a partial file, which a later try resumes, and renamed only when
 * size and checksum are right.
 */
public final class Download {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

    private final Repository repository;
    private final Transport transport;
    private final Duration stall;
    private final Meter meter;
    private final Cancellation cancellation;

    public Download(
            Repository repository, Transport transport, Duration stall, Meter meter, Cancellation cancellation) {
        this.repository = repository;
        this.transport = transport;
        this.stall = stall;
        this.meter = meter;
        this.cancellation = cancellation;
    }

    /** A file's ETag changed during the download. */
    public static final class Changed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /**
     * Downloads the rest of a blob.
     *
     * @param blob its final path; the caller holds its lock
     * @throws UserException if it is unavailable
     * @throws Changed if the file on the hub has changed
     */
    public void run(URI uri, Path blob, Meta meta) {
        Path part = blob.resolveSibling(meta.etag() + ".incomplete");
        long before = Disk.on(() -> {
            Files.createDirectories(blob.getParent());
            return Files.exists(part) ? Files.size(part) : 0;
        });
        meter.found(before);
        bytes(uri, part, meta);
        if (!isRight(part, meta)) {
            discard(part);
            if (before > 0) { // the earlier try may be to blame
                bytes(uri, part, meta);
            }
            if (before == 0 || !isRight(part, meta)) {
                Disk.on(() -> Files.deleteIfExists(part));
                throw new UserException("The download from " + uri.getHost() + " of " + name(uri)
                        + " has a wrong checksum: try again, or look for a proxy that changes it.");
            }
        }
        Disk.on(() -> Files.move(part, blob, StandardCopyOption.ATOMIC_MOVE));
    }

    private static String name(URI uri) {
        return uri.getPath().substring(uri.getPath().lastIndexOf('/') + 1);
    }

    private boolean isRight(Path part, Meta meta) {
        meter.at(Step.CHECKING);
        return Disk.on(() -> Checksum.matches(part, meta, cancellation));
    }

    private void discard(Path part) {
        meter.found(-Disk.on(() -> Files.size(part)));
        Disk.on(() -> Files.deleteIfExists(part));
    }

    private void bytes(URI uri, Path part, Meta meta) {
        Attempts attempts = repository.attempts(uri);
        attempts.run(() -> {
            try (FileChannel file =
                    Disk.on(() -> FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE))) {
                more(uri, file, meta, attempts);
                Disk.on(() -> {
                    file.force(true);
                    return null;
                });
            }
            return null;
        });
    }

    /** One request for the rest. */
    private void more(URI uri, FileChannel file, Meta meta, Attempts attempts) throws IOException {
        long at = Disk.on(file::size);
        if (at > meta.size()) {
            at = restart(file, at);
        }
        if (at == meta.size() && at > 0) {
            return;
        }
        Map<String, String> range = at > 0 ? Map.of("Range", "bytes=" + at + "-") : Map.of();
        try (Answer answer = transport.ask("GET", uri, range, hop -> isSame(hop, meta), cancellation)) {
            if (at > 0 && !continues(answer, at, meta)) {
                at = restart(file, at);
                if (answer.status() != 200) {
                    throw new IOException("the server can't resume the download");
                }
            }
            repository.check(answer);
            write(answer, file, at, meta, attempts);
        }
    }

    private long restart(FileChannel file, long had) {
        meter.found(-had);
        Disk.on(() -> file.truncate(0));
        return 0;
    }

    /** Checks each response of the hub itself: its ETag must match the metadata. */
    private boolean isSame(Answer answer, Meta meta) {
        if (answer.status() < 400
                && transport.isEndpoint(answer.uri())
                && Repository.etag(answer)
                        .filter(etag -> !etag.equals(meta.etag()))
                        .isPresent()) {
            throw new Changed();
        }
        return true;
    }

    /** Whether a response is the requested range; a transient failure is no reason to restart. */
    private static boolean continues(Answer answer, long at, Meta meta) {
        if (answer.status() != 206) {
            return answer.status() >= 400 && answer.status() != 416;
        }
        Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range").orElse(""));
        return range.matches()
                && Long.parseLong(range.group(1)) == at
                && (range.group(2).equals("*") || Long.parseLong(range.group(2)) == meta.size());
    }

    private void write(Answer answer, FileChannel file, long from, Meta meta, Attempts attempts) throws IOException {
        long at = from;
        while (true) {
            List<ByteBuffer> some = answer.body().next(stall, cancellation);
            if (some.isEmpty()) {
                break;
            }
            for (ByteBuffer buffer : some) {
                if (buffer.remaining() > meta.size() - at) {
                    throw new Changed(); // longer than announced
                }
                at += put(file, buffer, at);
                attempts.reached(at);
            }
        }
        if (at < meta.size()) {
            throw new EOFException("the response ended after " + at + " of " + meta.size() + " bytes");
        }
    }

    private int put(FileChannel file, ByteBuffer buffer, long at) {
        int count = buffer.remaining();
        Disk.on(() -> {
            long position = at;
            while (buffer.hasRemaining()) {
                position += file.write(buffer, position);
            }
            return null;
        });
        meter.came(count);
        return count;
    }
}
