package dev.headlight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headlight.Precision;
import dev.headlight.engine.Kernels.Activation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
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

    @ParameterizedTest(name = "{0} × {1}")
    @CsvSource({"8, 37", "16, 48", "32, 96", "37, 5", "64, 112", "64, 128", "96, 312", "128, 1000", "312, 312"})
    void layersOfEverySizeComputeWhatPlainOnesDo(long in, long out) {
        Torch torch = Torch.start();
        try (NDManager scope = torch.manager()) {
            NDArray x = scope.randomNormal(new Shape(7, in));
            NDArray weight = scope.randomNormal(new Shape(out, in));
            NDArray bias = scope.randomNormal(new Shape(out));
            Kernels plain = torch.plainKernels();
            NDArray expected = plain.linear(x, plain.pack(weight), bias, Activation.NONE);

            Kernels fastest = torch.kernels();
            NDArray found = fastest.linear(x, fastest.pack(weight), bias, Activation.NONE);
            assertThat(norm(found.sub(expected)) / norm(expected)).isLessThan(1e-6);

            Kernels narrow = torch.kernels(Precision.BFLOAT16);
            NDArray stored = narrow.narrow(weight);
            for (NDArray rough : List.of(
                    narrow.linear(x, narrow.pack(weight), bias, Activation.NONE),
                    narrow.direct(stored).orElseThrow().linear(x, stored, bias, Activation.NONE))) {
                assertThat(norm(rough.sub(expected)) / norm(expected)).isLessThan(2 * HALF_A_STEP);
            }
        }
    }

    /** oneDNN's own mistake depends on the processor; what isn't a number is never equal to itself. */
    @ParameterizedTest(name = "{0}")
    @EnumSource(Activation.class)
    void aWeightThatPackingDoesNotKeepIsUsedAsItIs(Activation activation) {
        Torch torch = Torch.start();
        try (NDManager scope = torch.manager()) {
            for (Kernels kernels : List.of(torch.kernels(), torch.kernels(Precision.BFLOAT16))) {
                NDArray x = scope.randomNormal(new Shape(7, 64));
                NDArray bias = scope.randomNormal(new Shape(64));
                NDArray weight = scope.randomNormal(new Shape(64, 64)).mul(0.1f);
                NDArray broken = weight.duplicate();
                broken.set(new NDIndex(63, 0), Float.NaN);

                NDArray expected = kernels.linear(x, kernels.pack(weight), bias, activation);
                NDArray found = kernels.linear(x, kernels.pack(broken), bias, activation);

                NDIndex sound = new NDIndex(":, :63");
                assertThat(found.get(":, 63").isNaN().all().getBoolean()).isTrue();
                double off = norm(found.get(sound).sub(expected.get(sound))) / norm(expected.get(sound));
                assertThat(off).isLessThan(HALF_A_STEP);
            }
        }
    }

    private static double norm(NDArray array) {
        return Math.sqrt(array.square().sum().getFloat());
    }
}
