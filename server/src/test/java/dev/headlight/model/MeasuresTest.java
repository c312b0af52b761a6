package dev.headlight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.engine.Torch;
import dev.headlight.testing.Golden;
import dev.headlight.weights.Checkpoint;
import dev.headlight.weights.SafeTensorsFile;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Norm-weighted attention and rollout, compared with those of transformers (golden_measures.py). */
class MeasuresTest {
    private static final float TOLERANCE = 1e-4f;

    private static Trace trace(Family model, Golden golden) {
        boolean causal = model.causal();
        Golden.Case first = golden.cases().stream()
                .filter(one ->
                        (causal || !one.predictions().isEmpty()) && one.ids().size() > 5)
                .findFirst()
                .orElseThrow();
        return model.forward(new Input(first.ids(), first.tokenTypes()), new int[0], Cancellation.NEVER);
    }

    @ParameterizedTest
    @MethodSource("dev.headlight.testing.Golden#names")
    void normsAndRolloutAreThoseOfTransformers(String name) {
        Golden golden = Golden.of(name);
        Torch torch = Torch.start();
        try (Checkpoint checkpoint = Checkpoint.open(golden.folder());
                Family model = Family.load(checkpoint, torch, torch.kernels());
                SafeTensorsFile expected = SafeTensorsFile.open(golden.folder().resolve("measures.safetensors"));
                Trace trace = trace(model, golden);
                NDManager scope = trace.scope()) {
            for (AttentionKind kind : model.masks().keySet()) {
                AttentionStack stack = trace.stack(kind);
                for (int layer = 0; layer < stack.layers(); layer++) {
                    compare(stack.norms(layer, scope), expected, kind.id() + ".norm", layer);
                    if (kind != AttentionKind.CROSS) {
                        compare(stack.rollout(layer), expected, kind.id() + ".rollout", layer);
                    }
                }
            }
        }
    }

    private static void compare(NDArray found, SafeTensorsFile expected, String name, int layer) {
        FloatBuffer all = expected.bytes(name).asFloatBuffer();
        float[] values = found.toFloatArray();
        assertThat(all.capacity() % values.length).isZero();
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i])
                    .as("%s, layer %d, %d", name, layer, i)
                    .isCloseTo(all.get(layer * values.length + i), within(TOLERANCE));
        }
    }

    @Test
    void rowsOfRolloutSumToOne() {
        Golden golden = Golden.of("modernbert");
        Torch torch = Torch.start();
        try (Checkpoint checkpoint = Checkpoint.open(golden.folder());
                Family model = Family.load(checkpoint, torch, torch.kernels());
                Trace trace = trace(model, golden)) {
            long before = trace.bytes();
            AttentionStack stack = trace.stack(AttentionKind.SELF);
            NDArray rollout = stack.rollout(stack.layers() - 1);
            for (float sum : rollout.sum(new int[] {1}).toFloatArray()) {
                assertThat(sum).isCloseTo(1, within(1e-5f));
            }
            assertThat(stack.rollout(stack.layers() - 1)).isSameAs(rollout);
            assertThat(trace.bytes())
                    .as("what is kept is counted")
                    .isEqualTo(before + stack.layers() * rollout.size() * Float.BYTES);
        }
    }
}
