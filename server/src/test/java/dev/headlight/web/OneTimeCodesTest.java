package dev.headlight.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class OneTimeCodesTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final OneTimeCodes codes = new OneTimeCodes(() -> now);

    @Test
    void aCodeWorksOnce() {
        String code = codes.issue("#inspection=3");
        assertThat(code).matches("[0-9a-f]{32}");
        assertThat(codes.exchange(code)).isEqualTo(new OneTimeCodes.Exchanged("#inspection=3"));
        assertThat(codes.exchange(code)).isEqualTo(new OneTimeCodes.Spent());
    }

    @Test
    void aCodeExpiresAfterAMinute() {
        String code = codes.issue("");
        now = now.plusSeconds(60);
        assertThat(codes.exchange(code)).isEqualTo(new OneTimeCodes.Spent());
        String other = codes.issue("");
        now = now.plusSeconds(59);
        assertThat(codes.exchange(other)).isEqualTo(new OneTimeCodes.Exchanged(""));
    }

    @Test
    void anInventedCodeIsUnknown() {
        codes.issue("");
        assertThat(codes.exchange("")).isEqualTo(new OneTimeCodes.Unknown());
        assertThat(codes.exchange("0".repeat(32))).isEqualTo(new OneTimeCodes.Unknown());
    }

    @Test
    void theNumberOfRememberedCodesIsLimited() {
        String first = codes.issue("");
        for (int i = 0; i < 64; i++) {
            codes.issue("");
        }
        assertThat(codes.exchange(first)).isEqualTo(new OneTimeCodes.Unknown());
    }
}
