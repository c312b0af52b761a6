package dev.headlight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PairsProgressTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong();

    private PairsProgress progress(int total, boolean terminal) {
        return new PairsProgress(new PrintStream(written, true, StandardCharsets.UTF_8), total, terminal, nanos::get);
    }

    private String told() {
        return written.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aLineSaysTheRateAndTheTimeThatIsLeft() {
        PairsProgress progress = progress(1000, true);
        progress.begin(0);
        nanos.set(2_000_000_000L);
        progress.one();
        progress.one();
        assertThat(told()).endsWith("\r\u001b[K2 of 1000 sentences, 1.0 a second, 17 min left");
        progress.end();
        assertThat(told()).endsWith("\r\u001b[K");
    }

    @Test
    void whatWasMeasuredBeforeCountsForNoRate() {
        PairsProgress progress = progress(10, false);
        progress.begin(8);
        nanos.set(4_000_000_000L);
        progress.one();
        progress.one();
        assertThat(told().lines())
                .containsExactly(
                        "8 of 10 sentences were measured before.", "9 of 10 sentences, 0.3 a second, 4 s left");
        assertThat(progress.done()).isEqualTo(10);
    }

    @Test
    void noTerminalGetsALineForTenPercent() {
        PairsProgress progress = progress(200, false);
        progress.begin(0);
        for (int i = 0; i < 200; i++) {
            nanos.addAndGet(100_000_000L);
            progress.one();
        }
        assertThat(told().lines()).hasSize(9).contains("20 of 200 sentences, 10.0 a second, 18 s left");
    }
}
