package dev.headlight.client;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The one thread that talks to the server, so that callers never wait for it. Runs tasks in order. */
final class Outbox {
    private static final System.Logger LOG = System.getLogger(Outbox.class.getName());

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(work -> Connection.daemon("headlight-outbox", work));
    private volatile boolean closed;

    boolean isClosed() {
        return closed;
    }

    /** Runs a task, unless the outbox is closed. */
    void run(Runnable task) {
        if (!closed) {
            thread.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.WARNING, "A message could not be sent to the server", e);
                }
            });
        }
    }

    Future<?> runAfter(Duration wait, Runnable task) {
        return thread.schedule(task, wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Accepts no more tasks; runs those that wait, and then the last one. */
    void close(Runnable last) {
        closed = true;
        thread.execute(() -> {
            last.run();
            thread.shutdown();
        });
    }
}
