package dev.headlight.cli;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.UserException;
import dev.headlight.export.InspectionJson;
import dev.headlight.inspect.Blank;
import dev.headlight.inspect.Completion;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import dev.headlight.text.Blanks;
import java.util.List;
import java.util.Locale;
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

    @Option(names = "--json", description = "Print one JSON object; offsets count UTF-16 units.")
    private boolean json;

    @Mixin
    private ReadingOption reading;

    @Mixin
    private TextArgument argument;

    @Override
    public void run() {
        Request request = Request.of(argument.read(main.io())).asCode(reading.code());
        Options options = new Options(top, raw);
        try (Inspector inspector = model.load(main.io())) {
            List<Blank> blanks = inspector.predict(request, options, () -> {});
            if (inspector.causal() && !Blanks.find(request.text()).isEmpty()) {
                main.io()
                        .err()
                        .println("The model " + model.name() + " reads from left to right and can't fill blanks:"
                                + " these words could follow the text.");
            }
            if (blanks.isEmpty()) {
                String written = inspector
                        .write(request, () -> {})
                        .orElseThrow(() -> new UserException(
                                "The text has no blank: write [MASK] or ____ where a word is missing."));
                main.io().print(json ? json(request.text(), written) : written);
                return;
            }
            List<Completion> completions = Completion.best(request.text(), blanks, top);
            if (json) {
                main.io().print(json(request.text(), blanks, completions));
            } else {
                print(completions, main.io());
            }
            if (completions.isEmpty()) {
                main.io().err().println(NO_WORD);
            }
        }
    }

    private String json(String text, String written) {
        JsonObject answer = answer(text);
        answer.addProperty("written", written);
        return pretty(answer);
    }

    private String json(String text, List<Blank> blanks, List<Completion> completions) {
        JsonObject answer = answer(text);
        answer.add("blanks", InspectionJson.array(blanks, InspectionJson::blank));
        answer.add("sentences", InspectionJson.array(completions, c -> new JsonPrimitive(c.text())));
        return pretty(answer);
    }

    private JsonObject answer(String text) {
        JsonObject answer = new JsonObject();
        answer.addProperty("model", model.name());
        answer.addProperty("text", text);
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
