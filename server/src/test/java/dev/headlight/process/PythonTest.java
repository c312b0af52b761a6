package dev.headlight.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * docs/python, by its own tests, which need NumPy and pytest. {@code HEADLIGHT_PYTHON} names another Python. Where {@code
 * CI} is set, their absence is a failure.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "NumPy and pytest are Debian's packages")
class PythonTest {
    private static final Path SERVER = Path.of(
                    System.getProperty("headlight.home", "target/headlight"), "bin/headlight")
            .toAbsolutePath();

    @Test
    @Timeout(value = 400, unit = TimeUnit.SECONDS)
    void theModuleForNotebooksAndTheNotebookPassTheirTests() throws Exception {
        String python = Stream.of(
                        Optional.ofNullable(System.getenv("HEADLIGHT_PYTHON")),
                        Optional.of("/usr/bin/python3"),
                        Optional.of("python3"))
                .flatMap(Optional::stream)
                .filter(PythonTest::hasPytest)
                .findFirst()
                .orElseGet(PythonTest::missing);
        ProcessBuilder builder = new ProcessBuilder(
                        python,
                        "-B",
                        "-m",
                        "pytest",
                        "-q",
                        "-p",
                        "no:cacheprovider",
                        "src/test/python/test_headlight.py",
                        "src/test/python/test_notebook.py")
                .redirectErrorStream(true);
        builder.environment().put("HEADLIGHT", SERVER.toString());
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        assertThat(out).contains(" passed");
    }

    private static boolean hasPytest(String python) {
        try {
            Process process = new ProcessBuilder(python, "-c", "import numpy, pytest")
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static <T> T missing() {
        String sentence = "NOT TESTED: NumPy and pytest are missing; see .ci/run.";
        System.err.println(sentence);
        return System.getenv("CI") == null ? abort(sentence) : fail(sentence);
    }
}
