package dev.headlight.web;

import com.google.gson.JsonObject;
import dev.headlight.Cancellation;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An answer that is sent while it is computed: a JSON object a line. Whether the client is still there is only seen by
 * writing to it, so empty lines are sent meanwhile; once one fails, the work is cancelled.
 */
final class JsonLines implements AutoCloseable {
    private static final int BEAT_MILLIS = 200;
    private static final ScheduledExecutorService BEATS = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "headlight-beats");
        thread.setDaemon(true);
        return thread;
    });

    private final OutputStream out;
    private final ReentrantLock writing = new ReentrantLock();
    private final ScheduledFuture<?> beats;
    private volatile boolean gone;
    private boolean closed; // guarded by writing

    JsonLines(Context context) {
        context.contentType("application/x-ndjson");
        this.out = stream(context);
        this.beats = BEATS.scheduleWithFixedDelay(this::beat, BEAT_MILLIS, BEAT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The servlet’s own stream: the flushes of Javalin’s don’t reach the client. */
    private static OutputStream stream(Context context) {
        try {
            return context.res().getOutputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends work once the client has left. */
    Cancellation cancellation() {
        return () -> {
            if (gone) {
                throw new CancellationException("the client has left");
            }
        };
    }

    /**
     * Sends a line.
     *
     * @throws CancellationException if the client has left
     */
    void send(JsonObject line) {
        writing.lock();
        try {
            write(line + "\n");
        } catch (UncheckedIOException e) {
            gone = true;
        } finally {
            writing.unlock();
        }
        cancellation().check();
    }

    private void beat() {
        if (writing.tryLock()) { // else a line is on its way
            try {
                if (!closed) {
                    write("\n");
                }
            } catch (UncheckedIOException e) {
                gone = true;
            } finally {
                writing.unlock();
            }
        }
    }

    private void write(String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        beats.cancel(false);
        writing.lock();
        closed = true;
        writing.unlock();
    }
}
