package dev.headlight.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.jetbrains.pluginverifier.PluginVerifierMain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs JetBrains' plugin verifier against a stand-in for an IDE. It shows only that every class and member used by the
 * plugin is among those it was compiled against, and nothing about a real IDE.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class VerifierTest {
    private static final Path CORE = Path.of(System.getProperty("headlight.ide"));
    private static final String PLATFORM = """
            <idea-plugin>
              <id>com.intellij</id>
              <name>IDEA CORE</name>
              <version>242.99999.1</version>
              <vendor>JetBrains</vendor>
              <module value="com.intellij.modules.platform"/>
            </idea-plugin>
            """;

    @TempDir
    Path temp;

    /** An IDE's folder whose signatures lack a class. */
    private Path ide(String without) throws IOException {
        Path lib = Files.createDirectories(temp.resolve("ide/lib"));
        Files.copy(CORE.resolve("intellij-core.jar"), lib.resolve("intellij-core.jar"));
        Map<String, byte[]> signatures = PluginZip.read(CORE.resolve("headlight-platform-signatures.jar"), without);
        PluginZip.write(signatures, lib.resolve("signatures.jar"));
        PluginZip.write(
                Map.of(PluginZip.DESCRIPTOR, PLATFORM.getBytes(StandardCharsets.UTF_8)), lib.resolve("resources.jar"));
        Files.writeString(temp.resolve("ide/build.txt"), "IC-242.99999.1");
        return temp.resolve("ide");
    }

    /** The verifier's report on the plugin. */
    private String verdict(Path ide) throws Exception {
        Path zip = temp.resolve("headlight.zip");
        PluginZip.write(PluginZip.read(Path.of(System.getProperty("headlight.zip")), "headlight/server/"), zip);
        Path verifier = Path.of(PluginVerifierMain.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path said = temp.resolve("said");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dplugin.verifier.home.dir=" + temp.resolve("home"),
                        "-jar",
                        verifier.toString(),
                        "check-plugin",
                        zip.toString(),
                        ide.toString(),
                        "-offline",
                        "-verification-reports-dir",
                        temp.resolve("reports").toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        process.waitFor();
        return Files.readString(said);
    }

    @Test
    void everyClassAndMemberThatThePluginUsesExists() throws Exception {
        assertThat(verdict(ide("nothing")))
                .contains("Plugin dev.headlight:" + System.getProperty("headlight.version")
                        + " against IC-242.99999.1: Compatible")
                .doesNotContain("Compatibility problems")
                .contains("Plugin can probably be enabled or disabled without IDE restart");
    }

    @Test
    void aMissingClassIsReported() throws Exception {
        assertThat(verdict(ide("com/intellij/openapi/editor/InlayModel.class")))
                .contains("1 compatibility problem")
                .contains("unresolved class com.intellij.openapi.editor.InlayModel");
    }
}
