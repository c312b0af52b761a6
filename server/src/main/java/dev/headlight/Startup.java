package dev.headlight;

import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The time line of a start, in the log at level {@code debug}: {@code HEADLIGHT_LOG=debug headlight predict …}. */
public final class Startup {
    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);

    private Startup() {}

    /** Logs the time since the process started. */
    public static void reached(String step) {
        if (LOG.isDebugEnabled()) {
            Instant start = ProcessHandle.current().info().startInstant().orElse(Instant.EPOCH);
            LOG.debug("{} ms: {}", Duration.between(start, Instant.now()).toMillis(), step);
        }
    }
}
