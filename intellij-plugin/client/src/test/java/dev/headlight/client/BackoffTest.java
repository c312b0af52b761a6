package dev.headlight.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final Duration SHORT = Duration.ofSeconds(3);
    private final Backoff backoff = new Backoff(Duration.ofMillis(500));

    @Test
    void everyDelayDoublesUntilTheFifthCrash() {
        assertThat(backoff.died(SHORT)).contains(Duration.ofMillis(500));
        assertThat(backoff.died(SHORT)).contains(Duration.ofMillis(1000));
        assertThat(backoff.died(SHORT)).contains(Duration.ofMillis(2000));
        assertThat(backoff.died(SHORT)).contains(Duration.ofMillis(4000));
        assertThat(backoff.died(SHORT)).isEmpty();
        assertThat(backoff.died(SHORT)).isEmpty();
    }

    @Test
    void aLongRunResetsTheCrashCount() {
        backoff.died(SHORT);
        backoff.died(SHORT);
        assertThat(backoff.died(Duration.ofMinutes(3))).contains(Duration.ofMillis(500));
        assertThat(backoff.died(SHORT)).contains(Duration.ofMillis(1000));
    }

    @Test
    void aManualRestartResetsTheCrashCount() {
        backoff.died(SHORT);
        backoff.forgive();
        assertThat(backoff.died(SHORT)).contains(Duration.ofMillis(500));
    }
}
