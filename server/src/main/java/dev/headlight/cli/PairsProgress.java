package dev.headlight.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** How many sentences are measured: one line that is rewritten on a terminal, a line per 10 % elsewhere. */
final class PairsProgress {
    private static final int STEP_PERCENT = 10;

    private final PrintStream err;
    private final int total;
    private final boolean terminal;
    private final LongSupplier nanos;
    private long begun;
    private int before;
    private int done;
    private int reported;

    PairsProgress(PrintStream err, int total) {
        this(err, total, ProgressLine.TERMINAL, System::nanoTime);
    }

    PairsProgress(PrintStream err, int total, boolean terminal, LongSupplier nanos) {
        this.err = err;
        this.total = total;
        this.terminal = terminal;
        this.nanos = nanos;
    }

    /** Begins, some of them being done already. */
    void begin(int known) {
        before = known;
        done = known;
        begun = nanos.getAsLong();
        reported = 100 * known / total;
        if (known > 0) {
            err.println(known + " of " + total + " sentences were measured before.");
        }
    }

    /** One more is done. */
    void one() {
        done++;
        int percent = 100 * done / total;
        if (terminal) {
            err.print(ProgressLine.ERASE + line());
            err.flush();
        } else if (percent >= reported + STEP_PERCENT && done < total) {
            reported = percent / STEP_PERCENT * STEP_PERCENT;
            err.println(line());
        }
    }

    private String line() {
        double seconds = (nanos.getAsLong() - begun) / 1e9;
        double rate = (done - before) / Math.max(seconds, 1e-3);
        long left = (long) Math.ceil((total - done) / rate);
        return String.format(Locale.ROOT, "%d of %d sentences, %.1f a second, %s left", done, total, rate, time(left));
    }

    /** So many seconds, in the largest unit that gives a whole number. */
    static String time(long seconds) {
        return seconds < 60
                ? seconds + " s"
                : seconds < 3600 ? (seconds + 59) / 60 + " min" : (seconds + 3599) / 3600 + " h";
    }

    int done() {
        return done;
    }

    /** Removes the line. */
    void end() {
        if (terminal) {
            err.print(ProgressLine.ERASE);
            err.flush();
        }
    }
}
