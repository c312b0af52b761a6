package dev.headlight.engine;

import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Spreads work over as many threads as an operation would have, and lets each of them compute its operations alone. Where
 * there is enough work, that is faster: no thread waits for the others after each operation, and what it computed is in
 * the cache of its own core. And results are the same to the last bit, however many threads there are.
 */
public final class Workers {
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
    public static <T> void run(List<T> tasks, Supplier<Consumer<T>> workers) {
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
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < Math.min(threads, tasks.size()); i++) {
            Thread other = new Thread(work, "worker " + i);
            other.setDaemon(true);
            other.start();
            others.add(other);
        }
        work.run();
        others.forEach(Workers::join);
        JniUtils.setNumThreads(threads); // new threads have as many as the last call says
        if (failure.get() instanceof Error e) {
            throw e;
        }
        if (failure.get() != null) {
            throw (RuntimeException) failure.get();
        }
    }

    /** Waits, whatever happens: the thread uses native memory that the caller may close then. */
    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
