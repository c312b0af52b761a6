package dev.headlight;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class HomeTest {
    @TempDir
    Path there;

    @Test
    void theEnvironmentTakesPrecedenceOverThePasswordFile() {
        assertThat(Home.folder(Map.of("HOME", there.toString()), "/")).contains(there);
        assertThat(Home.folder(Map.of(), there.toString())).contains(there);
    }

    @Test
    void anAbsentOrRelativeFolderIsNotAHome() {
        assertThat(Home.folder(Map.of("HOME", "."), there.toString())).contains(there);
        assertThat(Home.folder(Map.of("HOME", there + "/none"), there.toString()))
                .contains(there);
        assertThat(Home.folder(Map.of("HOME", "src"), "?")).isEmpty();
        assertThat(Home.folder(Map.of(), "?")).isEmpty();
        assertThat(Home.folder(Map.of(), "")).isEmpty();
    }
}
