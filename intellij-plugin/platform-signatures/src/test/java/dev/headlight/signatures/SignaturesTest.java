package dev.headlight.signatures;

import static org.assertj.core.api.Assertions.assertThat;

import com.intellij.openapi.application.Application;
import com.intellij.openapi.editor.Inlay;
import com.intellij.openapi.editor.markup.MarkupModel;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The plugin is compiled against signatures, which must match JetBrains' sources as far as possible without an IDE. */
class SignaturesTest {
    private final String text = Files.readString(Path.of("src/test/resources/facts.txt"));
    private final Facts facts = new Facts(text);

    SignaturesTest() throws IOException {}

    private static List<String> names() throws IOException {
        Path classes = Path.of("target/classes");
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(file -> file.endsWith(".class"))
                    .map(file -> file.replace(".class", "").replaceAll("[/\\\\]", "."))
                    .sorted()
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, SignaturesTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Path core() throws URISyntaxException {
        return Path.of(Application.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    @Test
    void everyMemberMatchesJetBrainsSources() throws Exception {
        assertThat(names())
                .hasSizeGreaterThan(50)
                .allSatisfy(name -> assertThat(facts.differences(load(name))).isEmpty());
    }

    @Test
    void everyFactHasItsClassAndItsSource() throws Exception {
        assertThat(facts.classes()).containsExactlyInAnyOrderElementsOf(names());
        assertThat(facts.sources.values()).allMatch(source -> source.matches("\\S+ [0-9a-f]{40}"));
    }

    @Test
    void aDifferingMemberIsFound() {
        assertThat(new Facts(text.replace("a:getBounds():java.awt.Rectangle", "a:getBounds():I"))
                        .differences(Inlay.class))
                .containsExactly("com.intellij.openapi.editor.Inlay: a:getBounds():java.awt.Rectangle");
        assertThat(new Facts(text.replace("- a:removeHighlighter", "- removeHighlighter"))
                        .differences(MarkupModel.class))
                .hasSize(1);
        assertThat(new Facts(text.replace("- com.intellij.openapi.util.UserDataHolder\n", ""))
                        .differences(MarkupModel.class))
                .containsExactly(
                        "com.intellij.openapi.editor.markup.MarkupModel: com.intellij.openapi.util.UserDataHolder");
        assertThat(new Facts("").differences(Inlay.class)).hasSize(1);
    }

    @Test
    void noSignatureReplacesAClassOfTheCore() throws Exception {
        try (JarFile core = new JarFile(core().toFile())) {
            assertThat(core.getEntry("com/intellij/openapi/application/Application.class"))
                    .isNotNull();
            assertThat(names()).noneMatch(name -> core.getEntry(name.replace('.', '/') + ".class") != null);
        }
    }

    @Test
    void theCoreIsTheRecordedOne() throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(core()));
        assertThat(HexFormat.of().formatHex(hash)).isEqualTo(System.getProperty("intellij-core.sha256"));
    }
}
