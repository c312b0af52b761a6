package dev.headlight.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHashesTest {
    /** {@code printf abc | sha256sum}, as FIPS 180-4 has it. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static final String NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @TempDir
    Path temp;

    @Test
    void eachFileHasTheHashThatSha256sumPrints() throws IOException {
        Files.writeString(temp.resolve("model-1.safetensors"), "abc");
        Files.writeString(temp.resolve("model-2.safetensors"), "");
        FileHashes hashes = FileHashes.of(temp, List.of("model-2.safetensors", "model-1.safetensors"));
        assertThat(hashes.now()).as("before anybody asks").isEmpty();
        assertThat(hashes.soon())
                .containsExactly(Map.entry("model-1.safetensors", ABC), Map.entry("model-2.safetensors", NOTHING));
        assertThat(hashes.now()).hasSize(2);
    }

    @Test
    void aFileIsReadAgainOnlyIfItChanged() throws IOException {
        Path file = Files.writeString(temp.resolve("a"), "abc");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
        assertThat(FileHashes.of(temp, List.of("a")).await()).containsEntry("a", ABC);
        Files.writeString(file, "xyz");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1000));
        assertThat(FileHashes.of(temp, List.of("a")).await())
                .as("what has the same key, size and time")
                .containsEntry("a", ABC);
        Files.setLastModifiedTime(file, FileTime.fromMillis(2000));
        assertThat(FileHashes.of(temp, List.of("a")).await().get("a"))
                .isNotEqualTo(ABC)
                .hasSize(64);
    }

    @Test
    void nothingIsSaidOfFilesThatAreGone() {
        assertThat(FileHashes.of(temp, List.of("gone")).await()).isEmpty();
    }
}
