package dev.headlight.cli;

import com.google.gson.JsonObject;
import dev.headlight.Cancellation;
import dev.headlight.OutOfRangeException;
import dev.headlight.UserException;
import dev.headlight.export.AttentionPage;
import dev.headlight.export.Export;
import dev.headlight.export.InspectionJson;
import dev.headlight.export.WhyJson;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.LayerEffect;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Pairs;
import dev.headlight.inspect.Prediction;
import dev.headlight.inspect.Request;
import dev.headlight.inspect.Selection;
import dev.headlight.inspect.TakenOut;
import dev.headlight.inspect.Why;
import dev.headlight.inspect.WhyAnswer;
import dev.headlight.inspect.WhyAnswer.Looking;
import dev.headlight.inspect.WithoutText;
import dev.headlight.inspect.WordEffect;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Says why a word stands in a blank. */
@Command(
        name = "why",
        description = {
            "Say why a word stands in a blank: which words of the text and which heads of the model carry it.",
            "Each number is measured by running the model again with a part taken out."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  headlight why \"The keys to the cabinet ____ on the table.\"",
            "  headlight why --html page.html \"The keys to the cabinet ____ on the table.\"",
            "  headlight why --pairs agreement.tsv --out agreement.jsonl",
            "  headlight why --word were --rather was \"The keys to the cabinet ____ on the table.\""
        })
final class WhyCommand implements Runnable {
    private static final int HEADS = 10;

    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOption model;

    @Option(names = "--word", paramLabel = "W", description = "The word to explain; else the likeliest one.")
    private Optional<String> word;

    @Option(
            names = "--rather",
            paramLabel = "V",
            description = "The word to compare it with; else the second likeliest one.")
    private Optional<String> rather;

    @Option(
            names = "--place",
            paramLabel = "N",
            defaultValue = "1",
            description = "Which blank, where there are several (1).")
    private int place;

    @Option(names = "--hide", description = "Hide words from the others instead of blanking them out.")
    private boolean hide;

    @Option(names = "--average", description = "Average heads over the text instead of removing them.")
    private boolean average;

    @Option(
            names = "--without",
            paramLabel = "PARTS",
            description = {
                "Ask about the model with something taken out already, such as \"head 3.5, word 4, edge 3.5:2-7\":",
                "head or average LAYER.HEAD, word N, edge LAYER.HEAD:FROM-TO by tokens, attention LAYER,"
                        + " feed-forward LAYER, all from 1; encoder, decoder or cross before it in a model such as BART."
            })
    private Optional<String> without;

