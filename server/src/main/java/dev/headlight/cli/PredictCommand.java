package dev.headlight.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.Cancellation;
import dev.headlight.Startup;
import dev.headlight.UserException;
import dev.headlight.export.InspectionJson;
import dev.headlight.inspect.Blank;
import dev.headlight.inspect.Completion;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.NamedWord;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import dev.headlight.inspect.Together;
import dev.headlight.text.Blanks;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code headlight predict}. */
@Command(
        name = "predict",
        description = "Fill the blanks of a text with the most likely words. A model such as GPT-2 continues the text"
                + " instead; one such as BART writes an answer if the text has no blanks.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  headlight predict \"A person who never made a ____ never tried anything new.\"",
            "  headlight predict --top 5 --json \"The [MASK] sat on the [MASK].\"",
            "  headlight predict --words \"men,women\" \"Most nurses are ____.\"",
            "  headlight predict --together \"The ____ barked at the ____.\"",
            "  headlight predict --write 40 --model openai-community/gpt2 \"Once upon a time\"",
            "  headlight predict --pair \"Der Hund ____.\" --model google-t5/t5-small \"The dog sleeps.\"",
            "  headlight predict --pair fra_Latn --model facebook/nllb-200-distilled-600M \"The dog sleeps.\"",
            "  headlight predict - < paragraph.txt"
        })
final class PredictCommand implements Runnable {
    @ParentCommand
    private Main main;

