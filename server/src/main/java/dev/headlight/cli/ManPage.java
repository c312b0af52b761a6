package dev.headlight.cli;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command's manual page in roff, with the macros of man(7), from the model that its help is printed from.
 */
final class ManPage {
    private final CommandLine command;
    private final StringBuilder page = new StringBuilder();

    private ManPage(CommandLine command) {
        this.command = command;
    }

    /** The page of a command, such as {@code headlight-predict.1}. */
    static String of(CommandLine command, String version) {
        return new ManPage(command).written(version);
    }

    /** A command's name with those before it, as its page is named: {@code headlight-models-list}. */
    static String name(CommandLine command) {
        return command.getCommandSpec().qualifiedName("-");
    }

    private String written(String version) {
        CommandSpec spec = command.getCommandSpec();
        CommandLine.Help help = command.getHelp();
        line(".TH " + quoted(name(command).toUpperCase(Locale.ROOT)) + " 1 \"\" " + quoted("Headlight " + version));
        String description = help.description().strip();
        section("NAME", name(command) + " - " + firstSentence(description));
        heading("SYNOPSIS");
        verbatim(help.synopsis(0));
        section("DESCRIPTION", description);
        if (!spec.positionalParameters().isEmpty()) {
            heading("ARGUMENTS");
            spec.positionalParameters().stream()
                    .filter(parameter -> !parameter.hidden())
                    .forEach(parameter -> entry(parameter.paramLabel(), parameter.description()));
        }
        List<OptionSpec> options =
                spec.options().stream().filter(option -> !option.hidden()).toList();
        if (!options.isEmpty()) {
            heading("OPTIONS");
            options.forEach(option -> entry(
                    String.join(", ", option.names()) + (option.arity().max() == 0 ? "" : "=" + option.paramLabel()),
                    option.description()));
        }
        if (!command.getSubcommands().isEmpty()) {
            heading("COMMANDS");
            subcommands(command)
                    .forEach(sub -> entry(
                            name(sub) + "(1)",
                            sub.getHelp().description().strip().lines().limit(1).toArray(String[]::new)));
        }
        String footer = (help.footerHeading() + help.footer()).strip();
        if (!footer.isEmpty()) {
            heading("NOTES");
            verbatim(footer);
        }
        return page.toString();
    }

    /** The commands below one that its help lists. */
    static Stream<CommandLine> subcommands(CommandLine command) {
        return command.getSubcommands().values().stream()
                .distinct()
                .filter(sub -> !sub.getCommandSpec().usageMessage().hidden());
    }

    private static String firstSentence(String description) {
        return description.replaceAll("\\s+", " ").replaceFirst("[.:] .*|\\.$", "");
    }

    private void section(String title, String text) {
        heading(title);
        line(text(text));
    }

    private void heading(String title) {
        line(".SH " + title);
    }

    private void entry(String term, String[] description) {
        line(".TP");
        line("\\fB" + text(term) + "\\fR");
        String words = Stream.of(description)
                .map(one -> one.replace("%%", "%").replace("%n", "\n"))
                .collect(Collectors.joining("\n"));
        line(text(words.isBlank() ? "." : words));
    }

    private void verbatim(String lines) {
        line(".nf");
        line(text(lines.stripTrailing()));
        line(".fi");
    }

    private void line(String text) {
        page.append(text).append('\n');
    }

    private static String quoted(String text) {
        return '"' + text(text).replace("\"", "\\(dq") + '"';
    }

    /** Text in which nothing is a request or an escape of roff. */
    static String text(String text) {
        return text.replace("\\", "\\e")
                .replace("-", "\\-")
                .lines()
                .map(line -> line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line)
                .collect(Collectors.joining("\n"));
    }
}
