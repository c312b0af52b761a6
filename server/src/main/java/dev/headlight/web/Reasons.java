package dev.headlight.web;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.headlight.Cancellation;
import dev.headlight.export.InspectionJson;
import dev.headlight.export.WhyJson;
import dev.headlight.inspect.HeadEffect;
import dev.headlight.inspect.Pairs;
import dev.headlight.inspect.TakenOut;
import dev.headlight.inspect.Why;
import dev.headlight.inspect.WhyAnswer.Looking;
import dev.headlight.inspect.WordEffect;
import dev.headlight.session.OpenInspection;
import dev.headlight.session.OpenWhy;
import dev.headlight.session.Session;
import dev.headlight.web.Api.BadRequest;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Why a word stands at a place: effects and lens over HTTP, each part sent when it is computed. */
final class Reasons {
    private static final List<String> PARTS = List.of("words", "heads", "layers");
    /** Words that are taken out in one step of the engine. */
    private static final int STEP = 16;
    /** Words named of what a head looks at. */
    private static final int LOOKED = 3;

    private static final Map<String, String> EXAMPLES = Map.of(
            "agreement", "Is it “was” or “were”?",
            "capitals", "Which country is it the capital of?",
            "pronouns", "Is it “he” or “she”?");

    private final Session session;

    Reasons(Session session) {
        this.session = session;
    }

    /** A word that somebody types: its token and probability. */
    void candidate(Context context, OpenInspection opened) {
        String word = required(context, "word");
        try (OpenWhy why = open(context, opened)) {
            Api.json(
                    context,
                    WhyJson.candidate(
                            why.ask((asked, inspected) -> asked.candidate(word), Api.whileConnected(context))));
        }
    }

    void lens(Context context, OpenInspection opened) {
        try (OpenWhy why = open(context, opened)) {
            JsonObject json = why.ask(
                    (asked, inspected) -> {
                        Why.Question question = question(asked, context);
                        JsonObject answer = WhyJson.question(question);
                        answer.add("lens", WhyJson.lens(asked.lens(question)));
                        return answer;
                    },
                    Api.whileConnected(context));
            Api.json(context, json);
        }
    }

    void effects(Context context, OpenInspection opened) {
        Set<String> parts = parts(context);
        Why.Ablation ablation = ablation(flag(context, "average"));
        boolean special = flag(context, "special");
        Optional<Why.Removal> removal = removal(context);
        try (OpenWhy why = open(context, opened)) {
            Why.Question question =
                    why.ask((asked, inspected) -> question(asked, context), Api.whileConnected(context));
            Measuring measuring = new Measuring(why, question, removal, special, ablation);
            JsonLines.answer(context, (send, cancellation) -> measuring.run(parts, send, cancellation));
        }
    }

    /** The answer that a page in a file shows, if {@code why=PLACE,WORD,RATHER} asks for one. */
    Optional<JsonObject> ofPage(Context context, OpenInspection opened) {
        String[] asked =
                Optional.ofNullable(context.queryParam("why")).orElse("").split(",", -1);
        if (asked.length == 1 && asked[0].isEmpty()) {
            return Optional.empty();
        }
        if (asked.length != 3) {
            throw new BadRequest("The request's why is not a place and two words, with commas between them.");
        }
        Optional<Integer> token =
                Optional.of(asked[1]).filter(id -> !id.equals("likeliest")).map(id -> number(id, "why"));
        Optional<String> rather = Optional.of(asked[2]).filter(id -> !id.equals("likeliest"));
        try (OpenWhy why = session.why(opened.id(), number(asked[0], "why"), Api.whileConnected(context))) {
            Why.Question question =
                    why.ask((about, inspected) -> question(about, token, rather), Api.whileConnected(context));
            JsonObject whole = new JsonObject();
            new Measuring(why, question, removal(context), flag(context, "special"), ablation(flag(context, "average")))
                    .run(Set.copyOf(PARTS), part -> JsonLines.merge(whole, part), Api.whileConnected(context));
            whole.add(
                    "lens",
                    why.ask((about, inspected) -> WhyJson.lens(about.lens(question)), Api.whileConnected(context)));
            return Optional.of(whole);
        }
    }

    /** Something to measure, and how. */
    record Measuring(
            OpenWhy why, Why.Question question, Optional<Why.Removal> removal, boolean special, Why.Ablation ablation) {

        void run(Set<String> parts, Consumer<JsonObject> send, Cancellation cancellation) {
            send.accept(WhyJson.question(question));
            List<WordEffect> words = new ArrayList<>();
            List<Looking> heads = new ArrayList<>();
            if (parts.contains("words")) {
                words(words, send, cancellation);
            }
            List<TakenOut.Layer> lastFirst =
                    new ArrayList<>(why.ask((asked, inspected) -> asked.layers(), cancellation));
            Collections.reverse(lastFirst);
            for (TakenOut.Layer at : lastFirst) {
                if (parts.contains("heads")) {
                    List<Looking> found = heads(at, cancellation);
                    heads.addAll(found);
                    send.accept(part("heads", WhyJson.heads(found)));
                }
                if (parts.contains("layers")) {
                    send.accept(part("layers", layer(at, cancellation)));
                }
            }
            if (parts.contains("words") && parts.contains("heads")) {
                JsonObject answer = new JsonObject();
                answer.addProperty("answer", WhyJson.answer(question, words, heads));
                send.accept(answer);
            }
        }

        private void words(List<WordEffect> all, Consumer<JsonObject> send, Cancellation cancellation) {
            int count = why.ask((asked, inspected) -> asked.wordCount(special), cancellation);
            for (int from = 0; from < count; from += STEP) {
                int begin = from;
                int end = Math.min(count, from + STEP);
                List<WordEffect> found = why.ask(
                        (asked, inspected) -> asked.words(
                                question, removal.orElseGet(asked::usualRemoval), special, begin, end, cancellation),
                        cancellation);
                all.addAll(found);
                send.accept(part("words", WhyJson.words(found)));
            }
        }

        private List<Looking> heads(TakenOut.Layer at, Cancellation cancellation) {
            return why.ask(
                    (asked, inspected) -> {
                        List<HeadEffect> effects = asked.heads(question, at.kind(), at.layer(), ablation, cancellation);
                        return inspected.looking(effects, asked.blank(), LOOKED);
                    },
                    cancellation);
        }

        private JsonArray layer(TakenOut.Layer at, Cancellation cancellation) {
            JsonArray one = new JsonArray();
            JsonObject effects = why.ask(
                    (asked, inspected) -> WhyJson.layer(asked.layer(question, at.kind(), at.layer(), cancellation)),
                    cancellation);
            one.add(effects);
            return one;
        }

        static JsonObject part(String name, JsonElement value) {
            JsonObject json = new JsonObject();
            json.add(name, value);
            return json;
        }
    }

