package dev.headlight.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaunchTest {
    private static final Path LOG = Path.of("log");

    private static Launch launch(String folder, String options, String model) {
        return new Launch(
                Path.of(folder, "server"), new JavaRuntime(Path.of(folder, "jbr")), options, model, "float32", 3, LOG);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/Users/a b/x",
                "/Users/Jörg & Söhne/ext's",
                "/Users/100%/%PATH%/%~0",
                "/Users/a;b/@c/d^e/(f)!",
                "/Users/`g`/$(h)/*?"
            })
    void everyPathIsPassedAsOneArgumentOnEverySystem(String folder) {
        for (boolean windows : List.of(true, false)) {
            List<String> command = launch(folder, "", folder + "/model").command(windows, Map.of());
            assertThat(command)
                    .containsExactly(
                            Path.of(folder, "jbr", "bin", windows ? "java.exe" : "java")
                                    .toString(),
                            "@lib/java.options",
                            "-jar",
                            "lib/headlight.jar",
                            "lsp",
                            "--model=" + folder + "/model",
                            "--precision=float32");
        }
    }

    @Test
    void onWindowsNoArgumentContainsAQuotationMark() {
        Launch quoted = launch("/x", "-Da=\"b & c\" \"-Dd=e f\"", "a\" --memory=\"9");
        assertThatThrownBy(() -> quoted.command(true, Map.of()))
                .isInstanceOf(HeadlightException.class)
                .hasMessageContaining("cannot contain a quotation mark: choose another");
        assertThat(launch("/x", "-Da=\"b & c\" \"-Dd=e f\"", "a").command(true, Map.of()))
                .contains("-Da=b & c", "-Dd=e f")
                .noneMatch(word -> word.contains("\""));
        assertThat(quoted.command(false, Map.of())).contains("--model=a\" --memory=\"9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"float32 & calc.exe", "float16", "", "FLOAT32"})
    void anInvalidPrecisionIsReportedAndNeverAnArgument(String precision) {
        Launch launch = new Launch(Path.of("/x"), new JavaRuntime(Path.of("/x")), "", "embedded", precision, 3, LOG);
        assertThatThrownBy(() -> launch.command(true, Map.of()))
                .isInstanceOf(HeadlightException.class)
                .hasMessage("The precision must be auto, float32 or bfloat16: choose one in Headlight’s settings.");
    }

    @Test
    void multipleLinesAreReported() {
        assertThatThrownBy(() -> launch("/x", "", "a\nb").command(false, Map.of()))
                .hasMessageContaining("must be a single line each");
        assertThatThrownBy(() -> launch("/x", "a\0b", "").command(false, Map.of()))
                .hasMessageContaining("must be a single line each");
    }

    @Test
    void theVariableForOptionsCountsIfTheSettingIsEmpty() {
        Map<String, String> environment = Map.of("HEADLIGHT_JAVA_OPTS", " -Xmx2g  -Da=b ");
        assertThat(launch("/x", " ", "m").command(false, environment)).contains("-Xmx2g", "-Da=b");
        assertThat(launch("/x", "-Xmx1g", "m").command(false, environment))
                .contains("-Xmx1g")
                .doesNotContain("-Xmx2g");
    }

    @Test
    void argumentsAreReadAsUtf8InEveryLocale() {
        Map<String, String> environment = new HashMap<>(Map.of("LANG", "C"));
        Launch.readAsUtf8(environment);
        assertThat(environment).containsEntry("LC_ALL", "C.UTF-8");
        environment = new HashMap<>(Map.of("LC_ALL", "POSIX", "LANG", "de_DE.UTF-8"));
        Launch.readAsUtf8(environment);
        assertThat(environment).containsEntry("LC_ALL", "C.UTF-8");
        environment = new HashMap<>(Map.of("LANG", "de_DE.utf8"));
        Launch.readAsUtf8(environment);
        assertThat(environment).containsOnlyKeys("LANG");
    }
}
