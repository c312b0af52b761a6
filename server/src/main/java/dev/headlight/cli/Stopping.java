package dev.headlight.cli;

import dev.headlight.Cancellation;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ends a run between two layers when the user ends the process, so that nothing is left half done. */
final class Stopping implements Cancellation {
    private static final int SECONDS = 20;

    private final AtomicBoolean asked = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    Stopping() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "headlight-stop"));
    }

    private void stop() {
        asked.set(true);
        try {
            if (!ended.await(SECONDS, TimeUnit.SECONDS)) {
                return; // a layer can't take so long
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void check() {
        if (asked.get()) {
            throw new CancellationException();
        }
    }

    void stopped() {
        ended.countDown();
    }
}
