package dev.headlight.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaRuntimeTest {
    @TempDir
    Path home;

    private void java(String release) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("bin/java"), "");
        Files.writeString(home.resolve("bin/java.exe"), "");
        if (release != null) {
            Files.writeString(home.resolve("release"), release);
        }
    }

    @Test
    void theRuntimeOfThisProgramIsNewEnough() {
        assertThat(JavaRuntime.own().home()).isEqualTo(Path.of(System.getProperty("java.home")));
    }

    @Test
    void seventeenAndNewerAreAccepted() throws IOException {
        java("IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.2\"\n");
        assertThat(JavaRuntime.at(home).home()).isEqualTo(home);
        java("JAVA_VERSION=\"25\"\n");
        assertThat(JavaRuntime.at(home).home()).isEqualTo(home);
    }

    @Test
    void olderRuntimesAreReported() throws IOException {
        java("JAVA_VERSION=\"1.8.0_392\"\n");
        assertThatThrownBy(() -> JavaRuntime.at(home))
                .isInstanceOf(HeadlightException.class)
                .hasMessageContaining("needs Java 17 or newer")
                .hasMessageContaining(" is version 8: ");
        java("JAVA_VERSION=\"11.0.2\"\n");
        assertThatThrownBy(() -> JavaRuntime.at(home)).hasMessageContaining(" is version 11: ");
    }

    @Test
    void aRuntimeWithoutAVersionIsAccepted() throws IOException {
        java(null);
        assertThat(JavaRuntime.at(home).home()).isEqualTo(home);
    }

    @Test
    void aRelativePathIsRejectedWhereverTheIdeWasStarted() throws IOException {
        java("JAVA_VERSION=\"21\"\n");
        Path relative = Path.of("").toAbsolutePath().relativize(home.toAbsolutePath());
        assertThat(relative.resolve("bin/java")).exists();
        assertThatThrownBy(() -> JavaRuntime.at(relative)).hasMessageStartingWith("There is no Java at " + relative);
    }

    @Test
    void aFolderWithoutJavaIsReported() {
        assertThatThrownBy(() -> JavaRuntime.at(home))
                .isInstanceOf(HeadlightException.class)
                .hasMessageStartingWith("There is no Java at " + home)
                .hasMessageEndingWith(".");
    }
}
