package dev.headlight.client;

import dev.headlight.protocol.Messages;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The launch parameters of the server. Java is started directly with a list of arguments on every system. No shell or
 * batch file interprets them.
 *
 * @param server the folder of the server, which holds {@code lib/headlight.jar}
 * @param java the runtime
 * @param javaOptions additional Java options, separated by spaces; quotation marks protect a space; may be empty
 * @param model {@code embedded}, a folder, or a name on the Hugging Face Hub
 * @param precision one of {@link #PRECISIONS}
 * @param top the number of words for a blank, 1 to 20
 * @param log the server's log file
 */
public record Launch(
        Path server, JavaRuntime java, String javaOptions, String model, String precision, int top, Path log) {
    /** The name of the included model. */
    public static final String EMBEDDED = Messages.EMBEDDED;

    /** The numeric precisions; the first is bfloat16 for models that are stored so, and float32 for others. */
    public static final List<String> PRECISIONS = List.of("auto", "float32", "bfloat16");

    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"]|\"[^\"]*\"?)+");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    /** @throws HeadlightException if the server is missing, or a setting is invalid */
    ProcessBuilder process() {
        Path jar = server.resolve("lib").resolve("headlight.jar");
        if (!Files.isRegularFile(jar)) {
            throw new HeadlightException("Headlight’s server is missing at " + server + ": reinstall the plugin.");
        }
        boolean windows = JavaRuntime.onWindows();
        // The working folder is the server's own, so nothing in the current folder is picked up by name, and the
        // arguments
        // need no absolute path, which Java would split at path separators.
        ProcessBuilder builder = new ProcessBuilder(command(windows, System.getenv()))
                .directory(server.toFile())
                .redirectError(Redirect.appendTo(log.toFile()));
        if (!windows) {
            readAsUtf8(builder.environment());
        }
        return builder;
    }

    /**
     * The arguments, the program first.
     *
     * @param environment of the IDE
     * @throws HeadlightException if a setting is invalid
     */
    List<String> command(boolean windows, Map<String, String> environment) {
        check(windows);
        String more = javaOptions.isBlank() ? environment.getOrDefault("HEADLIGHT_JAVA_OPTS", "") : javaOptions;
        List<String> command = new ArrayList<>();
        command.add(java.program(windows).toString());
        command.add("@lib/java.options");
        WORD.matcher(more)
                .results()
                .map(MatchResult::group)
                .map(word -> word.replace("\"", ""))
                .forEach(command::add);
        command.addAll(List.of("-jar", "lib/headlight.jar", "lsp"));
        command.addAll(List.of("--model=" + model, "--precision=" + precision));
        return command;
    }

    private void check(boolean windows) {
        if (!PRECISIONS.contains(precision)) {
            throw new HeadlightException(
                    "The precision must be auto, float32 or bfloat16: choose one in Headlight’s settings.",
                    ClientListener.Remedy.OPEN_SETTINGS);
        }
        if (top < 1 || top > 20) {
            throw new HeadlightException(
                    "Words for a blank must be from 1 to 20: correct it in Headlight’s settings.",
                    ClientListener.Remedy.OPEN_SETTINGS);
        }
        if (CONTROL.matcher(model + javaOptions).find()) {
            throw new HeadlightException(
                    "The model and the Java options must be a single line each: correct them in Headlight’s settings.",
                    ClientListener.Remedy.OPEN_SETTINGS);
        }
        // Java would pass it on as the end of an argument. Neither paths on Windows nor names on the Hub contain one.
        if (windows && model.contains("\"")) {
            throw new HeadlightException(
                    "A model name cannot contain a quotation mark: choose another model in Headlight’s settings.",
                    ClientListener.Remedy.OPEN_SETTINGS);
        }
    }

    /** Without a UTF-8 locale, Java decodes its arguments as ASCII. */
    static void readAsUtf8(Map<String, String> environment) {
        String locale = Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("");
        if (!locale.matches("(?i).*utf-?8.*")) {
            environment.put("LC_ALL", "C.UTF-8");
        }
    }
}
