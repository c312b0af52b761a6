package dev.headlight;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Whether the result of some work is still wanted. Long work checks it between steps, on whatever thread it runs. */
@FunctionalInterface
public interface Cancellation {
    /** How often waiting code checks for cancellation, in milliseconds: a cancelled wait ends within this time. */
    int POLL_MILLIS = 50;

    /** Never cancels. */
    Cancellation NEVER = () -> {};

    /**
     * Returns while the result is wanted.
     *
     * @throws CancellationException once it is not
     */
    void check();

    /**
     * Waits for a result while it is wanted.
     *
     * @throws CancellationException once it is not, or if this thread is interrupted
     * @throws ExecutionException with what the work failed by
     */
    default <T> T await(Future<T> work) throws ExecutionException {
        while (true) {
            check();
            try {
                return work.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // keep waiting
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("interrupted");
            }
        }
    }
}
