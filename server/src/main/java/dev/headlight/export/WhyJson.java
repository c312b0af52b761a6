package dev.headlight.export;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.AttentionKind;
import dev.headlight.inspect.Effect;
import dev.headlight.inspect.HeadEffect;
import dev.headlight.inspect.LayerEffect;
import dev.headlight.inspect.LensRow;
import dev.headlight.inspect.Pairs;
import dev.headlight.inspect.Prediction;
import dev.headlight.inspect.Why;
import dev.headlight.inspect.WhyAnswer;
import dev.headlight.inspect.WhyAnswer.Looked;
import dev.headlight.inspect.WhyAnswer.Looking;
import dev.headlight.inspect.WordEffect;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Why a word stands at a place, as JSON: the same on the command line and over HTTP. docs/http-api.md describes it.
 * Layers, heads and tokens count from 0; effects are in nats.
 */
public final class WhyJson {
    private WhyJson() {}

    /** The question in words, its two words and its quantity. */
    public static JsonObject question(Why.Question question) {
        JsonObject json = new JsonObject();
        json.addProperty("question", WhyAnswer.question(question));
        json.addProperty("quantity", question.quantity());
        json.add("word", candidate(question.word()));
        question.rather().ifPresent(rather -> json.add("rather", candidate(rather)));
        return json;
    }

    /** A word that can be asked about. */
    public static JsonObject candidate(Why.Candidate candidate) {
        JsonObject json = new JsonObject();
        json.addProperty("word", candidate.word());
        json.addProperty("id", candidate.id());
        json.addProperty("probability", candidate.probability());
        return json;
    }

    /** The answer in words. */
    public static String answer(Why.Question question, List<WordEffect> words, List<Looking> heads) {
        Optional<Looking> strongest = heads.stream()
                .max(Comparator.comparingDouble(
                        looking -> looking.head().effect().value()));
        return WhyAnswer.answer(question, words, strongest);
    }

    public static JsonArray words(List<WordEffect> words) {
        return InspectionJson.array(words, WhyJson::word);
    }

    private static JsonObject word(WordEffect word) {
        JsonObject json = new JsonObject();
        json.addProperty("word", word.text());
        json.addProperty("segment", word.segment());
        if (word.span().length() > 0) {
            json.addProperty("start", word.span().start());
            json.addProperty("end", word.span().end());
        }
        json.add("tokens", InspectionJson.array(word.tokens(), JsonPrimitive::new));
        add(json, word.effect());
        json.add("without", names(word.without()));
        return json;
    }

    private static JsonArray names(List<Prediction> predictions) {
        return InspectionJson.array(predictions, prediction -> new JsonPrimitive(prediction.word()));
    }

    private static void add(JsonObject json, Effect effect) {
        json.addProperty("effect", effect.value());
        json.addProperty("p", effect.probability());
        if (!Double.isNaN(effect.rather())) {
            json.addProperty("rather", effect.rather());
        }
    }

    public static JsonArray heads(List<Looking> heads) {
        return InspectionJson.array(heads, WhyJson::head);
    }

    private static JsonObject head(Looking looking) {
        HeadEffect head = looking.head();
        JsonObject json = new JsonObject();
        kind(json, head.kind());
        json.addProperty("layer", head.layer());
        json.addProperty("head", head.head());
        add(json, head.effect());
        looking.pattern().ifPresent(pattern -> json.addProperty("pattern", pattern.label()));
        json.add("looksAt", InspectionJson.array(looking.looksAt(), WhyJson::looked));
        return json;
    }

    private static JsonArray looked(Looked looked) {
        JsonArray pair = new JsonArray();
        pair.add(looked.word());
        pair.add(looked.weight());
        return pair;
    }

    /** Where in a model a number is from: the kind of attention, then the layer, and the head if it is of one. */
    public static JsonArray place(AttentionKind kind, int... numbers) {
        JsonArray place = new JsonArray();
        place.add(kind.id());
        IntStream.of(numbers).forEach(place::add);
        return place;
    }

