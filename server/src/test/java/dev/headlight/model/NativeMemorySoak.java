package dev.headlight.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headlight.engine.Torch;
import dev.headlight.testing.Golden;
import dev.headlight.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Runs in a process of its own whose heap is touched as a whole before (pom.xml): what resident memory grows by is native. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "reads resident memory from /proc")
class NativeMemorySoak {
    private static final int WARM_UP = 1_000;
    private static final int STRETCHES = 20;
    private static final int PASSES_A_STRETCH = 50;
    private static final int OUTLIERS = 2;
    /** A pass makes more than a megabyte of arrays: this is what it costs to keep one pass in a hundred. */
    private static final int LEAKED_KILOBYTES_A_STRETCH = 512;

    private static final Path STATUS = Path.of("/proc/self/status");

    @Test
    void residentMemoryIsFlatOverAThousandPasses() throws IOException {
        Torch torch = Torch.start();
        try (Checkpoint checkpoint = Checkpoint.open(Golden.folder("bert"));
                Family model = Family.load(checkpoint, torch, torch.kernels());
                NDManager leak = torch.manager()) {
            Random random = new Random(1);
            Passes.run(model, random, WARM_UP);

            Growth flat = Growth.of(() -> Passes.run(model, random, PASSES_A_STRETCH));
            Growth leaking = Growth.of(() -> {
                Passes.run(model, random, PASSES_A_STRETCH);
                leak(leak);
            });

            assertThat(leaking.kilobytes())
                    .as("a leak of one pass in a hundred stands out from the noise of " + leaking.noise() + " kB")
                    .isGreaterThan(flat.limit());
            assertThat(flat.kilobytes())
                    .as("kilobytes more, where readings scatter by " + flat.noise() + " kB")
                    .isLessThan(flat.limit());
        }
    }

    private static void leak(NDManager manager) {
        NDArray kept = manager.zeros(new Shape(LEAKED_KILOBYTES_A_STRETCH, 256), DataType.FLOAT32);
        kept.addi(1); // touched, so that it is resident
    }

    /**
     * How resident memory grew over half of the stretches.
     *
     * @param kilobytes by the mean of its steps without the {@value #OUTLIERS} largest falls and rises: the system takes
     *     and gives back megabytes now and then, for other reasons
     * @param noise the median step from one reading to the next, either way, in kilobytes
     */
    private record Growth(long kilobytes, long noise) {
        static Growth of(Runnable stretch) throws IOException {
            List<Long> readings = new ArrayList<>();
            List<Long> steps = new ArrayList<>();
            for (int i = 0; i < STRETCHES; i++) {
                stretch.run();
                readings.add(residentKilobytes());
                if (i > 0) {
                    steps.add(readings.get(i) - readings.get(i - 1));
                }
            }
            Collections.sort(steps);
            double step = steps.subList(OUTLIERS, steps.size() - OUTLIERS).stream()
                    .mapToLong(each -> each)
                    .average()
                    .orElseThrow();
            List<Long> sizes = steps.stream().map(Math::abs).sorted().toList();
            return new Growth(Math.round(step * STRETCHES / 2), sizes.get(sizes.size() / 2));
        }

        /** Half of what the leak would cost between the halves, or more where the readings scatter more. */
        long limit() {
            return Math.max(LEAKED_KILOBYTES_A_STRETCH * STRETCHES / 4, 3 * noise);
        }
    }

    private static long residentKilobytes() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }
}
