package dev.headlight.intellij;

import static dev.headlight.intellij.StandInIde.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.client.HeadlightException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UiSchedulerTest {
    /** Write actions in the background change documents, too. */
    @Test
    void changesOnSeveralThreadsLeadToOneRun() throws Exception {
        try (StandInIde ide = new StandInIde(() -> {
            throw new HeadlightException("No server is needed here.");
        })) {
            UiScheduler quiet = new UiScheduler(ide.project);
            AtomicInteger runs = new AtomicInteger();
            CountDownLatch go = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Thread thread = new Thread(() -> {
                    try {
                        go.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    for (int times = 0; times < 2000; times++) {
                        quiet.whenQuiet(runs::incrementAndGet);
                    }
                });
                thread.start();
                threads.add(thread);
            }
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            TimeUnit.MILLISECONDS.sleep(2L * UiScheduler.QUIET_MS);
            run(() -> {});
            assertThat(runs).hasValue(1);
        }
    }
}
