package dev.headlight.cli;

import dev.headlight.UserException;
import dev.headlight.export.AttentionJson;
import dev.headlight.export.AttentionPage;
import dev.headlight.export.AttentionPictures;
import dev.headlight.export.AttentionSafeTensors;
import dev.headlight.export.Export;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import dev.headlight.inspect.Selection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code headlight attention}. */
@Command(
        name = "attention",
        description = "Export the attention of a text or a pair of texts.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  headlight attention --out page.html \"The cat sat on the mat.\"",
            "  headlight attention --out diagrams --layers 1,2 \"Leaves fall in [MASK].\"",
            "  headlight attention --out both.safetensors --pair \"It purred.\" \"The cat sat down.\""
        })
final class AttentionCommand implements Runnable {
    /** File extensions of formats that can't be written. */
    private static final String OTHER_FILES = ".*\\.(csv|gif|gz|jpe?g|md|npy|npz|pdf|png|pt|svg|tsv|txt|xml|zip)";

    @ParentCommand
    private Main main;

    @Mixin
    private ModelOption model;

    @Mixin
    private PairOption second;

    @Option(names = "--layers", paramLabel = "1,2", split = ",", description = "Only these layers (the first is 1).")
    private List<Integer> layers;

    @Option(names = "--heads", paramLabel = "3", split = ",", description = "Only these heads (the first is 1).")
    private List<Integer> heads;

    @Option(
            names = "--out",
            paramLabel = "PATH",
            required = true,
            description = {
                "Output path. Its extension selects the format:",
                ".safetensors  attention, queries, keys and logits",
                ".json         attention as numbers",
                ".html         a self-contained page",
                "any other path is a folder for one PNG per head."
            })
    private Path out;

    @Option(
            names = "--shown",
            paramLabel = "CHOICES",
            description = "What a page shows first, as its address says it: view=model&layer=2.")
    private Optional<String> shown;

    @Mixin
    private ReadingOption reading;

    @Mixin
    private TextArgument argument;

    /** The output format, chosen by file extension. */
    private enum Format {
        SAFETENSORS,
        JSON,
        PAGE,
        PICTURES
    }

    @Override
    public void run() {
        Format format = format();
        if (shown.isPresent() && format != Format.PAGE) {
            throw new UserException("--shown is for a page: name one with --out, such as page.html.");
        }
        Request request = Request.of(argument.read(main.io()), second.pair()).asCode(reading.code());
        try (Inspector inspector = hashing(model.load(main.io()));
                Inspected inspected = format == Format.SAFETENSORS && inspector.predicts()
                        ? inspector.inspectWithLogits(request, Options.standard(), () -> {})
                        : inspector.inspect(request, Options.standard(), () -> {})) {
            inspector.origin().awaitHashes();
            Selection selection =
                    Selection.of(inspected.inspection(), Optional.ofNullable(layers), Optional.ofNullable(heads));
            Export export = Export.of(inspected, selection);
            switch (format) {
                case SAFETENSORS -> AttentionSafeTensors.write(out, export);
                case JSON -> AttentionJson.write(out, export);
                case PAGE -> AttentionPage.write(out, export, shown.orElse(""));
                case PICTURES -> AttentionPictures.write(out, export);
            }
            inspected.inspection().cuts().forEach(this::warn);
        }
    }

    /** Begins to hash the weights, which files name, while the text is inspected. */
    private static Inspector hashing(Inspector inspector) {
        inspector.origin().startHashing();
        return inspector;
    }

    private Format format() {
        String name = out.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".safetensors")) {
            return Format.SAFETENSORS;
        }
        if (name.endsWith(".json")) {
            return Format.JSON;
        }
        if (name.endsWith(".html") || name.endsWith(".htm")) {
            return Format.PAGE;
        }
        if (name.matches(OTHER_FILES) && !Files.isDirectory(out)) {
            throw new UserException("Can't write " + out.getFileName()
                    + ": use a name ending in .safetensors, .json or .html, or a folder for pictures.");
        }
        return Format.PICTURES;
    }

    private void warn(Inspection.Cut cut) {
        main.io()
                .tell("The whole " + (cut.segment() == 0 ? "text" : "second text")
                        + " doesn't fit into the model: wrote " + cut.shown() + " tokens and left out " + cut.before()
                        + " before them and "
                        + cut.after()
                        + " after them.");
    }
}
