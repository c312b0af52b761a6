package dev.headlight.hub;

import dev.headlight.Cancellation;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A lock held by one thread of one process, on a file that is never deleted. The system releases it when the process
 * dies.
 */
final class Lock implements AutoCloseable {
    /**
     * Locks of this process: file locks belong to the whole process, and closing any channel to a file releases them
     * all.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final FileChannel channel;

    private Lock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Waits for a lock.
     *
     * @param waiting checked repeatedly while another process has it
     */
    static Lock hold(Path file, Cancellation waiting) throws IOException {
        while (true) {
            Optional<Lock> lock = tryHold(file);
            if (lock.isPresent()) {
                return lock.get();
            }
            waiting.check();
            try {
                Thread.sleep(Cancellation.POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
            }
        }
    }

    /** The lock, if it is free. */
    static Optional<Lock> tryHold(Path file) throws IOException {
        if (!HELD.add(file)) {
            return Optional.empty();
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            Files.createDirectories(file.getParent());
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            locked = channel.tryLock() != null;
        } finally {
            if (!locked) {
                if (channel != null) {
                    channel.close();
                }
                HELD.remove(file);
            }
        }
        return locked ? Optional.of(new Lock(file, channel)) : Optional.empty();
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(file);
        }
    }
}
