package dev.headlight.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.headlight.engine.Torch;
import dev.headlight.testing.Golden;
import dev.headlight.weights.Checkpoint;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("slow")
class NativeScopesTest {
    @ParameterizedTest
    @MethodSource("dev.headlight.testing.Golden#all")
    void aPassLeavesNoArraysInAnyScope(Golden golden) throws IOException {
        Torch torch = Torch.start();
        try (Checkpoint checkpoint = Checkpoint.open(golden.folder());
                Family model = Family.load(checkpoint, torch, torch.kernels());
                NDManager probe = torch.manager()) {
            Passes.run(model, new Random(1), 3);
            int before = managed(probe);
            Passes.run(model, new Random(2), 50);
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
}