    /** The sets of sentences that are included. */
    void examples(Context context) {
        JsonArray all = new JsonArray();
        EXAMPLES.keySet().stream().sorted().forEach(name -> {
            JsonObject json = new JsonObject();
            json.addProperty("name", name);
            json.addProperty("title", EXAMPLES.get(name));
            json.addProperty("pairs", example(name));
            all.add(json);
        });
        Api.json(context, all);
    }

    private static String example(String name) {
        try (InputStream file = Reasons.class.getResourceAsStream("/dev/headlight/pairs/" + name + ".tsv")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Measures a set of sentences. */
    void pairs(Context context) {
        JsonObject body = Api.body(context);
        List<Pairs.Pair> pairs =
                Pairs.parse(Api.string(body, "pairs").orElseThrow(() -> new BadRequest("The request has no pairs.")));
        Why.Ablation ablation = ablation(Api.flag(body, "average"));
        String model = session.model();
        JsonLines.answer(context, (send, cancellation) -> {
            JsonObject begin = new JsonObject();
            begin.addProperty("model", model);
            begin.addProperty("count", pairs.size());
            send.accept(begin);
            boolean first = true;
            for (List<Integer> group : session.groups(pairs, cancellation)) {
                List<Pairs.Measured> measured =
                        session.measure(model, group.stream().map(pairs::get).toList(), ablation, cancellation);
                if (first) {
                    send.accept(places(measured.get(0)));
                    first = false;
                }
                send.accept(Measuring.part("sentences", WhyJson.sentences(measured)));
            }
        });
    }

    /** Which head, and which layer, each number of a sentence is of. */
    private static JsonObject places(Pairs.Measured measured) {
        JsonObject json = new JsonObject();
        json.add(
                "places",
                InspectionJson.array(measured.heads(), head -> WhyJson.place(head.kind(), head.layer(), head.head())));
        json.add(
                "layerPlaces",
                InspectionJson.array(measured.layers(), layer -> WhyJson.place(layer.kind(), layer.layer())));
        return json;
    }

    private OpenWhy open(Context context, OpenInspection opened) {
        return session.why(opened.id(), number(context, "place").orElse(0), Api.whileConnected(context));
    }

    /** The words that are asked about: by their tokens, or the likeliest two; {@code rather=none} asks about one. */
    static Why.Question question(Why why, Context context) {
        return question(why, number(context, "token"), Optional.ofNullable(context.queryParam("rather")));
    }

    private static Why.Question question(Why why, Optional<Integer> token, Optional<String> rather) {
        Why.Candidate word = token.map(why::candidate).orElseGet(why::likeliestWord);
        return rather.filter("none"::equals).isPresent()
                ? new Why.Question(word, Optional.empty())
                : why.question(word, rather.map(id -> why.candidate(number(id, "rather"))));
    }

    private static Set<String> parts(Context context) {
        String of = Optional.ofNullable(context.queryParam("of")).orElse("words,heads");
        Set<String> parts = Set.of(of.split(",", -1));
        if (!PARTS.containsAll(parts)) {
            throw new BadRequest("Effects are of words, heads or layers, with commas between them.");
        }
        return parts;
    }

    private static Optional<Why.Removal> removal(Context context) {
        return Optional.ofNullable(context.queryParam("words")).map(name -> switch (name) {
            case "blank" -> Why.Removal.BLANK;
            case "hide" -> Why.Removal.HIDE;
            default -> throw new BadRequest("Words are taken out by words=blank or words=hide.");
        });
    }

    private static Why.Ablation ablation(boolean average) {
        return average ? Why.Ablation.MEAN : Why.Ablation.ZERO;
    }

    private static boolean flag(Context context, String name) {
        String value = Optional.ofNullable(context.queryParam(name)).orElse("false");
        if (!value.equals("true") && !value.equals("false")) {
            throw new BadRequest("The request's " + name + " is neither true nor false.");
        }
        return value.equals("true");
    }

    private static String required(Context context, String name) {
        return Optional.ofNullable(context.queryParam(name))
                .filter(value -> !value.isBlank())
                .orElseThrow(() -> new BadRequest("The request has no " + name + "."));
    }

    private static Optional<Integer> number(Context context, String name) {
        return Optional.ofNullable(context.queryParam(name)).map(value -> number(value, name));
    }

    private static int number(String value, String name) {
        try {
            return Integer.parseUnsignedInt(value);
        } catch (NumberFormatException e) {
            throw new BadRequest("The request's " + name + " is not a whole number.");
        }
    }
}
