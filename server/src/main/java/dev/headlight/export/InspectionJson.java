package dev.headlight.export;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Blank;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.NamedWord;
import dev.headlight.inspect.Prediction;
import dev.headlight.inspect.Selection;
import dev.headlight.inspect.Together;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;

/** An inspection as JSON; docs/http-api.md describes it. Layers, heads and tokens count from 0, offsets in UTF-16. */
public final class InspectionJson {
    private InspectionJson() {}

    /** An inspection that is open; one of a file that holds only some layers and heads says which. */
    public static JsonObject of(Inspection inspection) {
        JsonObject json = whole(inspection);
        addHashes(json, inspection.origin().weights().now());
        Selection held = inspection.held();
        if (!held.equals(Selection.all(inspection.layers(), inspection.heads()))) {
            add(json, held);
        }
        return json;
    }

    /** What a file says of an inspection, and which of its layers and heads it holds. */
    static JsonObject of(Export export) {
        JsonObject json = whole(export.inspection());
        addHashes(json, export.inspection().origin().weights().soon());
        add(json, export.selection());
        return json;
    }

    private static void addHashes(JsonObject json, Map<String, String> hashes) {
        if (!hashes.isEmpty()) {
            json.add("sha256", hashes(hashes));
        }
    }

    /** Hashes of files, by their names. */
    static JsonObject hashes(Map<String, String> hashes) {
        JsonObject json = new JsonObject();
        hashes.forEach(json::addProperty);
        return json;
    }

    private static void add(JsonObject json, Selection selection) {
        json.add("shownLayers", array(selection.layers(), JsonPrimitive::new));
        json.add("shownHeads", array(selection.heads(), JsonPrimitive::new));
    }

    private static JsonObject whole(Inspection inspection) {
        JsonObject json = new JsonObject();
        json.addProperty("model", inspection.model());
        inspection.origin().revision().ifPresent(revision -> json.addProperty("revision", revision));
        inspection.origin().headlight().ifPresent(version -> json.addProperty("headlight", version));
        json.addProperty("layers", inspection.layers());
        json.addProperty("heads", inspection.heads());
        json.addProperty("headSize", inspection.headSize());
        json.addProperty("causal", inspection.causal());
        json.add("attentions", attentions(inspection.attentions()));
        inspection
                .target()
                .ifPresent(target -> json.addProperty("target", target.name().toLowerCase(Locale.ROOT)));
        inspection.language().ifPresent(language -> json.addProperty("language", language));
        json.addProperty("text", inspection.text());
        inspection.pair().ifPresent(pair -> json.addProperty("pair", pair));
        if (inspection.cleaned()) {
            json.addProperty("cleaned", true);
        }
        if (!inspection.takenOut().isNothing()) {
            json.add("without", WithoutJson.of(inspection.takenOut()));
        }
        json.add("tokens", array(inspection.tokens(), InspectionJson::token));
        json.add("cuts", array(inspection.cuts(), InspectionJson::cut));
        json.add("blanks", array(inspection.blanks(), InspectionJson::blankOfSegment));
        return json;
    }

    static JsonArray attentions(List<AttentionShape> attentions) {
        return array(attentions, InspectionJson::attention);
    }

    private static JsonObject attention(AttentionShape attention) {
        JsonObject json = new JsonObject();
        json.addProperty("kind", attention.kind().id());
        json.addProperty("layers", attention.layers());
        json.add("queries", range(attention.queries()));
        json.add("keys", range(attention.keys()));
        json.addProperty("causal", attention.causal());
        if (attention.reaches().stream().anyMatch(OptionalInt::isPresent)) {
            json.add("reach", array(attention.reaches(), InspectionJson::reach));
        }
        attention.cap().ifPresent(cap -> json.addProperty("cap", cap));
        attention.biases().ifPresent(biases -> json.add("bias", array(biases, InspectionJson::numbers)));
        if (!attention.terms().isEmpty()) {
            json.add("disentangled", array(attention.terms(), term -> new JsonPrimitive(term.id())));
        }
        return json;
    }

    private static JsonArray numbers(float[] values) {
        JsonArray array = new JsonArray();
        for (float value : values) {
            array.add(value);
        }
        return array;
    }

    private static JsonObject range(Span tokens) {
        JsonObject json = new JsonObject();
        json.addProperty("start", tokens.start());
        json.addProperty("end", tokens.end());
        return json;
    }

    private static JsonElement reach(OptionalInt tokens) {
        return tokens.isPresent() ? new JsonPrimitive(tokens.getAsInt()) : JsonNull.INSTANCE;
    }

    /** A blank and its words. */
    public static JsonObject blank(Blank blank) {
        JsonObject json = new JsonObject();
        json.addProperty("start", blank.span().start());
        json.addProperty("end", blank.span().end());
        json.add("predictions", array(blank.predictions(), InspectionJson::prediction));
        return json;
    }

    private static JsonObject blankOfSegment(Blank blank) {
        JsonObject json = blank(blank);
        json.addProperty("segment", blank.segment());
        if (blank.token() >= 0) {
            json.addProperty("token", blank.token());
        }
        return json;
    }

    private static JsonObject prediction(Prediction prediction) {
        JsonObject json = new JsonObject();
        json.addProperty("word", prediction.word());
        json.addProperty("token", prediction.token());
        json.addProperty("id", prediction.id());
        json.addProperty("probability", prediction.probability());
        return json;
    }

    /** A word that was named. */
    public static JsonObject named(NamedWord word) {
        JsonObject json = new JsonObject();
        json.addProperty("word", word.word());
        json.add("tokens", array(word.tokens(), JsonPrimitive::new));
        json.addProperty("probability", word.probability());
        json.addProperty("logProbability", word.logProbability());
        return json;
    }

    /** A text whose blanks were filled together. */
    public static JsonObject together(Together together) {
        JsonObject json = new JsonObject();
        json.addProperty("text", together.text());
        together.pair().ifPresent(pair -> json.addProperty("pair", pair));
        json.addProperty("probability", together.probability());
        json.add("words", array(together.words(), InspectionJson::filled));
        return json;
    }

    private static JsonObject filled(Together.Filled word) {
        JsonObject json = new JsonObject();
        json.addProperty("blank", word.blank());
        json.addProperty("word", word.word());
        json.addProperty("probability", word.probability());
        return json;
    }

    private static JsonObject token(Token token) {
        JsonObject json = new JsonObject();
        json.addProperty("text", token.text());
        if (!token.name().equals(token.text())) {
            json.addProperty("name", token.name());
        }
        json.addProperty("id", token.id());
        json.addProperty("segment", token.segment());
        json.addProperty("type", token.type());
        if (!token.added()) {
            json.addProperty("start", token.span().start());
            json.addProperty("end", token.span().end());
            json.addProperty("word", token.word());
        }
        if (token.special()) {
            json.addProperty("special", true);
        }
        if (token.unknown()) {
            json.addProperty("unknown", true);
        }
        return json;
    }

    private static JsonObject cut(Inspection.Cut cut) {
        JsonObject json = new JsonObject();
        json.addProperty("segment", cut.segment());
        json.addProperty("before", cut.before());
        json.addProperty("shown", cut.shown());
        json.addProperty("after", cut.after());
        return json;
    }

    /** A collection as a JSON array. */
    public static <T> JsonArray array(Collection<T> values, Function<T, ? extends JsonElement> toJson) {
        JsonArray array = new JsonArray();
        values.forEach(value -> array.add(toJson.apply(value)));
        return array;
    }
}
