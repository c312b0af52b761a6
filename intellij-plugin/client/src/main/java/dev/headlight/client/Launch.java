package dev.headlight.client;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the server is started.
 *
 * @param server the folder of the server, which holds {@code bin/headlight}
 * @param java what runs it
 * @param javaOptions more options for Java, with spaces between; may be empty
 * @param model {@code embedded}, a folder, or a name on the Hugging Face hub
 * @param precision {@code float32} or {@code bfloat16}
 * @param top how many words for a blank, 1 to 20
 * @param log the file that the server's log goes to
 */
public record Launch(
        Path server, JavaRuntime java, String javaOptions, String model, String precision, int top, Path log) {
    /** @throws HeadlightException if the server isn't there */
    ProcessBuilder process() {
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        Path script = server.resolve("bin").resolve(windows ? "headlight.bat" : "headlight");
        if (!Files.isRegularFile(script)) {
            throw new HeadlightException(
                    "Headlight’s server is not where it was installed, at " + server + ": install the plugin again.");
        }
        List<String> command = new ArrayList<>();
        if (!windows) {
            command.add("sh"); // an archive may have lost that the script can be run
        }
        command.addAll(List.of(script.toString(), "lsp", "--model", model, "--precision", precision));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.appendTo(log.toFile()));
        builder.environment().put("JAVA_HOME", java.home().toString());
        if (!javaOptions.isBlank()) {
            builder.environment().put("HEADLIGHT_JAVA_OPTS", javaOptions);
        }
        return builder;
    }
}
