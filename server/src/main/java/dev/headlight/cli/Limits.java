package dev.headlight.cli;

/** What a server may take. */
final class Limits {
    /** Native memory for queries and keys of open inspections: six of a bert-base at 512 tokens. */
    static final long TRACES = 256L << 20;

    private Limits() {}
}