    @Option(
            names = "--pairs",
            paramLabel = "FILE",
            description = {
                "Measure a file of sentences instead of a text: on each line a sentence with a blank, the right word and"
                        + " the wrong word, with tabs between them; - reads standard input."
            })
    private Optional<String> pairs;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = {
                "With --pairs: write each sentence to FILE, a line of JSON, when it is measured.",
                "If FILE holds some already, go on after these."
            })
    private Optional<String> out;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also write a self-contained page that opens with the answer in its Why view.")
    private Optional<Path> html;

    @Option(names = "--json", description = "Print one JSON object; layers, heads and tokens count from 0.")
    private boolean json;

    @Mixin
    private PairOption second;

    @Parameters(arity = "0..*", paramLabel = "TEXT", description = "The text; - reads it from standard input.")
    private List<String> text;

    @Override
    public void run() {
        if (pairs.isPresent()) {
            if (without.isPresent()) {
                throw new UserException("--without is for a text: leave it out with --pairs.");
            }
            if (html.isPresent()) {
                throw new UserException("--html is for a text: leave it out with --pairs.");
            }
            if (second.pair().isPresent()) {
                throw new UserException("--pair is for a text: leave it out with --pairs.");
            }
            Pairs.How how = new Pairs.How(hide, ablation());
            new PairsRun(main.io(), model, how, out).measure(Pairs.parse(content(pairs.get())), json);
            return;
        }
        if (out.isPresent()) {
            throw new UserException("--out is for a file of sentences: name it with --pairs.");
        }
        if (text == null) {
            throw new UserException("Name a text to ask about, or a file of sentences with --pairs.");
        }
        Request whole = Request.of(TextArgument.text(text, main.io(), spec), second.pair());
        Options options = Options.standard();
        try (Inspector inspector = model.load(main.io())) {
            TakenOut out = takenOut(inspector, whole, options);
            try (Inspected inspected = inspected(inspector, whole.without(out), options)) {
                answer(inspector, inspected, whole.without(out), options);
            }
        }
    }

    private static Inspected inspected(Inspector inspector, Request request, Options options) {
        try {
            return inspector.inspect(request, options, Cancellation.NEVER);
        } catch (OutOfRangeException e) {
            throw new UserException(
                    "--without names a part that isn't there: the model has " + inspector.layers() + " layers of "
                            + inspector.heads() + " heads, and an edge goes from one of the text's tokens to another.",
                    e);
        }
    }

    private TakenOut takenOut(Inspector inspector, Request whole, Options options) {
        if (without.isEmpty()) {
            return TakenOut.NOTHING;
        }
        try (Inspected inspected = inspector.inspect(whole, options, Cancellation.NEVER)) {
            boolean hides = hide || inspector.causal();
            return WithoutText.read(without.get(), inspected.inspection(), hides);
        }
    }

    private void answer(Inspector inspector, Inspected inspected, Request request, Options options) {
        int blanks = inspected.inspection().blanks().size();
        if (blanks > 0 && (place < 1 || place > blanks)) {
            throw new UserException("There is no blank " + place + ": the text has " + blanks + ".");
        }
        try (Why why = inspector.why(request, options, inspected.inspection(), place - 1, Cancellation.NEVER)) {
            Why.Question question = why.question(word, rather);
            List<WordEffect> words =
                    why.words(question, hide ? Why.Removal.HIDE : why.usualRemoval(), Cancellation.NEVER);
            List<Looking> heads = heads(why, question, inspected);
            JsonObject answer = json || html.isPresent() ? answer(why, question, words, heads) : new JsonObject();
            if (html.isPresent()) {
                answer.add("layers", InspectionJson.array(layers(why, question), WhyJson::layer));
                inspector.origin().awaitHashes();
                Export export =
                        Export.of(inspected, Selection.of(inspected.inspection(), Optional.empty(), Optional.empty()));
                AttentionPage.write(html.get(), export, shown(question), answer);
            }
            if (json) {
                main.io().print(PredictCommand.pretty(answer));
            } else {
                print(question, words, heads);
            }
        }
    }

    /** All heads, the strongest first. */
    private List<Looking> heads(Why why, Why.Question question, Inspected inspected) {
        return why.layers().stream()
                .map(at -> why.heads(question, at.kind(), at.layer(), ablation(), Cancellation.NEVER))
                .flatMap(ofLayer -> inspected.looking(ofLayer, why.blank(), 3).stream())
                .sorted(Comparator.comparingDouble(
                        looking -> -Math.abs(looking.head().effect().value())))
                .toList();
    }

    private static List<LayerEffect> layers(Why why, Why.Question question) {
        return why.layers().stream()
                .map(at -> why.layer(question, at.kind(), at.layer(), Cancellation.NEVER))
                .toList();
    }

    private Why.Ablation ablation() {
        return average ? Why.Ablation.MEAN : Why.Ablation.ZERO;
    }

    /** What the page shows first, as in its address. */
    private String shown(Why.Question question) {
        return "view=why&place=" + place + "&why=" + question.word().id() + "&rather="
                + question.rather().map(rather -> String.valueOf(rather.id())).orElse("none")
                + (hide ? "&hiding=on" : "") + (average ? "&averaged=on" : "");
    }

    private void print(Why.Question question, List<WordEffect> words, List<Looking> heads) {
        Io io = main.io();
        without.ifPresent(parts -> io.print("Without " + parts.strip() + ":"));
        io.print(WhyAnswer.question(question));
        io.print(WhyJson.answer(question, words, heads));
        io.print("");
        io.print(String.format(
                Locale.ROOT,
                "Words, taken out one at a time; %s, in nats:",
                question.rather().isPresent()
                        ? "log p(%s) − log p(%s) falls by"
                                .formatted(
                                        question.word().word(),
                                        question.rather().get().word())
                        : "log p(" + question.word().word() + ") falls by"));
        words.forEach(word -> io.print(String.format(
                Locale.ROOT,
                "  %+6.2f  %-16s then: %s",
                word.effect().value(),
                word.text(),
                String.join(", ", word.without().stream().map(Prediction::word).toList()))));
        io.print("");
        io.print("Heads, removed one at a time, and where they look from the blank:");
        heads.stream()
                .limit(HEADS)
                .forEach(looking -> io.print(String.format(
                        Locale.ROOT,
                        "  %+6.2f  %-8s %s",
                        looking.head().effect().value(),
                        WhyAnswer.name(looking.head()),
                        String.join(
                                ", ",
                                looking.looksAt().stream()
                                        .map(looked ->
                                                String.format(Locale.ROOT, "%s %.2f", looked.word(), looked.weight()))
                                        .toList()))));
    }

    private String content(String file) {
        if (file.equals("-")) {
            return main.io().input();
        }
        try {
            return Files.readString(Path.of(file));
        } catch (CharacterCodingException e) {
            throw new UserException(file + " is not UTF-8 text: convert it first.", e);
        } catch (IOException | InvalidPathException e) {
            throw new UserException("Can't read " + file + ": name a file that is there and may be read.", e);
        }
    }

    private JsonObject answer(Why why, Why.Question question, List<WordEffect> words, List<Looking> heads) {
        JsonObject answer = new JsonObject();
        answer.addProperty("model", model.name());
        answer.addProperty("answer", WhyJson.answer(question, words, heads));
        WhyJson.question(question).entrySet().forEach(entry -> answer.add(entry.getKey(), entry.getValue()));
        answer.add("words", WhyJson.words(words));
        answer.add("heads", WhyJson.heads(heads));
        answer.add("lens", WhyJson.lens(why.lens(question)));
        return answer;
    }
}
