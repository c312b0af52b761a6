package dev.headlight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.headlight.Precision;
import dev.headlight.engine.Kernels;
import dev.headlight.engine.Kernels.Activation;
import dev.headlight.engine.Torch;
import dev.headlight.weights.Checkpoint;
import dev.headlight.weights.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large bfloat16 arrays, which are used as they stand in the file. */
class MappedWeightsTest {
    private static final int ROWS = 2048;
    private static final int SIZE = 1024;

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        int bytes = 2 * ROWS * SIZE;
        String header = "{\"first.weight\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[0,8]},"
                + "\"a.weight\":{\"dtype\":\"BF16\",\"shape\":[%d,%d],\"data_offsets\":[8,%d]}}"
                        .formatted(ROWS, SIZE, 8 + bytes);
        byte[] json = header.concat(" ".repeat(8 - header.length() % 8)).getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + 8 + bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json).putLong(0);
        Random random = new Random(1);
        while (file.hasRemaining()) {
            file.putShort((short) (Float.floatToIntBits(0.05f * (float) random.nextGaussian()) >>> 16));
        }
        Files.write(folder.resolve("model.safetensors"), file.array());
        Files.writeString(folder.resolve("config.json"), "{}");
    }

    @Test
    void rowsAreLookedUpExactly() {
        Kernels kernels = Torch.start().kernels();
        try (NDManager scope = Torch.start().manager();
                Checkpoint checkpoint = Checkpoint.open(folder)) {
            Weights mapped = Weights.of(checkpoint, scope, kernels::stored);
            Weights widened = Weights.of(checkpoint, scope);
            assertThat(mapped.stored("a.weight", ROWS, SIZE).getDataType()).isEqualTo(DataType.UNKNOWN);
            assertThat(mapped.stored("first.weight", 4).getDataType()).isEqualTo(DataType.FLOAT32);
            long[] rows = {0, 7, ROWS - 1};
            NDArray found = Embedding.of(mapped.at("a"), ROWS, SIZE).forward(rows, scope);
            NDArray expected = Embedding.of(widened.at("a"), ROWS, SIZE).forward(rows, scope);
            assertThat(found.toFloatArray()).containsExactly(expected.toFloatArray());
            boolean same = Arrays.equals(
                    mapped.get("a.weight", ROWS, SIZE).toFloatArray(),
                    widened.get("a.weight", ROWS, SIZE).toFloatArray());
            assertThat(same).isTrue();
        }
    }

    @Test
    void linearLayersComputeOnThemAsOnPackedOnes() {
        Torch torch = Torch.start();
        Kernels narrow = torch.kernels(Precision.BFLOAT16);
        try (NDManager scope = torch.manager()) {
            Linear direct;
            Linear packed;
            Linear wide;
            Linear known;
            try (Checkpoint checkpoint = Checkpoint.open(folder)) {
                Weights mapped = Weights.of(checkpoint, scope, narrow::stored).at("a");
                Weights widened = Weights.of(checkpoint, scope).at("a");
                direct = Linear.of(mapped, narrow, SIZE, ROWS, Activation.SILU, false);
                packed = Linear.of(widened, narrow, SIZE, ROWS, Activation.SILU, false);
                wide = Linear.of(mapped, torch.kernels(), SIZE, ROWS, Activation.SILU, false);
                known = Linear.of(widened, torch.kernels(), SIZE, ROWS, Activation.SILU, false);
            }
            assertThat(direct.kernels()).isNotSameAs(narrow);
            assertThat(packed.kernels()).isSameAs(narrow);
            System.gc(); // what is mapped stays so
            NDArray x = scope.arange(3f * SIZE).reshape(new Shape(3, SIZE)).sin();
            assertThat(wide.forward(x).toFloatArray())
                    .containsExactly(known.forward(x).toFloatArray(), within(1e-5f));
            assertThat(direct.forward(x).toFloatArray())
                    .containsExactly(packed.forward(x).toFloatArray(), within(0.02f));
        }
    }

    @Test
    void layersThatAreStackedInATensorStayInTheFile() {
        Torch torch = Torch.start();
        Kernels narrow = torch.kernels(Precision.BFLOAT16);
        try (NDManager scope = torch.manager();
                Checkpoint checkpoint = Checkpoint.open(folder)) {
            Weights mapped = Weights.of(checkpoint, scope, narrow::stored).at("a");
            Weights widened = Weights.of(checkpoint, scope).at("a");
            int[] halves = {ROWS / 2, ROWS / 2};
            List<Linear> direct = Linear.split(mapped, "weight", SIZE, halves, narrow);
            List<Linear> packed = Linear.split(widened, "weight", SIZE, halves, narrow);
            NDArray x = scope.arange(3f * SIZE).reshape(new Shape(3, SIZE)).sin();
            for (int i = 0; i < 2; i++) {
                assertThat(direct.get(i).kernels()).isNotSameAs(narrow);
                assertThat(packed.get(i).kernels()).isSameAs(narrow);
                assertThat(direct.get(i).forward(x).toFloatArray())
                        .containsExactly(packed.get(i).forward(x).toFloatArray(), within(0.02f));
            }
            List<Linear> small = Linear.split(mapped, "weight", SIZE, new int[] {ROWS - 3, 2, 1}, narrow);
            assertThat(small).extracting(Linear::kernels).containsOnly(narrow);
        }
    }

    @Test
    void aCheckpointIsBfloat16IfMostOfItsNumbersAre() {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            assertThat(checkpoint.isBfloat16()).isTrue();
            assertThat(Precision.AUTO.of(true)).isEqualTo(Precision.BFLOAT16);
            assertThat(Precision.AUTO.of(false)).isEqualTo(Precision.FLOAT32);
            assertThat(Precision.FLOAT32.of(true)).isEqualTo(Precision.FLOAT32);
            assertThat(checkpoint.bytes(true)).isEqualTo(2L * (ROWS * SIZE + 4));
            assertThat(checkpoint.bytes(false)).isEqualTo(4L * (ROWS * SIZE + 4));
        }
    }
}
