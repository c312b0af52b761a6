package dev.headlight.web;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Bounds how many answers of a kind are under way, and so what they take of memory. */
final class Turns {
    /** More would leave no threads for other requests. */
    private static final int MOST_WAITING = 8;

    private static final int PATIENCE_SECONDS = 20;

    private final Semaphore free;

    /** Too many answers are under way. */
    static final class Busy extends RuntimeException {
        private static final long serialVersionUID = 1;

        Busy() {
            super("The server is busy with other requests: try again in a moment.");
        }
    }

    /** @param most how many may be under way at once */
    Turns(int most) {
        this.free = new Semaphore(most, true);
    }

    /**
     * Does some work in its turn.
     *
     * @throws Busy if others wait already, or the turn doesn't come
     */
    void run(Runnable work) {
        if (free.getQueueLength() >= MOST_WAITING || !acquire()) {
            throw new Busy();
        }
        try {
            work.run();
        } finally {
            free.release();
        }
    }

    private boolean acquire() {
        try {
            return free.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