    @Mixin
    private ModelOption model;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "3",
            description = "Number of words per blank (default: 3).")
    private int top;

    @Option(
            names = "--raw",
            description = "Allow every token of the vocabulary: word pieces, punctuation, special tokens.")
    private boolean raw;

    @Option(
            names = "--words",
            paramLabel = "W,V",
            split = ",",
            description = "Also say how probable these words are in each blank; they may have several tokens.")
    private List<String> words;

    @Option(
            names = "--together",
            description = "Fill several blanks so that the words fit each other: the surest first, the rest again given"
                    + " it.")
    private boolean together;

    @Option(
            names = "--write",
            paramLabel = "N",
            description =
                    "Write up to N tokens, the likeliest each time, and print them as they come: what follows, by a"
                            + " model such as GPT-2; an answer, by one such as BART, or what follows the text of"
                            + " --pair.")
    private Integer write;

    @Mixin
    private PairOption second;

    @Option(names = "--json", description = "Print one JSON object; offsets count UTF-16 units.")
    private boolean json;

    @Mixin
    private ReadingOption reading;

    @Mixin
    private TextArgument argument;

    @Override
    public void run() {
        Request request = Request.of(argument.read(main.io()), second.pair()).asCode(reading.code());
        Options options = new Options(top, raw);
        if (write != null && (write < 1 || words != null || together)) {
            throw new UserException(
                    "--write takes how many tokens to write, from 1 on, and goes without --words and" + " --together.");
        }
        try (Inspector inspector = model.load(main.io())) {
            if (write != null) {
                write(inspector, request, write);
                return;
            }
            List<Blank> blanks = inspector.predict(request, options, () -> {});
            Startup.reached("words predicted");
            if (inspector.causal() && !Blanks.find(request.text()).isEmpty()) {
                main.io()
                        .tell("The model " + model.name() + " reads from left to right and can't fill blanks:"
                                + " these words could follow the text.");
            }
            if (blanks.isEmpty()) {
                if (words != null || together) {
                    throw Inspector.noBlank();
                }
                write(inspector, request, Inspector.LONGEST_ANSWER);
                return;
            }
            List<List<NamedWord>> named =
                    words == null ? List.of() : inspector.named(request, words, Cancellation.NEVER);
            List<Together> filled = together ? inspector.together(request, options, Cancellation.NEVER) : List.of();
            List<Completion> completions = together
                    ? filled.stream()
                            .map(each -> new Completion(each.text(), each.pair(), each.probability()))
                            .toList()
                    : Completion.best(request.text(), request.pair(), blanks, top);
            if (json) {
                main.io().print(json(request, blanks, completions, named, filled));
            } else {
                print(shown(request, completions), main.io());
                print(named, inspector.causal());
            }
            if (completions.isEmpty()) {
                main.io().tell(NO_WORD);
            }
        }
    }

    /** Prints what the model writes, after the text that it goes on with. */
    private void write(Inspector inspector, Request request, int most) {
        Io io = main.io();
        String begun = inspector.causal()
                ? request.text()
                : request.pair()
                        .filter(pair -> inspector.isTarget(request))
                        .map(String::stripTrailing)
                        .orElse("");
        StringBuilder printed = new StringBuilder(json ? "" : begun);
        io.part(printed.toString());
        String written = inspector
                .write(
                        request,
                        most,
                        piece -> {
                            String part = printed.isEmpty() ? piece.stripLeading() : piece;
                            printed.append(part);
                            io.part(json ? "" : part);
                        },
                        Cancellation.NEVER)
                .orElseThrow(() -> write == null ? Inspector.noBlank() : inspector.cantGoOn());
        io.print(json ? json(request, begun.isEmpty() ? written.strip() : written) : "");
    }

    /** What has blanks of a pair; both if none has, or both have. */
    private static List<Completion> shown(Request request, List<Completion> completions) {
        return completions.stream()
                .map(each -> new Completion(sentence(request, each), Optional.empty(), each.probability()))
                .toList();
    }

    private static String sentence(Request request, Completion filled) {
        if (filled.pair().isEmpty() || filled.pair().equals(request.pair())) {
            return filled.text();
        }
        return filled.text().equals(request.text())
                ? filled.pair().get()
                : filled.text() + " / " + filled.pair().get();
    }

    private String json(Request request, String written) {
        JsonObject answer = answer(request);
        answer.addProperty("written", written);
        return pretty(answer);
    }

    private String json(
            Request request,
            List<Blank> blanks,
            List<Completion> completions,
            List<List<NamedWord>> named,
            List<Together> filled) {
        JsonObject answer = answer(request);
        JsonArray ofBlanks = InspectionJson.array(blanks, InspectionJson::blank);
        for (int i = 0; i < named.size(); i++) {
            JsonArray words = InspectionJson.array(named.get(i), InspectionJson::named);
            ofBlanks.get(i).getAsJsonObject().add("words", words);
        }
        answer.add("blanks", ofBlanks);
        answer.add("sentences", InspectionJson.array(shown(request, completions), c -> new JsonPrimitive(c.text())));
        if (together) {
            answer.add("together", InspectionJson.array(filled, InspectionJson::together));
        }
        return pretty(answer);
    }

    /** How probable named words are, for each blank. */
    private void print(List<List<NamedWord>> named, boolean causal) {
        Io io = main.io();
        for (int i = 0; i < named.size(); i++) {
            io.print("");
            io.print(named.size() == 1 ? "The words you named:" : "The words you named, in blank " + (i + 1) + ":");
            named.get(i)
                    .forEach(word -> io.print("  " + percent(word.probability()) + "  " + word.word()
                            + (word.tokens().size() == 1 ? "" : "  (" + String.join(" ", word.tokens()) + ")")));
        }
        boolean several = named.stream()
                .flatMap(List::stream)
                .anyMatch(word -> word.tokens().size() > 1);
        if (several) {
            io.print("A word of several tokens: "
                    + (causal ? "" : "the blank is widened to as many, and filled from the left; ")
                    + "the probabilities of its tokens, each given those before it, are multiplied.");
        }
    }

    /** Three digits, also of what is hardly possible. */
    private static String percent(double probability) {
        double percent = 100 * probability;
        return percent >= 0.01
                ? String.format(Locale.ROOT, "%9.2f %%", percent)
                : String.format(Locale.ROOT, "%9.1e %%", percent);
    }

    private JsonObject answer(Request request) {
        JsonObject answer = new JsonObject();
        answer.addProperty("model", model.name());
        answer.addProperty("text", request.text());
        request.pair().ifPresent(pair -> answer.addProperty("pair", pair));
        return answer;
    }

    /** JSON as people read it. */
    static String pretty(JsonObject answer) {
        return new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .create()
                .toJson(answer);
    }

    /** Printed if all of the model's likely tokens are pieces of words. */
    static final String NO_WORD =
            "No whole word of the model's vocabulary fits the blank: use --raw to see word pieces.";

    /** Prints completions, numbered. */
    static void print(List<Completion> completions, Io io) {
        int number = 1;
        for (Completion completion : completions) {
            io.print(String.format(
                    Locale.ROOT, "%d. %s (%.1f %%)", number++, completion.text(), 100 * completion.probability()));
        }
    }
}
