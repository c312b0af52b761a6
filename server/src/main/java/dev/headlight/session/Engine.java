package dev.headlight.session;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine thread: everything that touches a model or its heads runs here, in the order of the calls. */
final class Engine {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final ExecutorService thread = thread("headlight-engine");
    private final Memory memory = new Memory();

    /** Thrown by a call once the engine is closed. */
    static final class ClosedException extends CancellationException {
        private static final long serialVersionUID = 1;

        ClosedException() {
            super("the session is closed");
        }
    }

    /** A single daemon thread. */
    static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Runs work on the engine thread and waits for its result.
     *
     * @param cancellation checked before the work starts
     * @throws UserException if memory runs out
     * @throws ClosedException if the engine is closed
     */
    <T> T call(Cancellation cancellation, Callable<T> work) {
        long asked = System.nanoTime();
        try {
            return thread.submit(() -> {
                        cancellation.check();
                        long begun = System.nanoTime();
                        T result = work.call();
                        memory.used();
                        LOG.debug(
                                "waited {} ms, computed {} ms", millis(asked, begun), millis(begun, System.nanoTime()));
                        return result;
                    })
                    .get();
        } catch (RejectedExecutionException e) {
            throw new ClosedException();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof OutOfMemoryError) {
                throw new UserException("Out of memory: select less text, or give Java more memory (-Xmx).", e);
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static long millis(long from, long to) {
        return TimeUnit.NANOSECONDS.toMillis(to - from);
    }

    /** Runs a final task after the work in progress and accepts no more; does nothing if already closed. */
    void close(Runnable last) {
        try {
            thread.execute(last);
        } catch (RejectedExecutionException e) {
            return; // already closed
        }
        thread.shutdown();
        memory.close();
    }
}
