package dev.headlight.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.inspect.HeadEffect;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.LensRow;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Prediction;
import dev.headlight.inspect.Request;
import dev.headlight.inspect.Why;
import dev.headlight.inspect.WhyAnswer;
import dev.headlight.inspect.WhyAnswer.Looking;
import dev.headlight.inspect.WordEffect;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

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
            "  headlight why --word were --rather was \"The keys to the cabinet ____ on the table.\""
        })
final class WhyCommand implements Runnable {
    private static final int HEADS = 10;

    @ParentCommand
    private Main main;

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

    @Option(names = "--json", description = "Print one JSON object; layers, heads and tokens count from 0.")
    private boolean json;

    @Mixin
    private TextArgument argument;

    @Override
    public void run() {
        Request request = Request.of(argument.read(main.io()));
        Options options = Options.standard();
        try (Inspector inspector = model.load(main.io());
                Inspected inspected = inspector.inspect(request, options, Cancellation.NEVER);
                Why why = inspector.why(request, options, inspected.inspection(), place - 1, Cancellation.NEVER)) {
            Why.Question question = why.question(word, rather);
            List<WordEffect> words =
                    why.words(question, hide ? Why.Removal.HIDE : why.usualRemoval(), Cancellation.NEVER);
            List<Looking> heads = heads(why, question, inspected);
            if (json) {
                main.io().print(json(why, question, words, heads));
            } else {
                print(question, words, heads);
            }
        }
    }

    /** All heads, the strongest first. */
    private List<Looking> heads(Why why, Why.Question question, Inspected inspected) {
        List<HeadEffect> heads = new ArrayList<>();
        Why.Ablation ablation = average ? Why.Ablation.MEAN : Why.Ablation.ZERO;
        for (Map.Entry<AttentionKind, Integer> kind : why.layers().entrySet()) {
            for (int layer = 0; layer < kind.getValue(); layer++) {
                heads.addAll(why.heads(question, kind.getKey(), layer, ablation, Cancellation.NEVER));
            }
        }
        return heads.stream()
                .sorted(Comparator.comparingDouble(
                        head -> -Math.abs(head.effect().value())))
                .map(head -> new Looking(head, inspected.looksAt(head, why.blank(), 3)))
                .toList();
    }

    private void print(Why.Question question, List<WordEffect> words, List<Looking> heads) {
        Io io = main.io();
        io.print(WhyAnswer.question(question));
        io.print(WhyAnswer.answer(question, words, strongest(heads)));
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

    private static Optional<Looking> strongest(List<Looking> heads) {
        return heads.stream()
                .max(Comparator.comparingDouble(
                        looking -> looking.head().effect().value()));
    }

    private String json(Why why, Why.Question question, List<WordEffect> words, List<Looking> heads) {
        JsonObject answer = new JsonObject();
        answer.addProperty("model", model.name());
        answer.addProperty("question", WhyAnswer.question(question));
        answer.addProperty("answer", WhyAnswer.answer(question, words, strongest(heads)));
        answer.addProperty("quantity", question.quantity());
        answer.add("words", array(words, WhyCommand::wordJson));
        answer.add("heads", array(heads, WhyCommand::headJson));
        answer.add("lens", array(why.lens(question), WhyCommand::lensJson));
        return new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(answer);
    }

    private interface ToJson<T> {
        JsonObject of(T value);
    }

    private static <T> JsonArray array(List<T> values, ToJson<T> toJson) {
        JsonArray array = new JsonArray();
        values.forEach(value -> array.add(toJson.of(value)));
        return array;
    }

    private static JsonArray words(List<Prediction> predictions) {
        JsonArray array = new JsonArray();
        predictions.forEach(prediction -> array.add(new JsonPrimitive(prediction.word())));
        return array;
    }

    private static JsonObject wordJson(WordEffect word) {
        JsonObject json = new JsonObject();
        json.addProperty("word", word.text());
        json.addProperty("start", word.span().start());
        json.addProperty("end", word.span().end());
        json.addProperty("effect", word.effect().value());
        json.add("without", words(word.without()));
        return json;
    }

    private static JsonObject headJson(Looking looking) {
        JsonObject json = new JsonObject();
        if (looking.head().kind() != AttentionKind.SELF) {
            json.addProperty("attention", looking.head().kind().id());
        }
        json.addProperty("layer", looking.head().layer());
        json.addProperty("head", looking.head().head());
        json.addProperty("effect", looking.head().effect().value());
        JsonArray looksAt = new JsonArray();
        looking.looksAt().forEach(looked -> {
            JsonArray pair = new JsonArray();
            pair.add(looked.word());
            pair.add(looked.weight());
            looksAt.add(pair);
        });
        json.add("looksAt", looksAt);
        return json;
    }

    private static JsonObject lensJson(LensRow row) {
        JsonObject json = new JsonObject();
        json.addProperty("layer", row.layers());
        json.add("top", words(row.top()));
        json.addProperty("p", row.probability());
        if (!Double.isNaN(row.rather())) {
            json.addProperty("rather", row.rather());
        }
        return json;
    }
}
