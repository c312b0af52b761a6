package dev.headlight.cli;

import dev.headlight.UserException;
import dev.headlight.corpus.Cutting;
import dev.headlight.corpus.Unit;
import dev.headlight.export.CorpusPage;
import dev.headlight.imports.CorpusFile;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Says what every head does over many texts. */
@Command(
        name = "corpus",
        description = {
            "Say what every head of a model does over many texts: patterns, entropy, where it looks, relations between"
                    + " words and in code, with standard errors, and the texts that show them most.",
            "A run that was ended goes on when the same command is given again."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  headlight corpus docs --only \"*.md\" --out docs-heads",
            "  headlight corpus src/main/java --out java-heads --html java-heads.html",
            "  headlight corpus - --lines --out sentences < sentences.txt"
        })
final class CorpusCommand implements Runnable {
    @ParentCommand
    private Main main;

    @Mixin
    private ModelOption model;

    @Parameters(
            paramLabel = "TEXTS",
            description = {
                "A text file in UTF-8, a folder with everything in it, or - for standard input.",
                "Files named .java are code, all others are prose."
            })
    private String texts;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "OUT",
            description = "The folder to write to: corpus.json, heads.parquet and texts.parquet.")
    private String out;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also write a self-contained page that shows it; where OUT holds it already, just the page.")
    private Optional<Path> html;

    @Mixin
    private TextsOptions cut;

    @Option(
            names = "--only",
            paramLabel = "NAMES",
            description = "Of a folder, read only files whose names are like this, such as \"*.md\".")
    private Optional<String> only;

    @Override
    public void run() {
        Cutting cutting = cut.chosen();
        boolean lines = cutting.unit().filter(Unit.LINES::equals).isPresent();
        CorpusSource.Asked asked = new CorpusSource.Asked(texts, only, cutting.code(), lines, folder());
        try (CorpusSource source = CorpusSource.of(asked, main.io())) {
            boolean done = new CorpusRun(main.io(), model, cutting, folder()).measure(source);
            if (done) {
                html.ifPresent(
                        page -> CorpusPage.write(page, CorpusFile.read(out).json()));
            }
        }
    }

    private Path folder() {
        try {
            return Path.of(out);
        } catch (InvalidPathException e) {
            throw new UserException("Can't write " + out + ": name a folder.", e);
        }
    }
}
