package dev.headlight.hub.download;

import dev.headlight.hub.download.Progress.Step;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Counts the bytes of parallel downloads, and reports progress four times a second. */
public final class Meter {
    private static final long REPORT_NANOS = 250_000_000;
    /** The rate is averaged over this window. */
    private static final long WINDOW_NANOS = 5_000_000_000L;

    private final Consumer<Progress> listener;
    private final LongSupplier clock;
    private final Deque<long[]> samples = new ArrayDeque<>(); // {when, bytes gained by then}
    private long total;
    private long done;
    private long gained;
    private long reported;

    public Meter(Consumer<Progress> listener, LongSupplier clock) {
        this.listener = listener;
        this.clock = clock;
        this.reported = clock.getAsLong() - REPORT_NANOS;
    }

    /** Starts with the number of expected bytes. */
    public synchronized void expect(long bytes) {
        total = bytes;
        done = 0; // files downloaded earlier are part of the total, and are counted by found()
        gained = 0;
        samples.add(new long[] {clock.getAsLong(), 0});
        tell(Step.DOWNLOADING, true);
    }

    /** Counts bytes left by an earlier try; negative if they turned out to be unusable. */
    public synchronized void found(long bytes) {
        done += bytes;
        tell(Step.DOWNLOADING, false);
    }

    /** Counts bytes just received. */
    synchronized void came(long bytes) {
        done += bytes;
        gained += bytes;
        tell(Step.DOWNLOADING, false);
    }

    public synchronized void at(Step step) {
        tell(step, false);
    }

    private void tell(Step step, boolean now) {
        if (total == 0) {
            return; // a small file, before the total is known
        }
        long time = clock.getAsLong();
        if (!now && time - reported < REPORT_NANOS && done < total) {
            return;
        }
        reported = time;
        samples.add(new long[] {time, gained});
        while (samples.size() > 2 && time - samples.peek()[0] > WINDOW_NANOS) {
            samples.remove();
        }
        long[] first = samples.peek();
        double seconds = (time - first[0]) / 1e9;
        long rate = seconds < 0.2 ? 0 : (long) ((gained - first[1]) / seconds);
        listener.accept(new Progress(step, Math.min(done, total), total, rate));
    }
}
