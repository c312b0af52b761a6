package dev.headlight.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.headlight.engine.Torch;
import dev.headlight.testing.Golden;
import dev.headlight.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NativeMemoryTest {
    private static final int PASSES = 1_000;
    private static final Path STATUS = Path.of("/proc/self/status");

    /** The heap is touched as a whole before (pom.xml), so that what resident memory grows by is native. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "reads resident memory from /proc")
    void residentMemoryIsFlatOverAThousandPasses() throws IOException {
        Torch torch = Torch.start();
        try (Checkpoint checkpoint = Checkpoint.open(Golden.folder("bert"));
                Family model = Family.load(checkpoint, torch, torch.kernels())) {
            Random random = new Random(1);
            passes(model, random, PASSES);
            long before = residentKilobytes();
            passes(model, random, PASSES);
            long after = residentKilobytes();
            // a pass makes over a megabyte of arrays: were one in a hundred of them kept, this would be 10 MB
            assertThat(after - before).as("kilobytes more").isLessThan(8_000);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.headlight.testing.Golden#all")
    void aPassLeavesNoArrayBehindInAnyScope(Golden golden) throws IOException {
        Torch torch = Torch.start();
        try (Checkpoint checkpoint = Checkpoint.open(golden.folder());
                Family model = Family.load(checkpoint, torch, torch.kernels());
                NDManager probe = torch.manager()) {
            passes(model, new Random(1), 3);
            int before = managed(probe);
            passes(model, new Random(2), 50);
            assertThat(managed(probe)).isEqualTo(before);
        }
    }

    /** Everything that lives below the root of all scopes. */
    private static int managed(NDManager probe) {
        NDManager root = probe;
        while (root.getParentManager() != null) {
            root = root.getParentManager();
        }
        return root.getManagedArrays().size();
    }

    private static void passes(Family model, Random random, int count) {
        for (int i = 0; i < count; i++) {
            int tokens = 8 + random.nextInt(140);
            List<Integer> ids = random.ints(tokens, 0, model.dimensions().vocabulary())
                    .boxed()
                    .toList();
            Input input = new Input(ids, Collections.nCopies(tokens, 0));
            try (Trace trace = model.forward(input, new int[] {i % tokens}, () -> {});
                    NDManager scope = trace.scope()) {
                trace.attention(i % model.dimensions().layers(), scope);
            }
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
