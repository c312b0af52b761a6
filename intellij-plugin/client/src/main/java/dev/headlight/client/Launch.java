package dev.headlight.client;

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
 * How the server is started. Java itself is started, by a list of arguments, on every system alike: no shell reads them
 * and no batch file, so nothing in them means anything but itself.
 *
 * @param server the folder of the server, which holds {@code lib/headlight.jar}
 * @param java what runs it
 * @param javaOptions more options for Java, with spaces between, where quotation marks keep a space; may be empty
 * @param model {@code embedded}, a folder, or a name on the Hugging Face hub
 * @param precision {@code float32} or {@code bfloat16}
 * @param top how many words for a blank, 1 to 20
 * @param log the file that the server's log goes to
 */
public record Launch(
        Path server, JavaRuntime java, String javaOptions, String model, String precision, int top, Path log) {
    /** What weights can be computed in; the first is how most were published. */
    public static final List<String> PRECISIONS = List.of("float32", "bfloat16");

    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"]|\"[^\"]*\"?)+");
    private static final Pattern NOT_IN_A_LINE = Pattern.compile("\\p{Cntrl}");

    /** @throws HeadlightException if the server isn't there, or a setting isn't what it must be */
    ProcessBuilder process() {
        Path jar = server.resolve("lib").resolve("headlight.jar");
        if (!Files.isRegularFile(jar)) {
            throw new HeadlightException(
                    "Headlight’s server is not where it was installed, at " + server + ": install the plugin again.");
        }
        boolean windows = JavaRuntime.onWindows();
        // In its own folder: a name that is looked for in the current one leads nowhere. And Java, which would cut the
        // folder's name at what separates paths, is not told it.
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
     * @throws HeadlightException if a setting isn't what it must be
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
            throw new HeadlightException("The precision must be " + String.join(" or ", PRECISIONS)
                    + ": choose one in Headlight’s settings.");
        }
        if (top < 1 || top > 20) {
            throw new HeadlightException("Words for a blank must be 1 to 20: correct that in Headlight’s settings.");
        }
        if (NOT_IN_A_LINE.matcher(model + javaOptions).find()) {
            throw new HeadlightException(
                    "The model and the Java options must be one line each: correct them in Headlight’s settings.");
        }
        // Java would hand it on as the end of an argument. No path there holds one, nor a name on the hub.
        if (windows && model.contains("\"")) {
            throw new HeadlightException(
                    "There is no model whose name holds a quotation mark: choose another in Headlight’s settings.");
        }
    }

    /** Without a UTF-8 locale Java would read its arguments as ASCII. */
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
