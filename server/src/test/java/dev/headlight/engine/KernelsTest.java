package dev.headlight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headlight.engine.Kernels.Activation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KernelsTest {
    /** Of bfloat16, whose mantissa has 8 bits. */
    private static final double HALF_A_STEP = 1.0 / 256;

    static Stream<Arguments> activationsAndPacking() {
        return Stream.of(Activation.values())
                .flatMap(activation -> Stream.of(true, false).map(packed -> Arguments.of(activation, packed)));
    }

    @ParameterizedTest(name = "{0}, packed: {1}")
    @MethodSource("activationsAndPacking")
    void aLinearLayerInBfloat16DiffersByRoundingAlone(Activation activation, boolean packed) {
        Torch torch = Torch.start();
        try (NDManager scope = torch.manager()) {
            Kernels narrow = Kernels.bfloat16(scope, packed && torch.kernels().packs());
            Kernels plain = torch.plainKernels();
            NDArray x = scope.randomNormal(new Shape(7, 64));
            NDArray weight = scope.randomNormal(new Shape(48, 64)).mul(0.1f);
            NDArray bias = scope.randomNormal(new Shape(48));

            NDArray found = narrow.linear(x, narrow.pack(weight), bias, activation);
            NDArray expected = plain.linear(x, plain.pack(weight), bias, activation);

            assertThat(found.getDataType()).isEqualTo(DataType.FLOAT32);
            assertThat(found.getShape()).isEqualTo(expected.getShape());
            double off = norm(found.sub(expected)) / norm(expected);
            assertThat(off).isGreaterThan(0).isLessThan(2 * HALF_A_STEP);
        }
    }

    @ParameterizedTest(name = "{0}, packed: {1}")
    @MethodSource("activationsAndPacking")
    void whatLayersHandOverNarrowIsWhatTheyWouldNarrowThemselves(Activation activation, boolean packed) {
        Torch torch = Torch.start();
        try (NDManager scope = torch.manager()) {
            for (Kernels kernels :
                    List.of(Kernels.bfloat16(scope, packed && torch.kernels().packs()), torch.kernels())) {
                NDArray x = scope.randomNormal(new Shape(7, 64));
                NDArray weight = scope.randomNormal(new Shape(64, 64)).mul(0.1f);
                NDArray bias = scope.randomNormal(new Shape(64));
                NDArray up = kernels.pack(weight);

                NDArray narrow = kernels.linear(kernels.narrow(x), up, bias, activation);
                NDArray wide = kernels.linear(x, up, bias, activation);
                NDArray inner = kernels.linear(kernels.inner(x, up, bias, activation), up, bias, Activation.NONE);
                NDArray outer = kernels.linear(wide, up, bias, Activation.NONE);

                assertThat(narrow.toFloatArray()).isEqualTo(wide.toFloatArray());
                assertThat(inner.toFloatArray()).isEqualTo(outer.toFloatArray());
            }
        }
    }

    private static double norm(NDArray array) {
        return Math.sqrt(array.square().sum().getFloat());
    }
}
