package dev.headlight.cli;

import dev.headlight.UserException;
import dev.headlight.imports.CorpusFile;
import dev.headlight.inspect.Completion;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import dev.headlight.session.OpenInspection;
import dev.headlight.session.Session;
import dev.headlight.web.WebServer;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code headlight web}. */
@Command(
        name = "web",
        description = "Serve the page to browsers on this machine and print its address.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  headlight web \"The capital of France is [MASK].\"",
            "  headlight web --no-browser --port 8765",
            "  headlight web --pair \"It purred.\" \"The cat sat down.\"",
            "  headlight web --corpus OUT"
        })
final class WebCommand implements Runnable {
    @ParentCommand
    private Main main;

    @Mixin
    private ModelOption model;

    @Mixin
    private PairOption second;

    @Option(
            names = "--corpus",
            paramLabel = "OUT",
            description = {"What \"headlight corpus\" wrote, for the page's Corpus view; give it twice to compare two."
            })
    private List<String> corpora = List.of();

    @Mixin
    private ServingOptions serving;

    @Mixin
    private MemoryOption memory;

    @Mixin
    private ReadingOption reading;

    @Mixin
    private OptionalText argument;

    @Override
    public void run() {
        Optional<Request> request = argument.read(main.io())
                .map(text -> Request.of(text, second.pair()).asCode(reading.code()));
        List<CorpusFile> read = corpora();
        try (Session session = new Session(
                        model.name(),
                        Models.loader(
                                model.precision(),
                                name -> new ProgressLine(main.io().err(), name)),
                        memory.bytes());
                WebServer server = serving.start(session, read)) {
            Optional<OpenInspection> opened =
                    request.map(asked -> session.open(asked, Options.standard(), false, () -> {}));
            session.awaitModel();
            boolean corpus = opened.isEmpty() && !read.isEmpty();
            main.io()
                    .print(opened.map(o -> server.url(o.id()))
                            .orElseGet(() -> corpus ? server.corpusUrl() : server.url()));
            opened.map(OpenInspection::inspection).ifPresent(this::print);
            serving.serve(
                    server,
                    opened.map(o -> server.openingUrl(o.id()))
                            .orElseGet(() -> corpus ? server.openingCorpusUrl() : server.openingUrl()));
        }
    }

    /** Read before the model is loaded, so that what is wrong with one is said at once. */
    private List<CorpusFile> corpora() {
        if (corpora.size() > 2) {
            throw new UserException("The page compares two corpora at most: name one or two with --corpus.");
        }
        return corpora.stream().map(CorpusFile::read).toList();
    }

    private void print(Inspection inspection) {
        if (!inspection.blanks().isEmpty()) {
            int top = Options.standard().top();
            List<Completion> completions = Completion.best(inspection.text(), inspection.blanks(), top);
            PredictCommand.print(completions, main.io());
            if (completions.isEmpty()) {
                main.io().tell(PredictCommand.NO_WORD);
            }
        }
    }
}
