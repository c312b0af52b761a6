package dev.headlight.cli;

import dev.headlight.FileFailure;
import dev.headlight.Release;
import dev.headlight.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code headlight man}. */
@Command(
        name = "man",
        description = "Write a manual page for each command.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nTo read them:%n",
        footer = {"  headlight man share/man/man1", "  man -M share/man headlight-predict"})
final class ManCommand implements Runnable {
    @ParentCommand
    private Main main;

    @Parameters(paramLabel = "FOLDER", description = "Where headlight.1, headlight-predict.1 and so on are written.")
    private Path folder;

    @Override
    public void run() {
        try {
            Files.createDirectories(folder);
            write(Main.whole(main.io()));
        } catch (IOException e) {
            throw new UserException(
                    "Can't write to " + folder + " (" + FileFailure.reason(e) + "): choose another folder.", e);
        }
    }

    private void write(CommandLine command) throws IOException {
        Path file = folder.resolve(ManPage.name(command) + ".1");
        Files.writeString(file, ManPage.of(command, Release.version()), StandardCharsets.UTF_8);
        for (CommandLine sub : ManPage.subcommands(command).toList()) {
            write(sub);
        }
    }
}
