package dev.headlight.web;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.headlight.Cancellation;
import dev.headlight.UserException;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final Logger LOG = LoggerFactory.getLogger(JsonLines.class);

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

    /** Work that finds parts of an answer. */
    @FunctionalInterface
    interface Work {
        void run(Consumer<JsonObject> send, Cancellation cancellation);
    }

    /** Sends what work finds: as lines while it is found, or as one JSON object to who accepts only that. */
    static void answer(Context context, Work work) {
        String accept = Optional.ofNullable(context.header("Accept")).orElse("");
        if (accept.startsWith("application/json")) {
            JsonObject whole = new JsonObject();
            work.run(part -> merge(whole, part), Api.whileConnected(context));
            Api.json(context, whole);
            return;
        }
        try (JsonLines lines = new JsonLines(context)) {
            try {
                work.run(lines::send, lines.cancellation());
                JsonObject done = new JsonObject();
                done.addProperty("done", true);
                lines.send(done);
            } catch (UserException e) {
                lines.send(failure(e.getMessage()));
            } catch (CancellationException e) {
                LOG.debug("the client left");
            } catch (RuntimeException e) {
                LOG.error("{} failed", context.endpoint().path, e);
                lines.send(failure("Unexpected error: see the server's log."));
            } catch (Error e) {
                LOG.error("{} failed", context.endpoint().path, e);
                Unfinished.abort(context.res());
            }
        } catch (CancellationException e) {
            LOG.debug("the client left before it was told of an error");
        }
    }

    private static JsonObject failure(String sentence) {
        JsonObject json = new JsonObject();
        json.addProperty("error", sentence);
        return json;
    }

    static void merge(JsonObject whole, JsonObject part) {
        part.entrySet().forEach(entry -> {
            if (whole.get(entry.getKey()) instanceof JsonArray known && entry.getValue() instanceof JsonArray more) {
                known.addAll(more);
            } else {
                whole.add(entry.getKey(), entry.getValue());
            }
        });
    }
}
