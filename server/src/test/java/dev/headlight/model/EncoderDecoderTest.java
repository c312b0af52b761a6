package dev.headlight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.headlight.AttentionKind;
import dev.headlight.engine.Kernels;
import dev.headlight.engine.Torch;
import dev.headlight.testing.Golden;
import dev.headlight.weights.Checkpoint;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Encoder-decoders compared with transformers (golden_pair.py), BART with PyTorch's layers (golden_bart.py). */
class EncoderDecoderTest {
    private static final float TOLERANCE = 1e-4f;
    private static final Offset<Float> SAME = Offset.offset(1e-6f);
    private static final int LONGEST = 12; // of golden_pair.py
    private static final List<AttentionKind> KINDS =
            List.of(AttentionKind.ENCODER, AttentionKind.DECODER, AttentionKind.CROSS);

    static Stream<Arguments> goldensAndKernels() {
        Torch torch = Torch.start();
        return Golden.pairs()
                .flatMap(golden -> Stream.of(
                        Arguments.of(golden, "fastest", torch.kernels()),
                        Arguments.of(golden, "plain", torch.plainKernels())));
    }

    private static SequenceToSequence load(Golden golden, Kernels kernels) {
        try (Checkpoint checkpoint = Checkpoint.open(golden.folder())) {
            return (SequenceToSequence) Family.load(checkpoint, Torch.start(), kernels);
        }
    }

    private static int source(Golden.Case recorded) {
        return recorded.tokenTypes().indexOf(1);
    }

    @ParameterizedTest(name = "{0} with the {1} kernels")
    @MethodSource("goldensAndKernels")
    void logitsAndTheThreeAttentionsEqualThoseOfTransformers(Golden golden, String kind, Kernels kernels) {
        try (SequenceToSequence model = load(golden, kernels)) {
            System.gc(); // unmaps unreachable files: no weight may need them
            assertThat(model.masks().keySet()).containsExactlyElementsOf(KINDS);
            for (int number = 0; number < golden.cases().size(); number++) {
                compare(golden, number, model);
            }
        }
    }

    private static void compare(Golden golden, int number, SequenceToSequence model) {
        Golden.Case recorded = golden.cases().get(number);
        int source = source(recorded);
        int all = recorded.ids().size();
        Input input = new Input(recorded.ids(), recorded.tokenTypes());
        try (Trace trace = model.forward(input, IntStream.range(source, all).toArray(), () -> {});
                NDManager scope = trace.scope()) {
            assertClose(trace.logits(), golden.array(number, "logits"), 0);
            for (AttentionKind kind : KINDS) {
                float[] weights = golden.array(number, kind.id());
                AttentionStack stack = trace.stack(kind);
                int rows = kind == AttentionKind.ENCODER ? source : all - source;
                int columns = kind == AttentionKind.DECODER ? all - source : source;
                for (int layer = 0; layer < model.masks().get(kind).size(); layer++) {
                    NDArray attention = stack.weights(layer, scope);
                    assertThat(attention.getShape().getShape()).containsExactly(4, rows, columns);
                    assertClose(attention, weights, (int) (layer * attention.size()));
                    for (int query : new int[] {0, rows - 1}) {
                        assertThat(stack.weightsFrom(layer, query, scope).toFloatArray())
                                .containsExactly(attention.get(":, {}", query).toFloatArray(), SAME);
                    }
                    assertThat(stack.weights(layer, 1, scope).toFloatArray())
                            .containsExactly(attention.get(1).toFloatArray(), SAME);
                }
                assertThat(weights).hasSize(model.masks().get(kind).size() * 4 * rows * columns);
            }
            assertThatThrownBy(() -> trace.stack(AttentionKind.SELF)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Compares an array with recorded numbers, from a place among them on. */
    private static void assertClose(NDArray found, float[] recorded, int from) {
        float[] numbers = found.toFloatArray();
        double worst = 0;
        for (int i = 0; i < numbers.length; i++) {
            worst = Math.max(worst, Math.abs(numbers[i] - recorded[from + i]));
        }
        assertThat(worst).isLessThan(TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("dev.headlight.testing.Golden#pairs")
    void writesGreedily(Golden golden) {
        try (SequenceToSequence model = load(golden, Torch.start().kernels())) {
            for (Golden.Case recorded : golden.cases()) {
                List<Integer> source = recorded.ids().subList(0, source(recorded));
                assertThat(model.write(source, model.decoding(), LONGEST, () -> {}))
                        .isEqualTo(recorded.written());
                assertThat(model.write(source, model.decoding(), 3, () -> {}))
                        .isEqualTo(recorded.written()
                                .subList(0, Math.min(3, recorded.written().size())));
            }
        }
    }
}
