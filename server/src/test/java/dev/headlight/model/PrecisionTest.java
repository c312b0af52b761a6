package dev.headlight.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.Precision;
import dev.headlight.engine.Torch;
import dev.headlight.testing.Golden;
import dev.headlight.weights.Checkpoint;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PrecisionTest {
    static Stream<Golden> goldens() {
        return Golden.all();
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void bfloat16LogitsEqualThoseOfTransformersWithinAFewPercent(Golden golden) {
        Torch torch = Torch.start();
        try (Checkpoint checkpoint = Checkpoint.open(golden.folder());
                Family model = Family.load(checkpoint, torch, torch.kernels(Precision.BFLOAT16))) {
            Golden.Case recorded = golden.cases().get(0);
            Input input = new Input(recorded.ids(), recorded.tokenTypes());
            int[] everyRow = IntStream.range(0, input.tokens()).toArray();
            try (Trace trace = model.forward(input, everyRow, () -> {})) {
                double off = distance(trace.logits().toFloatArray(), golden.array(0, "logits"));
                assertThat(off).isGreaterThan(1e-5).isLessThan(0.05);
            }
        }
    }

    /** The length of the difference, by that of what is expected. */
    private static double distance(float[] found, float[] expected) {
        double difference = 0;
        double length = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow(found[i] - expected[i], 2);
            length += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / length);
    }
}
