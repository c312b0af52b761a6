package dev.headlight.imports;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.headlight.AttentionKind;
import dev.headlight.PositionTerm;
import dev.headlight.inspect.AttentionShape;
import dev.headlight.inspect.Blank;
import dev.headlight.inspect.Inspection;
import dev.headlight.inspect.Prediction;
import dev.headlight.inspect.Selection;
import dev.headlight.inspect.TakenOut;
import dev.headlight.model.Dimensions;
import dev.headlight.model.DistanceBias;
import dev.headlight.model.Mask;
import dev.headlight.model.Scores;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Reads an inspection that Headlight saved, as {@code InspectionJson} writes it. */
final class SavedInspection {
    private final ArrayFile file;
    private final JsonObject json;

    private SavedInspection(ArrayFile file, JsonObject json) {
        this.file = file;
        this.json = json;
    }

    /**
     * The inspection of a file; empty if Headlight didn't save it.
     *
     * @throws dev.headlight.UserException if it is damaged
     */
    static Optional<Inspection> of(ArrayFile file, Map<AttentionKind, FileAttention> attentions) {
        JsonObject json = new JsonObject();
        if (file.notes().get("inspection") instanceof JsonObject saved) {
            json = saved;
        } else {
            file.notes().forEach(json::add);
        }
        if (!(json.get("attentions") instanceof JsonArray) || !(json.get("headSize") instanceof JsonElement)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SavedInspection(file, json).read(attentions));
        } catch (ClassCastException
                | IllegalStateException
                | IllegalArgumentException
                | UnsupportedOperationException
                | NullPointerException
                | IndexOutOfBoundsException e) {
            throw file.error("is damaged: what it says of its tokens can't be read; save it again.");
        }
    }

    private Inspection read(Map<AttentionKind, FileAttention> attentions) {
        int layers = within(json.get("layers"), AttentionFile.MOST_LAYERS);
        int heads = within(json.get("heads"), AttentionFile.MOST_HEADS);
        Selection held = new Selection(held("shownLayers", "layers", layers), held("shownHeads", "heads", heads));
        List<AttentionShape> shapes = each("attentions", shape -> shape(shape, layers));
        boolean whole = shapes.stream().allMatch(shape -> {
            FileAttention arrays = attentions.get(shape.kind());
            return arrays != null
                    && arrays.layers() == held.layersOf(shape).size()
                    && arrays.heads() == held.heads().size()
                    && arrays.queries() == shape.queries().length()
                    && arrays.keys() == shape.keys().length();
        });
        if (!whole || attentions.size() != shapes.size()) {
            throw file.error("doesn't hold the layers and heads that it says: save it again.");
        }
        boolean vectors = attentions.values().stream().allMatch(arrays -> arrays.headSize() > 0);
        boolean positions = shapes.stream()
                .allMatch(shape ->
                        attentions.get(shape.kind()).positions().keySet().containsAll(shape.terms()));
        if (vectors && !positions) {
            throw file.error("doesn't hold the vectors for distances that its scores have: save it again.");
        }
        Inspection inspection = new Inspection(
                json.get("model").getAsString(),
                SavedOrigin.of(file, json.asMap()),
                layers,
                heads,
                vectors ? json.get("headSize").getAsInt() : 0,
                shapes,
                json.get("text").getAsString(),
                Optional.ofNullable(json.get("pair")).map(JsonElement::getAsString),
                each("tokens", SavedInspection::token),
                each("cuts", SavedInspection::cut),
                each("blanks", SavedInspection::blank),
                Optional.ofNullable(json.get("target"))
                        .map(target ->
                                Inspection.Target.valueOf(target.getAsString().toUpperCase(Locale.ROOT))),
                Optional.ofNullable(json.get("language")).map(JsonElement::getAsString),
                json.has("cleaned"),
                json.has("without") ? SavedWithout.read(json.getAsJsonObject("without")) : TakenOut.NOTHING,
                held);
        check(inspection);
        return inspection;
    }

    private static int within(JsonElement number, int most) {
        int value = number.getAsInt();
        require(value > 0 && value <= most);
        return value;
    }

    /**
     * The layers or heads of which the file has arrays.
     *
     * @param name what the inspection calls them
     * @param note what files of safetensors called them before, in their metadata
     * @param count how many the model has
     */
    private List<Integer> held(String name, String note, int count) {
        JsonElement listed = json.has(name) ? json.get(name) : file.notes().get(note);
        if (!(listed instanceof JsonArray)) {
            return IntStream.range(0, count).boxed().toList();
        }
        List<Integer> held = listed.getAsJsonArray().asList().stream()
                .map(JsonElement::getAsInt)
                .toList();
        require(!held.isEmpty()
                && held.get(0) >= 0
                && held.get(held.size() - 1) < count
                && held.equals(held.stream().distinct().sorted().toList()));
        return held;
    }

    /** Everything lies within the texts and tokens. */
    private static void check(Inspection inspection) {
        int tokens = inspection.tokens().size();
        for (AttentionShape shape : inspection.attentions()) {
            require(shape.queries().end() <= tokens && shape.keys().end() <= tokens);
        }
        inspection.takenOut().require(inspection);
        for (Token token : inspection.tokens()) {
            require(token.segment() == 0
                    || token.segment() == 1 && inspection.pair().isPresent());
            if (!token.added()) {
                inspection.asWritten(token);
            }
        }
        for (Blank blank : inspection.blanks()) {
            require(blank.token() < tokens);
            require(blank.segment() == 0 || inspection.pair().isPresent());
            blank.span()
                    .of(
                            blank.segment() == 0
                                    ? inspection.text()
                                    : inspection.pair().orElseThrow());
        }
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException("out of range");
        }
    }

    private <T> List<T> each(String name, Function<JsonObject, T> read) {
        List<T> all = new ArrayList<>();
        json.getAsJsonArray(name).forEach(element -> all.add(read.apply(element.getAsJsonObject())));
        return all;
    }

    private AttentionShape shape(JsonObject shape, int most) {
        boolean causal = shape.get("causal").getAsBoolean();
        int layers = within(shape.get("layers"), most);
        JsonArray reaches = shape.has("reach") ? shape.getAsJsonArray("reach") : null;
        require(reaches == null || reaches.size() == layers);
        List<Mask> masks = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            boolean all = reaches == null || reaches.get(layer).isJsonNull();
            int reach = all ? Integer.MAX_VALUE : reaches.get(layer).getAsInt();
            require(reach >= 0);
            masks.add(new Mask(causal, reach));
        }
        Span keys = span(shape.getAsJsonObject("keys"));
        return new AttentionShape(
                AttentionKind.of(shape.get("kind").getAsString()).orElseThrow(IllegalArgumentException::new),
                span(shape.getAsJsonObject("queries")),
                keys,
                masks,
                scores(shape, keys.length()));
    }

    private Scores scores(JsonObject shape, int tokens) {
        double cap = shape.has("cap") ? shape.get("cap").getAsDouble() : 0;
        require(cap >= 0 && cap < Double.POSITIVE_INFINITY);
        List<PositionTerm> terms = new ArrayList<>();
        if (shape.has("disentangled")) {
            shape.getAsJsonArray("disentangled")
                    .forEach(term ->
                            terms.add(PositionTerm.of(term.getAsString()).orElseThrow(IllegalArgumentException::new)));
        }
        if (!shape.has("bias")) {
            return new Scores(cap, null, terms);
        }
        require(tokens > 0 && tokens <= Dimensions.MOST_TOKENS);
        JsonArray heads = shape.getAsJsonArray("bias");
        int width = 2 * tokens - 1;
        require(heads.size() == json.get("heads").getAsInt());
        float[] values = new float[heads.size() * width];
        for (int i = 0; i < values.length; i++) {
            JsonArray ofHead = heads.get(i / width).getAsJsonArray();
            require(ofHead.size() == width);
            values[i] = ofHead.get(i % width).getAsFloat();
            require(Float.isFinite(values[i]));
        }
        return new Scores(cap, new DistanceBias(tokens, values), terms);
    }

    private static Span span(JsonObject span) {
        return new Span(span.get("start").getAsInt(), span.get("end").getAsInt());
    }

    private static Token token(JsonObject token) {
        String text = token.get("text").getAsString();
        return new Token(
                token.get("id").getAsInt(),
                text,
                token.has("name") ? token.get("name").getAsString() : text,
                token.has("start") ? span(token) : null,
                token.get("segment").getAsInt(),
                token.get("type").getAsInt(),
                token.has("word") ? token.get("word").getAsInt() : -1,
                token.has("special"));
    }

    private static Inspection.Cut cut(JsonObject cut) {
        return new Inspection.Cut(
                cut.get("segment").getAsInt(),
                cut.get("before").getAsInt(),
                cut.get("shown").getAsInt(),
                cut.get("after").getAsInt());
    }

    private static Blank blank(JsonObject blank) {
        List<Prediction> predictions = new ArrayList<>();
        for (JsonElement element : blank.getAsJsonArray("predictions")) {
            JsonObject word = element.getAsJsonObject();
            predictions.add(new Prediction(
                    word.get("word").getAsString(),
                    word.get("token").getAsString(),
                    word.get("id").getAsInt(),
                    word.get("probability").getAsDouble()));
        }
        return new Blank(
                blank.get("segment").getAsInt(),
                span(blank),
                predictions,
                blank.has("token") ? blank.get("token").getAsInt() : -1);
    }
}
