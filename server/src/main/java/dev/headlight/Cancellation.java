package dev.headlight;

import java.util.concurrent.CancellationException;

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
}
