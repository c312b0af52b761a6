package dev.headlight.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CorpusProgressLineTest {
    private static final long SECOND = 1_000_000_000L;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicLong read = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();

    private CorpusProgressLine line(long total, boolean terminal) {
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        return new CorpusProgressLine(stream, read::get, total, terminal, nanos::get);
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void rateAndTimeLeftAreOfThisRun() {
        CorpusProgressLine line = line(1000, false);
        read.set(200);
        line.begin(50);
        nanos.set(20 * SECOND);
        read.set(600);
        line.texts(250);
        assertThat(said()).isEqualTo("50 texts were measured before.\n250 texts, 10.0 a second, 60 %, 20 s left\n");
    }

    @Test
    void whereNobodyKnowsHowMuchThereIsNoTimeIsPromised() {
        CorpusProgressLine line = line(-1, false);
        line.begin(0);
        nanos.set(20 * SECOND);
        read.set(600);
        line.texts(1200);
        assertThat(said()).isEqualTo("1,200 texts, 60.0 a second\n");
    }

    @Test
    void outsideATerminalThereIsALineInTenSeconds() {
        CorpusProgressLine line = line(-1, false);
        line.begin(0);
        for (int second = 1; second <= 25; second++) {
            nanos.set(second * SECOND);
            line.texts(second);
        }
        assertThat(said()).hasLineCount(2);
    }

    @Test
    void onATerminalOneLineIsWrittenAgain() {
        CorpusProgressLine line = line(-1, true);
        line.begin(0);
        nanos.set(SECOND);
        line.texts(1);
        line.texts(2);
        line.end();
        assertThat(said()).isEqualTo("\r\u001b[K1 texts, 1.0 a second\r\u001b[K2 texts, 2.0 a second\r\u001b[K");
    }
}