    private static void kind(JsonObject json, AttentionKind kind) {
        if (kind != AttentionKind.SELF) {
            json.addProperty("attention", kind.id());
        }
    }

    /** What the two parts of a layer do. */
    public static JsonObject layer(LayerEffect layer) {
        JsonObject json = new JsonObject();
        kind(json, layer.kind());
        json.addProperty("layer", layer.layer());
        json.addProperty("attentionEffect", layer.attention().value());
        layer.feedForward().ifPresent(effect -> json.addProperty("feedForwardEffect", effect.value()));
        return json;
    }

    public static JsonArray lens(List<LensRow> rows) {
        return InspectionJson.array(rows, WhyJson::row);
    }

    private static JsonObject row(LensRow row) {
        JsonObject json = new JsonObject();
        json.addProperty("layer", row.layers());
        json.add("top", names(row.top()));
        json.add("chances", InspectionJson.array(row.top(), prediction -> new JsonPrimitive(prediction.probability())));
        json.addProperty("p", row.probability());
        if (!Double.isNaN(row.rather())) {
            json.addProperty("rather", row.rather());
        }
        return json;
    }

    /** What was measured of all sentences of a file. */
    public static JsonObject pairs(String model, List<Pairs.Measured> all) {
        JsonObject json = new JsonObject();
        json.addProperty("model", model);
        json.addProperty("right", all.stream().filter(Pairs.Measured::right).count());
        json.add("quantity", mean(Pairs.quantity(all)));
        json.add("heads", InspectionJson.array(Pairs.heads(all), head -> {
            JsonObject one = mean(head.effect());
            one.addProperty("attention", head.kind().id());
            one.addProperty("layer", head.layer());
            one.addProperty("head", head.head());
            return one;
        }));
        json.add("layers", InspectionJson.array(Pairs.layers(all), layer -> {
            JsonObject one = new JsonObject();
            one.addProperty("kind", layer.kind().id());
            one.addProperty("layer", layer.layer());
            one.add("attention", mean(layer.attention()));
            layer.feedForward().ifPresent(mean -> one.add("feedForward", mean(mean)));
            return one;
        }));
        json.add("places", InspectionJson.array(Pairs.places(all), place -> {
            JsonObject one = mean(place.effect());
            one.addProperty("place", place.place());
            one.addProperty("sentences", place.sentences());
            return one;
        }));
        json.add("sentences", InspectionJson.array(all, WhyJson::sentence));
        return json;
    }

    private static JsonObject mean(Pairs.Mean mean) {
        JsonObject json = new JsonObject();
        json.addProperty("mean", mean.value());
        json.addProperty("standardError", mean.error());
        return json;
    }

    private static JsonObject sentence(Pairs.Measured measured) {
        JsonObject json = new JsonObject();
        json.addProperty("text", measured.pair().text());
        json.addProperty("right", measured.pair().right());
        json.addProperty("wrong", measured.pair().wrong());
        json.addProperty("quantity", measured.quantity());
        measured.strongest().ifPresent(word -> json.addProperty("strongest", word.text()));
        return json;
    }

    /**
     * Sentences with all that was measured: effects of words by their place, of heads, and of the two parts of layers, in
     * the order of kinds of attention, layers and heads.
     */
    public static JsonArray sentences(List<Pairs.Measured> all) {
        return InspectionJson.array(all, measured -> {
            JsonObject json = sentence(measured);
            json.add("words", InspectionJson.array(measured.words(), word -> numbers(word.place(), word.effect())));
            json.add(
                    "heads",
                    InspectionJson.array(
                            measured.heads(),
                            head -> new JsonPrimitive((float) head.effect().value())));
            json.add(
                    "layers",
                    InspectionJson.array(
                            measured.layers(),
                            layer -> numbers(
                                    (float) layer.attention().value(),
                                    layer.feedForward()
                                            .map(effect -> (float) effect.value())
                                            .orElse(0f))));
            return json;
        });
    }

    private static JsonArray numbers(Number first, Number second) {
        JsonArray pair = new JsonArray();
        pair.add(first);
        pair.add(second);
        return pair;
    }
}
