package dev.headlight.hub.download;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLHandshakeException;

/** Retries transient failures, with exponential backoff or the delay that the server asks for. */
final class Attempts {
    private final Patience patience;
    private final URI uri;
    private final Cancellation cancellation;
    private int failures;
    private long furthest;

    /** The server is temporarily unable to answer. */
    static final class Busy extends IOException {
        private static final long serialVersionUID = 1;
        private final transient Optional<Duration> pause;

        private Busy(String reason, Optional<Duration> pause) {
            super(reason);
            this.pause = pause;
        }

        /** The reason of a status that is temporary. */
        static Optional<Busy> of(Transport.Answer answer) {
            int status = answer.status();
            return status == 408 || status == 429 || status >= 500
                    ? Optional.of(new Busy(
                            status == 429 ? "too many requests" : "status " + status,
                            answer.header("Retry-After").flatMap(Busy::pause)))
                    : Optional.empty();
        }

        /** Seconds, or a date: RFC 9110, 10.2.3. */
        private static Optional<Duration> pause(String header) {
            String text = header.strip();
            if (text.matches("\\d{1,9}")) {
                return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
            }
            try {
                Instant when = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                        .toInstant();
                Duration pause = Duration.between(Instant.now(), when);
                return Optional.of(pause.isNegative() ? Duration.ZERO : pause);
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        }
    }

    /** Work that may fail. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    /**
     * @param uri the requested address, for messages
     * @param cancellation checked during pauses; throws to end them
     */
    Attempts(Patience patience, URI uri, Cancellation cancellation) {
        this.patience = patience;
        this.uri = uri;
        this.cancellation = cancellation;
    }

    /** Resets the failure count if a download is further than it ever was: some servers always start from the beginning. */
    void reached(long position) {
        if (position > furthest) {
            furthest = position;
            failures = 0;
        }
    }

    /**
     * Runs until it succeeds.
     *
     * @throws UserException if it fails too often, or permanently
     */
    <T> T run(Work<T> work) {
        while (true) {
            try {
                return work.run();
            } catch (SSLHandshakeException e) {
                throw HubMessages.unreachable(uri, e);
            } catch (IOException e) {
                failures++;
                Duration pause = pause(e);
                int most = e instanceof ConnectException ? Math.min(2, patience.tries()) : patience.tries();
                if (failures >= most || pause.compareTo(patience.longestPause()) > 0) {
                    throw e instanceof Busy busy ? tooBusy(busy) : HubMessages.unreachable(uri, e);
                }
                pause(pause);
            }
        }
    }

    private UserException tooBusy(Busy busy) {
        String until = busy.pause
                .filter(pause -> pause.compareTo(patience.longestPause()) > 0)
                .map(pause -> ": try again in " + (pause.toSeconds() + 59) / 60 + " minutes")
                .orElse(": try again later");
        return new UserException(
                uri.getHost() + " can't serve this now (" + busy.getMessage() + ")" + until
                        + "; what was downloaded is kept.",
                busy);
    }

    /** The requested delay, or twice the previous one, with random jitter so that clients don't all return at once. */
    private Duration pause(IOException failure) {
        if (failure instanceof Busy busy && busy.pause.isPresent()) {
            return busy.pause.get();
        }
        double doubled = patience.firstPause().toMillis() * Math.pow(2, failures - 1.0);
        double jittered = doubled * (1 + ThreadLocalRandom.current().nextDouble() / 4);
        return Duration.ofMillis(
                (long) Math.min(jittered, patience.longestPause().toMillis()));
    }

    private void pause(Duration pause) {
        long end = System.nanoTime() + pause.toNanos();
        try {
            for (long left = pause.toMillis(); left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                cancellation.check();
                Thread.sleep(Math.min(left, Cancellation.POLL_MILLIS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }
}
