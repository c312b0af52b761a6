package dev.headlight.cli;

import dev.headlight.hub.download.Bytes;
import dev.headlight.hub.download.Progress;
import java.io.PrintStream;
import java.util.function.Consumer;

/** Shows a download's progress: one line that is rewritten on a terminal, a line per 10 % elsewhere. */
final class ProgressLine implements Consumer<Progress> {
    /** Set by the launcher, which can see where standard error goes; Java can't. */
    static final boolean TERMINAL = Boolean.getBoolean("headlight.terminal");

    static final String ERASE = "\r\u001b[K";
    private static final int STEP_PERCENT = 10;

    private final PrintStream err;
    private final String name;
    private final boolean terminal;
    private boolean begun;
    private boolean ended;
    private int reported;

    ProgressLine(PrintStream err, String name) {
        this(err, name, TERMINAL);
    }

    ProgressLine(PrintStream err, String name, boolean terminal) {
        this.err = err;
        this.name = name;
        this.terminal = terminal;
    }

    @Override
    public synchronized void accept(Progress step) {
        boolean all = step.done() == step.total();
        if (ended || !begun && all) {
            return; // nothing had to be downloaded
        }
        if (!begun && !terminal) {
            err.println("Downloading " + name + ", " + Bytes.text(step.total()) + ".");
        }
        begun = true;
        if (terminal) {
            err.print(ERASE + name + ": " + step.percent() + " %, " + step.text());
            err.flush();
        } else if (step.percent() >= reported + STEP_PERCENT && !all) {
            reported = step.percent() / STEP_PERCENT * STEP_PERCENT;
            err.println(step.percent() + " %, " + step.text());
        }
        if (all) {
            ended = true;
            err.println((terminal ? ERASE : "") + "Downloaded " + name + ", " + Bytes.text(step.total()) + ".");
        }
    }

    /** Ends the progress line, so that the next output starts on a line of its own. */
    synchronized void end() {
        if (terminal && begun && !ended) {
            err.println();
        }
        ended = true;
    }
}
