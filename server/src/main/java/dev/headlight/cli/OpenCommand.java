package dev.headlight.cli;

import dev.headlight.Precision;
import dev.headlight.UserException;
import dev.headlight.export.AttentionPage;
import dev.headlight.export.Export;
import dev.headlight.hub.Hub;
import dev.headlight.imports.AttentionFile;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Origin;
import dev.headlight.inspect.Selection;
import dev.headlight.session.OpenInspection;
import dev.headlight.session.Session;
import dev.headlight.web.WebServer;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code headlight open}. */
@Command(
        name = "open",
        description = "Show attention that was saved, or computed by any other program.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  headlight open attention.safetensors",
            "  headlight open --no-browser --port 8765 mine.npz",
            "  headlight open --out page.html mine.json",
            "",
            "docs/files.md says what a file holds."
        })
final class OpenCommand implements Runnable {
    @ParentCommand
    private Main main;

    @Parameters(paramLabel = "FILE", description = "Arrays as .safetensors, .npz or .json.")
    private String file;

    @Option(
            names = "--out",
            paramLabel = "PAGE",
            description = "Write a self-contained page instead, such as page.html.")
    private Optional<Path> out;

    @Option(
            names = "--layers",
            paramLabel = "1,2",
            split = ",",
            description = "Only these layers in that page (the first is 1).")
    private List<Integer> layers;

    @Option(
            names = "--heads",
            paramLabel = "3",
            split = ",",
            description = "Only these heads in that page (the first is 1).")
    private List<Integer> heads;

    @Option(
            names = "--shown",
            paramLabel = "CHOICES",
            description = "What that page shows first, as its address says it: view=model&layer=2.")
    private Optional<String> shown;

    @Mixin
    private ServingOptions serving;

    @Mixin
    private MemoryOption memory;

    @Override
    public void run() {
        if (out.isPresent()) {
            try (Inspected inspected = AttentionFile.open(path())) {
                Selection selection =
                        Selection.of(inspected.inspection(), Optional.ofNullable(layers), Optional.ofNullable(heads));
                Export export = Export.of(inspected, selection);
                AttentionPage.write(out.get(), export, shown.orElse(""));
            }
            return;
        }
        if (layers != null || heads != null) {
            throw new UserException("--layers and --heads are for a page that is written: name one with --out.");
        }
        try (Session session = new Session(
                        Hub.EMBEDDED,
                        Models.loader(
                                Precision.FLOAT32,
                                name -> new ProgressLine(main.io().err(), name)),
                        memory.bytes());
                WebServer server = serving.start(session)) {
            OpenInspection opened = session.show(AttentionFile.open(path()));
            origin(opened.inspection()).ifPresent(main.io()::tell);
            main.io().print(server.url(opened.id()));
            session.start(); // for texts that are visualized later
            serving.serve(server, server.openingUrl(opened.id()));
        }
    }

    /** Where a file's attention comes from, if it says so. */
    private static Optional<String> origin(Inspection inspection) {
        Origin origin = inspection.origin();
        List<String> parts = new ArrayList<>();
        origin.revision().ifPresent(revision -> parts.add("revision " + revision));
        origin.headlight().ifPresent(version -> parts.add("Headlight " + version));
        origin.hashes().forEach((name, hash) -> parts.add(name + " of SHA-256 " + hash));
        Selection held = inspection.held();
        if (held.layers().size() < inspection.layers()) {
            parts.add("layers " + Selection.fromOne(held.layers()) + " of " + inspection.layers());
        }
        if (held.heads().size() < inspection.heads()) {
            parts.add("heads " + Selection.fromOne(held.heads()) + " of " + inspection.heads());
        }
        return Optional.of("From " + inspection.model() + ": " + String.join("; ", parts) + ".")
                .filter(line -> !parts.isEmpty());
    }

    private Path path() {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw new UserException("There is no file " + file + ": check its name.", e);
        }
    }
}
