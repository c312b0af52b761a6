package dev.headlight.engine;

import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Spreads work over as many threads as an operation would have, and lets each of them compute its operations alone. Where
 * there is enough work, that is faster: no thread waits for the others after each operation, and what it computed is in
 * the cache of its own core. And results are the same to the last bit, however many threads there are.
 */
public final class Workers {
    /** Used again and again, because native memory grows with each new thread, and doesn't shrink when it ends. */
    private static final ThreadPoolExecutor THREADS =
            new ThreadPoolExecutor(1, Integer.MAX_VALUE, 1, TimeUnit.DAYS, new LinkedBlockingQueue<>(), work -> {
                Thread thread = new Thread(work, "headlight-worker");
                thread.setDaemon(true);
                return thread;
            });

    private Workers() {}

    /** How many threads an operation has: what {@code OMP_NUM_THREADS} says, or else all cores. */
    public static int count() {
        return JniUtils.getNumThreads();
    }

    /**
     * Does tasks, this thread among those that work on them. Meanwhile, no other work may begin in this process.
     *
     * @param tasks begun in their order
     * @param workers makes what a thread does its tasks with
     * @throws RuntimeException what a task threw; those that had begun have ended then, and no others begin
     */
    public static synchronized <T> void run(List<T> tasks, Supplier<Consumer<T>> workers) {
        int threads = count();
        Queue<T> left = new ConcurrentLinkedQueue<>(tasks);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Runnable work = () -> {
            try {
                JniUtils.setNumThreads(1);
                Consumer<T> worker = workers.get();
                for (T task = left.poll(); task != null && failure.get() == null; task = left.poll()) {
                    worker.accept(task);
                }
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        };
        int others = Math.max(0, Math.min(threads, tasks.size()) - 1);
        THREADS.setCorePoolSize(Math.max(others, THREADS.getCorePoolSize()));
        CountDownLatch ended = new CountDownLatch(others);
        for (int i = 0; i < others; i++) {
            THREADS.execute(() -> {
                try {
                    work.run();
                } finally {
                    ended.countDown();
                }
            });
        }
        work.run();
        await(ended);
        JniUtils.setNumThreads(threads); // new threads have as many as the last call says
        if (failure.get() instanceof Error e) {
            throw e;
        }
        if (failure.get() != null) {
            throw (RuntimeException) failure.get();
        }
    }

    /** Waits, whatever happens: the threads use native memory that the caller may close then. */
    private static void await(CountDownLatch ended) {
        boolean interrupted = false;
        while (ended.getCount() > 0) {
            try {
                ended.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
