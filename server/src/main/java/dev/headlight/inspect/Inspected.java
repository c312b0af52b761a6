package dev.headlight.inspect;

/**
 * An inspection and its attention, which holds native memory until it is closed.
 *
 * @param inspection what was found out
 * @param heads where the heads look
 */
public record Inspected(Inspection inspection, Heads heads) implements AutoCloseable {
    @Override
    public void close() {
        heads.close();
    }
}
