package dev.headlight.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.UserException;
import java.time.Duration;
import java.util.function.Supplier;

/** How hostile inputs of a kind were taken: each is accepted, or refused in a sentence, within seconds. */
public final class Tally {
    private static final Duration LONGEST = Duration.ofSeconds(20);
    /** After so many inputs the numbers so far are printed. */
    private static final int OFTEN = 1_000;

    private final String kind;
    private int accepted;
    private int refused;
    private Duration longest = Duration.ZERO;

    /** How many inputs a test tries: {@code -Dheadlight.fuzz=1000000}, or usually fewer. */
    public static int inputs(int usually) {
        return Integer.getInteger("headlight.fuzz", usually);
    }

    public Tally(String kind) {
        this.kind = kind;
    }

    /**
     * Takes an input.
     *
     * @param input described if it is taken wrongly
     */
    public void take(Supplier<String> input, Runnable work) {
        long begun = System.nanoTime();
        try {
            work.run();
            accepted++;
        } catch (UserException e) {
            assertThat(e.getMessage()).as(input).matches("(?s).*[.…]").doesNotContain("Exception", "java.");
            refused++;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("unexpected: " + input.get(), e);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        assertThat(took).as(input).isLessThan(LONGEST);
        longest = took.compareTo(longest) > 0 ? took : longest;
        if ((accepted + refused) % OFTEN == 0) {
            print();
        }
    }

    private void print() {
        System.out.println(kind + ": " + (accepted + refused) + " tried, " + accepted + " accepted, " + refused
                + " refused, the longest took " + longest.toMillis() + " ms");
    }

    /** Prints the numbers, and checks that there was something of both. */
    public void report() {
        print();
        assertThat(accepted).as(kind + " accepted").isPositive();
        assertThat(refused).as(kind + " refused").isPositive();
    }
}
