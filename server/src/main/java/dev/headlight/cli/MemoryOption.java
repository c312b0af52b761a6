package dev.headlight.cli;

import dev.headlight.UserException;
import picocli.CommandLine.Option;

/** How much native memory a server keeps for the queries and keys of open inspections. */
final class MemoryOption {
    /** Enough for six texts of bert-base at 512 tokens. */
    private static final int USUAL = 256;

    @Option(
            names = "--memory",
            paramLabel = "MB",
            description = "Megabytes of native memory for the attention of open texts (default: ${DEFAULT-VALUE}).")
    private int megabytes = USUAL;

    long bytes() {
        if (megabytes < 1) {
            throw new UserException("--memory must be at least 1 MB, not " + megabytes + ": use a value such as 256.");
        }
        return (long) megabytes << 20;
    }
}
