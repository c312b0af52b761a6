package dev.headlight.hub.download;

import java.io.IOException;

/** Distinguishes failures of the disk from those of the network, which are both {@link IOException}s. */
public final class Disk {
    private Disk() {}

    /** The cache could not be read or written; turned into a message where the cache's name is known. */
    public static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final IOException reason;

        Failure(IOException reason) {
            super(reason);
            this.reason = reason;
        }

        public IOException reason() {
            return reason;
        }
    }

    /** Work on files. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws IOException;
    }

    public static <T> T on(Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new Failure(e);
        }
    }
}
