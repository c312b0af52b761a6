package dev.headlight.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.UserException;
import dev.headlight.testing.Golden;
import dev.headlight.weights.SafeTensorsWriter.Array;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsFileTest {
    @TempDir
    Path temp;

    private Path write(byte[] content) throws IOException {
        return Files.write(temp.resolve("model.safetensors"), content);
    }

    private static byte[] file(String header, int dataLength) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + dataLength)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    private void refuses(byte[] content, String because) throws IOException {
        Path file = write(content);
        assertThatThrownBy(() -> SafeTensorsFile.open(file).close())
                .isInstanceOf(UserException.class)
                .hasMessageContaining(because)
                .hasMessageStartingWith(file.toString())
                .message()
                .matches("[^\\n]+[.]")
                .hasSizeLessThan(500);
    }

    @Test
    void whatIsWrittenCanBeRead() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SafeTensorsWriter writer = new SafeTensorsWriter(
                out, List.of(Array.bytes("b", 3), Array.floats("a", 2, 2)), Map.of("note", "“é”"));
        writer.write(new byte[] {1, 2, 3});
        writer.write(new float[] {1, 2, 3, 4});
        writer.finish();
        try (SafeTensorsFile file = SafeTensorsFile.open(write(out.toByteArray()))) {
            assertThat(file.names()).containsExactly("b", "a");
            assertThat(file.shape("a")).containsExactly(2, 2);
            assertThat(file.bytes("a").asFloatBuffer().get(3)).isEqualTo(4);
            assertThat(file.metadata()).containsEntry("note", "“é”");
        }
    }

    @Test
    void aWriterDetectsMissingNumbers() throws IOException {
        SafeTensorsWriter writer =
                new SafeTensorsWriter(new ByteArrayOutputStream(), List.of(Array.floats("a", 2)), Map.of());
        writer.write(new float[] {1});
        assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFileInsideAJarIsReadToo() throws IOException {
        Path zip = temp.resolve("jar.zip");
        try (FileSystem inside =
                FileSystems.newFileSystem(URI.create("jar:" + zip.toUri()), Map.of("create", "true"))) {
            Files.write(
                    inside.getPath("m"), file("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2));
        }
        try (FileSystem inside = FileSystems.newFileSystem(zip);
                SafeTensorsFile file = SafeTensorsFile.open(inside.getPath("m"))) {
            assertThat(file.bytes("a").remaining()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}                                  | 4  | cut short
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}                                  | 12 | 4 bytes more
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}                                  | 8  | bytes
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}                                 | 12 | gap
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,7]}}                                  | 7  | takes 8
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}                                 | 0  | whole numbers
            {"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,6]}}                                | 6  | whole numbers
            {"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}                                | 8  | whole numbers
            {"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}}               | 8  | whole numbers
            {"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}              | 8  | larger than any file
            {"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}                                  | 8  | unknown type F33
            {"a":{"dtype":"F32","shape":[2]}}                                                       | 8  | doesn't give type
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}                                | 8  | doesn't give type
            {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}                            | 8  | doesn't define
            {"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}                    | 8  | twice
            {"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}} | 2 | twice
            {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}} | 3 | overlap
            {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}} | 2 | overlap
            {"__metadata__":{"a":"1","a":"2"}}                                                      | 0  | twice
            {"__metadata__":{"a":{}}}                                                               | 0  | not safetensors JSON
            {"a":[]}                                                                                | 0  | not safetensors JSON
            []                                                                                      | 0  | not safetensors JSON
            {"a":                                                                                   | 0  | not safetensors JSON
            {} {}                                                                                   | 0  | not safetensors JSON
            {"a":{"dtype":'F32'}}                                                                   | 0  | not safetensors JSON
            """)
    void anInvalidHeaderIsAClearError(String header, int dataLength, String because) throws IOException {
        refuses(file(header, dataLength), because);
    }

    @Test
    void aLengthBeyondTheFileAllocatesNothing() throws IOException {
        byte[] huge = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0x7fffffffffL)
                .array();
        refuses(huge, "declares a header of 549755813887 bytes, but has only 16");
        byte[] negative = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(-1)
                .array();
        refuses(negative, "declares a header of 18446744073709551615");
    }

    @Test
    void anotherFileFormatIsNamed() throws IOException {
        refuses(new byte[0], "too short");
        refuses("<!DOCTYPE html><html><body>404".getBytes(StandardCharsets.UTF_8), "web page");
        refuses(
                "version https://git-lfs.github.com/spec/v1\noid sha256:00".getBytes(StandardCharsets.UTF_8),
                "Git LFS pointer");
        refuses(new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0, 8, 8}, "pickle");
        refuses(new byte[] {(byte) 0x80, 2, 'c', '_', '_', 'm', 'a', 'i', 'n', '_', '_', '\n'}, "pickle");
    }

    @Test
    void aHeaderThatIsNotUtf8IsRefused() throws IOException {
        byte[] bytes = file("{\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}", 1);
        bytes[10] = (byte) 0xff;
        refuses(bytes, "not UTF-8");
    }

    @Test
    void aMissingFileIsAClearError() {
        assertThatThrownBy(() -> SafeTensorsFile.open(temp.resolve("none"))).isInstanceOf(UserException.class);
    }

    @RepeatedTest(300)
    void damagedFilesAreReadOrRefusedButNeverCrash(RepetitionInfo repetition) throws IOException {
        Random random = new Random(repetition.getCurrentRepetition());
        byte[] bytes = Files.readAllBytes(Golden.folder("bert").resolve("model.safetensors"));
        int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
        bytes = java.util.Arrays.copyOf(bytes, length);
        for (int i = 0; i < 1 + random.nextInt(6) && length > 0; i++) {
            bytes[random.nextInt(Math.min(length, 6000))] = (byte) random.nextInt(256);
        }
        Path file = write(bytes);
        try (SafeTensorsFile opened = SafeTensorsFile.open(file)) {
            for (String name : opened.names()) {
                opened.bytes(name);
            }
        } catch (UserException e) {
            assertThat(e.getMessage()).startsWith(file.toString());
        }
    }
}
