package dev.headlight.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** How far a corpus is measured: one line that is rewritten on a terminal, a line in ten seconds elsewhere. */
final class CorpusProgressLine {
    private static final long STEP_NANOS = 10_000_000_000L;

    private final PrintStream err;
    private final LongSupplier read;
    private final long total;
    private final boolean terminal;
    private final LongSupplier nanos;
    private long begun;
    private long before;
    private long readBefore;
    private long reported;

    CorpusProgressLine(PrintStream err, CorpusSource source) {
        this(err, source::read, source.bytes(), ProgressLine.TERMINAL, System::nanoTime);
    }

    /**
     * A line.
     *
     * @param read how many bytes were read so far
     * @param total how many there are; negative where nobody knows
     */
    CorpusProgressLine(PrintStream err, LongSupplier read, long total, boolean terminal, LongSupplier nanos) {
        this.err = err;
        this.read = read;
        this.total = total;
        this.terminal = terminal;
        this.nanos = nanos;
    }

    /** Begins, some texts being measured already. */
    void begin(long known) {
        before = known;
        readBefore = read.getAsLong();
        begun = nanos.getAsLong();
        reported = begun;
        if (known > 0) {
            err.println(String.format(Locale.ROOT, "%,d texts were measured before.", known));
        }
    }

    /** So many are measured. */
    void texts(long measured) {
        long now = nanos.getAsLong();
        if (terminal) {
            err.print(ProgressLine.ERASE + line(measured, now));
            err.flush();
        } else if (now - reported >= STEP_NANOS) {
            reported = now;
            err.println(line(measured, now));
        }
    }

    private String line(long measured, long now) {
        double seconds = Math.max((now - begun) / 1e9, 1e-3);
        String line = String.format(Locale.ROOT, "%,d texts, %.1f a second", measured, (measured - before) / seconds);
        long done = read.getAsLong();
        if (total <= 0 || done <= readBefore) {
            return line;
        }
        long left = (long) Math.ceil((total - done) * seconds / (done - readBefore));
        return line + String.format(Locale.ROOT, ", %d %%, ", 100 * done / total) + PairsProgress.time(left) + " left";
    }

    /** Removes the line. */
    void end() {
        if (terminal) {
            err.print(ProgressLine.ERASE);
            err.flush();
        }
    }
}
