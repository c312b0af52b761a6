package dev.headlight.cli;

/** A server's default limits. */
final class Limits {
    /** Native memory for the queries and keys of open inspections: enough for six of bert-base at 512 tokens. */
    static final long TRACES = 256L << 20;

    private Limits() {}
}
