package dev.headlight.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a job takes with one worker of one core, and with two: a measurement, run by name, on a machine with two idle
 * cores (docs/corpus.md). {@code -Dheadlight.documents=N} of 100 sentences each, 240 unless given, in 12 partitions.
 */
final class ClusterScaling {
    private static final int DOCUMENTS = Integer.getInteger("headlight.documents", 240);
    private static final int SENTENCES = 100;
    private static final int ROUNDS = 2;

    @TempDir
    private Path temporary;

    @Test
    void printsTheSecondsOfOneWorkerAndOfTwo() throws Exception {
        Path texts = Files.createDirectory(temporary.resolve("texts"));
        for (int i = 0; i < DOCUMENTS; i++) {
            int document = i;
            Files.writeString(
                    texts.resolve(i + ".txt"),
                    IntStream.range(0, SENTENCES)
                            .mapToObj(j -> "Ann met Bob " + j + " times in Paris in the year " + document
                                    + ", and they went on to Rome.")
                            .collect(Collectors.joining("\n")));
        }
        byte[] first = null;
        for (int round = 0; round < ROUNDS; round++) {
            for (int workers = 1; workers <= 2; workers++) {
                Path place = Files.createDirectory(temporary.resolve(round + "-" + workers));
                Path out = place.resolve("out");
                try (Cluster cluster = new Cluster(place)) {
                    for (int i = 0; i < workers; i++) {
                        cluster.worker("worker" + i);
                    }
                    long begun = System.nanoTime();
                    Cluster.Job job = cluster.submit(texts, out, "-XX:+TieredCompilation");
                    assertThat(job.end()).as(job::log).isZero();
                    double whole = (System.nanoTime() - begun) / 1e9;
                    System.out.printf(
                            "%d × %d texts, %d worker%s of one core: %.1f s, of which %.1f s measuring%n",
                            DOCUMENTS, SENTENCES, workers, workers == 1 ? "" : "s", whole, measuring(job.log()));
                }
                byte[] found = Files.readAllBytes(out.resolve("corpus.json"));
                assertThat(found).isEqualTo(first == null ? found : first);
                first = found;
            }
        }
    }

    /** What Spark says that the job took, from when its executors were there: its scheduler's own count. */
    private static double measuring(String log) {
        Matcher took = Pattern.compile("Job \\d+ finished.*?took (\\d+(?:\\.\\d+)?) (ms|s)")
                .matcher(log);
        double seconds = 0;
        while (took.find()) {
            seconds += Double.parseDouble(took.group(1)) / (took.group(2).equals("ms") ? 1000 : 1);
        }
        return seconds;
    }
}
