package dev.headlight.cli;

import dev.headlight.Startup;
import dev.headlight.UserException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code headlight}. */
@Command(
        name = "headlight",
        description = "See what a language model attends to.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:success",
            "1:failure; standard error says why",
            "2:invalid command line; standard error says why"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  headlight predict \"A person who never made a ____ never tried anything new.\"",
            "  headlight attention --out diagrams \"The cat sat on the mat.\"",
            "  headlight web \"The capital of France is [MASK].\"",
            "",
            "Run headlight COMMAND --help for details of a command."
        })
public final class Main implements Runnable {
    /** Exit code of a command that failed. */
    private static final int CANT = 1;

    private static final String DEBUG = "HEADLIGHT_DEBUG";

    /** By name. Only the requested command is created, which saves a tenth of a second. */
    private static final Map<String, Supplier<Object>> COMMANDS = commands();

    private final Io io;

    @Spec
    private CommandSpec spec;

    Main(Io io) {
        this.io = io;
    }

    private static Map<String, Supplier<Object>> commands() {
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("predict", PredictCommand::new);
        commands.put("why", WhyCommand::new);
        commands.put("corpus", CorpusCommand::new);
        commands.put("attention", AttentionCommand::new);
        commands.put("web", WebCommand::new);
        commands.put("open", OpenCommand::new);
        commands.put("lsp", LspCommand::new);
        commands.put("models", ModelsCommand::new);
        commands.put("completion", CompletionCommand::new);
        commands.put("man", ManCommand::new);
        return commands;
    }

    Io io() {
        return io;
    }

    /** With every command. */
    static CommandLine whole(Io io) {
        CommandLine commandLine = new CommandLine(new Main(io));
        COMMANDS.forEach((name, create) -> commandLine.addSubcommand(name, create.get()));
        return commandLine;
    }

    /** Runs a command and ends the process. */
    public static void main(String[] arguments) {
        System.setProperty("java.awt.headless", "true");
        Io io = Io.ofProcess();
        try {
            LogLevel.set(System.getenv(LogLevel.VARIABLE));
        } catch (UserException e) {
            io.tell(e.getMessage());
            System.exit(CommandLine.ExitCode.USAGE);
        }
        Startup.reached("main");
        System.exit(run(io, arguments));
    }

    /** Runs a command and returns its exit code. */
    static int run(Io io, String... arguments) {
        CommandLine commandLine = new CommandLine(new Main(io));
        boolean named = arguments.length > 0 && COMMANDS.containsKey(arguments[0]);
        (named ? List.of(arguments[0]) : COMMANDS.keySet())
                .forEach(name ->
                        commandLine.addSubcommand(name, COMMANDS.get(name).get()));
        commandLine.setExpandAtFiles(false); // @word is text, not a file of arguments
        commandLine.setUnmatchedOptionsArePositionalParams(
                true); // "- item" is text too; TextArgument tells text from options
        commandLine.setOut(new java.io.PrintWriter(io.out(), true));
        commandLine.setErr(new java.io.PrintWriter(io.err(), true));
        commandLine.setParameterExceptionHandler((wrong, given) -> {
            String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
            io.tell(sentence(wrong.getMessage()) + " See " + command + " --help.");
            return CommandLine.ExitCode.USAGE;
        });
        commandLine.setExecutionExceptionHandler((failure, failed, parsed) -> {
            tell(io, failure);
            return CANT;
        });
        try {
            int code = commandLine.execute(arguments);
            return io.lost() ? lost(io) : code;
        } catch (OutOfMemoryError e) {
            io.tell(
                    "Java ran out of memory: give it more, as by HEADLIGHT_JAVA_OPTS=-Xmx1g, or choose a shorter text or"
                            + " a smaller model.");
        } catch (StackOverflowError e) {
            io.tell("A file of the model is nested too deeply: fetch it again, or choose another model.");
        } catch (Error e) {
            tell(io, e);
        }
        return CANT;
    }

    private static void tell(Io io, Throwable failure) {
        boolean expected = failure instanceof UserException;
        io.tell(expected ? failure.getMessage() : "Unexpected error: " + sentence(failure.toString()));
        if (System.getenv(DEBUG) != null) {
            failure.printStackTrace(io.err());
        } else if (!expected) {
            io.tell("Set " + DEBUG + "=1 to see where, and please report it.");
        }
    }

    private static int lost(Io io) {
        io.tell("Can't write all of the output: its disk is full, or nobody reads it.");
        return CANT;
    }

    /** The first line of a message, with a full stop. */
    private static String sentence(String message) {
        String line = message.lines().findFirst().orElse("").strip();
        return line.endsWith(".") ? line : line + ".";
    }

    @Override
    public void run() {
        spec.commandLine().usage(io.out());
    }
}
