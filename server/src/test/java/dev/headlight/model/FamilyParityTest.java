package dev.headlight.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.engine.Kernels;
import dev.headlight.engine.Torch;
import dev.headlight.testing.Golden;
import dev.headlight.weights.Checkpoint;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FamilyParityTest {
    private static final float TOLERANCE = 1e-4f;

    static Stream<Arguments> goldenAndKernels() {
        Torch torch = Torch.start();
        return Golden.all()
                .flatMap(golden -> Stream.of(
                        Arguments.of(golden, "fastest", torch.kernels()),
                        Arguments.of(golden, "plain", torch.plainKernels())));
    }

    @ParameterizedTest(name = "{0} with the {1} kernels")
    @MethodSource("goldenAndKernels")
    void logitsQueriesKeysAndAttentionEqualThoseOfTransformers(Golden golden, String kind, Kernels kernels) {
        try (Checkpoint checkpoint = Checkpoint.open(golden.folder());
                Family model = Family.load(checkpoint, Torch.start(), kernels)) {
            System.gc(); // unmaps unreachable files: no weight may need them
            for (int number = 0; number < golden.cases().size(); number++) {
                compare(golden, number, model);
            }
        }
    }

    private static void compare(Golden golden, int number, Family model) {
        Golden.Case recorded = golden.cases().get(number);
        Input input = new Input(recorded.ids(), recorded.tokenTypes());
        int[] everyRow = IntStream.range(0, input.tokens()).toArray();
        try (Trace trace = model.forward(input, everyRow, () -> {});
                NDManager scope = trace.scope()) {
            float[] queries = {};
            float[] keys = {};
            float[] attention = {};
            for (int layer = 0; layer < model.dimensions().layers(); layer++) {
                queries = joined(queries, trace.stack(AttentionKind.SELF).query(layer));
                keys = joined(keys, trace.stack(AttentionKind.SELF).key(layer));
                attention = joined(attention, trace.stack(AttentionKind.SELF).weights(layer, scope));
            }
            assertClose("logits", trace.logits().toFloatArray(), golden.array(number, "logits"));
            if (golden.has(number, "query")) { // transformers has none where positions are rotary
                assertClose("query", queries, golden.array(number, "query"));
                assertClose("key", keys, golden.array(number, "key"));
            }
            assertClose("attention", attention, golden.array(number, "attention"));
        }
    }

    private static float[] joined(float[] before, NDArray more) {
        float[] values = more.toFloatArray();
        float[] all = Arrays.copyOf(before, before.length + values.length);
        System.arraycopy(values, 0, all, before.length, values.length);
        return all;
    }

    private static void assertClose(String what, float[] found, float[] expected) {
        assertThat(found).as(what).hasSameSizeAs(expected);
        double worst = 0;
        for (int i = 0; i < found.length; i++) {
            worst = Math.max(worst, Math.abs(found[i] - expected[i]));
        }
        assertThat(worst).as(what).isLessThan(TOLERANCE);
    }
}
