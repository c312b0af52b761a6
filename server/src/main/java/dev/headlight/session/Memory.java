package dev.headlight.session;

import java.lang.management.ManagementFactory;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Returns freed memory to the system, which neither Java nor the C library does promptly: after the first call, since
 * reading a model leaves much behind, and after much work, once there is a pause, or after a quarter of a minute without
 * one. Otherwise a busy server would keep hundreds of megabytes that it doesn't use.
 */
final class Memory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Memory.class);
    /** Fewer leave little behind. */
    private static final int MANY_CALLS = 32;

    private static final long PAUSE_SECONDS = 3;
    private static final long LONGEST_SECONDS = 15;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "headlight-memory");
        thread.setDaemon(true);
        return thread;
    });
    private boolean modelWasRead = true; // and memory not trimmed since; guarded by this
    private int calls; // since memory was last trimmed; guarded by this
    private long lastCall; // guarded by this
    private long waitingSince; // guarded by this
    private boolean waiting; // guarded by this

    /** Hears of a call that used native memory. */
    synchronized void used() {
        lastCall = System.nanoTime();
        calls++;
        if ((modelWasRead || calls >= MANY_CALLS) && !waiting && !thread.isShutdown()) {
            waiting = true;
            waitingSince = lastCall;
            thread.schedule(this::trimInPause, PAUSE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void trimInPause() {
        boolean afterReading;
        synchronized (this) {
            long now = System.nanoTime();
            boolean pause = now - lastCall >= TimeUnit.SECONDS.toNanos(PAUSE_SECONDS);
            if (!pause && now - waitingSince < TimeUnit.SECONDS.toNanos(LONGEST_SECONDS)) {
                if (!thread.isShutdown()) {
                    thread.schedule(this::trimInPause, 1, TimeUnit.SECONDS);
                }
                return;
            }
            afterReading = modelWasRead;
            modelWasRead = false;
            calls = 0;
            waiting = false;
        }
        long begun = System.nanoTime();
        if (afterReading) {
            trim();
        } else {
            trimHeapOfC();
        }
        LOG.debug("memory trimmed in {} ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    }

    /** C's heap and Java's own, after a model was read or replaced; takes some 100 ms. */
    static void trim() {
        System.gc(); // a model's mapped files stay until Java collects their buffers
        trimHeapOfC();
    }

    private static void trimHeapOfC() {
        try {
            // glibc's malloc_trim, as a jcmd command; later updates of Java 17 have it, and all versions from 18
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "systemTrimNativeHeap",
                            new Object[0],
                            new String[0]);
        } catch (JMException e) {
            LOG.debug("not available in this Java or system: freed memory is used again");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
