package dev.headlight.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.headlight.UserException;
import dev.headlight.engine.Torch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
    @TempDir
    Path temp;

    @BeforeEach
    void config() throws IOException {
        Files.writeString(temp.resolve("config.json"), "{\"model_type\":\"bert\"}");
    }

    /** Writes a file with one tensor, preceded by a single byte if it should be at an odd address. */
    private void writeTensor(String file, String name, String dtype, String shape, ByteBuffer data, boolean odd)
            throws IOException {
        int pad = odd ? 1 : 0;
        String first = odd ? "\"pad\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}," : "";
        String header = "{" + first + "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape
                + ",\"data_offsets\":[" + pad + "," + (pad + data.remaining()) + "]}}";
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer all =
                ByteBuffer.allocate(8 + json.length + pad + data.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        all.putLong(json.length).put(json).put(new byte[pad]).put(data);
        Files.write(temp.resolve(file), all.array());
    }

    private static ByteBuffer shorts(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putShort((short) value);
        }
        return bytes.flip();
    }

    private static ByteBuffer floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.flip();
    }

    private float[] read(String name, long... shape) {
        try (Checkpoint checkpoint = Checkpoint.open(temp);
                NDManager scope = Torch.start().manager()) {
            return Weights.of(checkpoint, scope).get(name, shape).toFloatArray();
        }
    }

    private void refuses(String because) {
        assertThatThrownBy(() -> Checkpoint.open(temp).close())
                .isInstanceOf(UserException.class)
                .hasMessageContaining(because)
                .message()
                .matches("[^\\n]+[.]");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void float32IsReadWhereverItStands(boolean odd) throws IOException {
        writeTensor("model.safetensors", "a", "F32", "[2]", floats(1.5f, -2), odd);
        assertThat(read("a", 2)).containsExactly(1.5f, -2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void float16IsWidened(boolean odd) throws IOException {
        writeTensor("model.safetensors", "a", "F16", "[3]", shorts(0x3c00, 0xc000, 0x0001), odd);
        assertThat(read("a", 3)).containsExactly(1, -2, 5.9604645E-8f);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bfloat16IsWidened(boolean odd) throws IOException {
        writeTensor("model.safetensors", "a", "BF16", "[2,2]", shorts(0x3f80, 0xc000, 0x3f81, 0x0001), odd);
        assertThat(read("a", 2, 2)).containsExactly(1, -2, 1.0078125f, Float.intBitsToFloat(0x00010000));
    }

    @Test
    void float64IsNarrowed() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(1 / 3.0)
                .putDouble(-2)
                .flip();
        writeTensor("model.safetensors", "a", "F64", "[2]", data, true);
        assertThat(read("a", 2)).containsExactly((float) (1 / 3.0), -2);
    }

    @Test
    void anUnsupportedTypeIsNamed() throws IOException {
        writeTensor("model.safetensors", "a", "I64", "[1]", ByteBuffer.allocate(8), false);
        assertThatThrownBy(() -> read("a", 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("a is of type I64");
    }

    @Test
    void aWrongShapeIsNamedWithExpectedAndActual() throws IOException {
        writeTensor("model.safetensors", "x.LayerNorm.gamma", "F32", "[2]", floats(1, 2), false);
        assertThatThrownBy(() -> read("x.LayerNorm.weight", 3))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("x.LayerNorm.gamma: expected [3], found [2]");
    }

    @Test
    void aMissingTensorIsNamed() throws IOException {
        writeTensor("model.safetensors", "a", "F32", "[1]", floats(1), false);
        assertThatThrownBy(() -> read("b.c", 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("b.c is missing");
    }

    @Test
    void oldLayerNormNamesAreRead() throws IOException {
        writeTensor("model.safetensors", "x.LayerNorm.beta", "F32", "[1]", floats(3), false);
        assertThat(read("x.LayerNorm.bias", 1)).containsExactly(3);
    }

    @Test
    void shardsAreReadByTheirIndex() throws IOException {
        writeTensor("model-00001-of-00002.safetensors", "a", "F32", "[1]", floats(1), false);
        writeTensor("model-00002-of-00002.safetensors", "b", "F32", "[1]", floats(2), false);
        Files.writeString(
                temp.resolve("model.safetensors.index.json"),
                "{\"weight_map\":{\"a\":\"model-00001-of-00002.safetensors\",\"b\":\"model-00002-of-00002.safetensors\"}}");
        assertThat(read("a", 1)).containsExactly(1);
        assertThat(read("b", 1)).containsExactly(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"weight_map\":{\"a\":\"../other.safetensors\"}}",
                "{\"weight_map\":{\"a\":\"/etc/passwd\"}}",
                "{\"weight_map\":{\"a\":7}}",
                "{\"weight_map\":[]}",
                "{}",
                "nothing",
                "{\"weight_map\":{\"a\":\"missing.safetensors\"}}"
            })
    void anIndexThatLeadsOutsideOfTheFolderIsRefused(String index) throws IOException {
        Files.writeString(temp.resolve("model.safetensors.index.json"), index);
        refuses(temp.toString());
    }

    @Test
    void anIndexThatNamesATensorAbsentFromItsShardIsRefused() throws IOException {
        writeTensor("one.safetensors", "a", "F32", "[1]", floats(1), false);
        Files.writeString(temp.resolve("model.safetensors.index.json"), "{\"weight_map\":{\"b\":\"one.safetensors\"}}");
        refuses("doesn't contain b");
    }

    @Test
    void theErrorForAPickleSaysWhyItIsNotOpened() throws IOException {
        Files.write(temp.resolve("pytorch_model.bin"), new byte[] {(byte) 0x80, 2});
        refuses("a pickle, which can run any code");
    }

    @Test
    void aFolderWithoutWeightsOrConfigurationIsAClearError() throws IOException {
        refuses("has no model.safetensors");
        Files.delete(temp.resolve("config.json"));
        refuses("has no config.json");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 6, 7, 15})
    void bfloat16IsTheSameWhateverIsWidenedAtOnce(int most) {
        short[] halves = new short[15];
        float[] expected = new float[15];
        for (int i = 0; i < 15; i++) {
            expected[i] = i - 7;
            halves[i] = (short) (Float.floatToIntBits(expected[i]) >> 16);
        }
        try (NDManager scope = Torch.start().manager()) {
            NDArray widened = Weights.widened(ShortBuffer.wrap(halves), new Shape(5, 3), most, scope);
            assertThat(widened.getShape()).isEqualTo(new Shape(5, 3));
            assertThat(widened.toFloatArray()).containsExactly(expected);
        }
    }
}
