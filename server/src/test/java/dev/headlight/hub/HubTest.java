package dev.headlight.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubTest {
    @TempDir
    Path temp;

    @Test
    void aFolderOfTheCacheIsOfACommit() {
        String commit = "86b5e0934494bd15c9632b12f734a8a67f723594";
        Path snapshots = Path.of("/cache/models--google-bert--bert-base-uncased/snapshots");
        assertThat(Hub.revision(snapshots.resolve(commit))).contains(commit);
        assertThat(Hub.revision(snapshots.resolve("main"))).isEmpty();
        assertThat(Hub.revision(Path.of("/models/snapshots").resolve(commit))).isEmpty();
        assertThat(Hub.revision(Path.of("/snapshots").resolve(commit))).isEmpty();
        assertThat(Hub.revision(Path.of("/"))).isEmpty();
    }

    @Test
    void theEmbeddedModelIsAFolderInTheHubsLayout() {
        Path folder = Hub.locate("embedded");
        assertThat(folder.resolve("config.json")).exists();
        assertThat(folder.resolve("model.safetensors")).exists();
        assertThat(folder.resolve("tokenizer.json")).exists();
    }

    @Test
    void aFolderResolvesToItself() {
        assertThat(Hub.locate(temp.toString())).isEqualTo(temp);
    }

    @Test
    void aFileIsNotAModelFolder() throws IOException {
        Path file = Files.writeString(temp.resolve("x"), "");
        assertThatThrownBy(() -> Hub.locate(file.toString()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("is a file");
    }

    @Test
    void aNameThatIsNotAModelIsAClearError() {
        for (String name : new String[] {"", "nothing", "a\0b", "/no/such/folder"}) {
            assertThatThrownBy(() -> Hub.locate(name))
                    .isInstanceOf(UserException.class)
                    .message()
                    .matches(".+[.]");
        }
    }
}
