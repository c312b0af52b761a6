package dev.headlight.export;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.stream.JsonWriter;
import dev.headlight.Release;
import dev.headlight.corpus.Cutting;
import dev.headlight.corpus.Estimate;
import dev.headlight.corpus.HeadPlace;
import dev.headlight.corpus.Quantities;
import dev.headlight.corpus.Quantities.Mass;
import dev.headlight.corpus.Quantities.Part;
import dev.headlight.corpus.Relation;
import dev.headlight.corpus.Result;
import dev.headlight.corpus.Sample;
import dev.headlight.corpus.Shown;
import dev.headlight.corpus.Statistics;
import dev.headlight.corpus.Statistics.Count;
import dev.headlight.export.ParquetTable.Type;
import dev.headlight.inspect.HeadPattern;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What was found in a corpus, as {@code corpus.json} and as two tables; docs/corpus.md describes them. */
public final class CorpusFiles {
    /** The file that is written last: where it is, the others are. */
    public static final String JSON = "corpus.json";

    public static final String HEADS = "heads.parquet";
    public static final String TEXTS = "texts.parquet";

    private static final int VERSION = 1;
    private static final int FARTHEST = Quantities.FARTHEST + 1;

    private CorpusFiles() {}

    /**
     * Writes the files into a folder, which is made if it is missing.
     *
     * @throws dev.headlight.UserException if they can't be written
     */
    public static void write(Path folder, Result result) {
        Map<String, String> metadata = Map.of("headlight", header(result).toString());
        WholeFile.write(folder.resolve(HEADS), out -> heads(result.statistics()).write(out, metadata));
        WholeFile.write(folder.resolve(TEXTS), out -> texts(result.statistics()).write(out, metadata));
        WholeFile.write(folder.resolve(JSON), out -> json(out, result));
    }

    /** What the result is of: the first members of {@code corpus.json}. */
    public static JsonObject header(Result result) {
        JsonObject json = new JsonObject();
        json.addProperty("headlight", "corpus");
        json.addProperty("version", VERSION);
        json.addProperty("by", Release.version());
        json.add("model", model(result.model()));
        json.add("corpus", corpus(result));
        return json;
    }

    /** A model as JSON. */
    public static JsonObject model(Result.Model of) {
        JsonObject json = new JsonObject();
        json.addProperty("name", of.name());
        of.revision().ifPresent(revision -> json.addProperty("revision", revision));
        JsonObject hashes = new JsonObject();
        of.sha256().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(file -> hashes.addProperty(file.getKey(), file.getValue()));
        json.add("sha256", hashes);
        json.addProperty("precision", of.precision().toString());
        json.addProperty("layers", of.layers());
        json.addProperty("heads", of.heads());
        return json;
    }

    /** How texts are cut, as JSON. */
    public static JsonObject options(Cutting of) {
        JsonObject json = new JsonObject();
        json.addProperty("unit", of.unit().map(unit -> unit.id()).orElse("usual"));
        of.mostTokens().ifPresent(most -> json.addProperty("mostTokens", most));
        if (of.code()) {
            json.addProperty("code", true);
        }
        return json;
    }

    private static JsonObject corpus(Result result) {
        Statistics statistics = result.statistics();
        JsonObject json = new JsonObject();
        json.addProperty("source", result.source());
        options(result.cutting()).entrySet().forEach(option -> json.add(option.getKey(), option.getValue()));
        json.addProperty("documents", statistics.count(Count.DOCUMENTS));
        json.addProperty("texts", statistics.count(Count.TEXTS));
        json.addProperty("tokens", statistics.count(Count.TOKENS));
        json.addProperty("unparsed", statistics.count(Count.UNPARSED));
        json.addProperty("fingerprint", statistics.fingerprint());
        return json;
    }

    private static void json(OutputStream out, Result result) throws IOException {
        Gson gson = new GsonBuilder().serializeNulls().create();
        Statistics statistics = result.statistics();
        JsonWriter json = new JsonWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        json.beginObject();
        for (Map.Entry<String, JsonElement> member : header(result).entrySet()) {
            gson.toJson(member.getValue(), json.name(member.getKey()));
        }
        gson.toJson(InspectionJson.array(List.of(HeadPattern.values()), CorpusFiles::pattern), json.name("patterns"));
        gson.toJson(
                InspectionJson.array(List.of(Mass.values()), mass -> new JsonPrimitive(mass.id())),
                json.name("masses"));
        gson.toJson(
                InspectionJson.array(List.of(Relation.values()), relation -> relation(relation, statistics)),
                json.name("relations"));
        Map<Sample, Integer> numbers = new LinkedHashMap<>();
        json.name("heads").beginArray();
        for (int head = 0; head < statistics.heads().size(); head++) {
            gson.toJson(head(statistics, head, numbers), json);
        }
        json.endArray();
        json.name("texts").beginArray();
        for (Sample sample : numbers.keySet()) {
            JsonObject text = new JsonObject();
            text.addProperty("id", sample.id());
            text.addProperty("text", sample.text());
            gson.toJson(text, json);
        }
        json.endArray();
        json.endObject();
        json.flush();
    }

    private static JsonObject pattern(HeadPattern pattern) {
        JsonObject json = new JsonObject();
        json.addProperty("label", pattern.label());
        json.addProperty("threshold", pattern.threshold());
        return json;
    }

    private static JsonObject relation(Relation relation, Statistics statistics) {
        JsonObject json = new JsonObject();
        json.addProperty("id", relation.id());
        json.addProperty("label", relation.label());
        json.addProperty("links", statistics.links(relation));
        return json;
    }

    private static JsonObject head(Statistics statistics, int head, Map<Sample, Integer> numbers) {
        HeadPlace place = statistics.heads().get(head);
        JsonObject json = new JsonObject();
        json.addProperty("kind", place.kind().id());
        json.addProperty("layer", place.layer());
        json.addProperty("head", place.head());
        json.add("patterns", InspectionJson.array(List.of(HeadPattern.values()), pattern -> {
            Estimate estimate = statistics.estimate(head, Quantities.of(pattern));
            return estimate.texts() == 0
                    ? JsonNull.INSTANCE
                    : listed(estimate(estimate), statistics.most(head, pattern), numbers);
        }));
        List<Estimate> offsets = IntStream.rangeClosed(-FARTHEST, FARTHEST)
                .mapToObj(offset -> statistics.estimate(head, Quantities.ofOffset(offset)))
                .toList();
        JsonObject profile = new JsonObject();
        profile.add("mean", InspectionJson.array(offsets, offset -> number(offset.mean())));
        profile.add("error", InspectionJson.array(offsets, offset -> number(offset.error())));
        json.add("offsets", profile);
        json.add("masses", InspectionJson.array(List.of(Mass.values()), mass -> {
            Estimate estimate = statistics.estimate(head, Quantities.of(mass));
            JsonObject one = new JsonObject();
            one.add("mean", number(estimate.mean()));
            one.add("error", number(estimate.error()));
            return one;
        }));
        json.add("relations", InspectionJson.array(List.of(Relation.values()), relation -> {
            Estimate weight = statistics.estimate(head, relation, Part.WEIGHT);
            return weight.texts() == 0
                    ? JsonNull.INSTANCE
                    : listed(relation(statistics, head, relation), statistics.most(head, relation), numbers);
        }));
        return json;
    }

    private static JsonObject estimate(Estimate estimate) {
        JsonObject json = new JsonObject();
        json.add("mean", number(estimate.mean()));
        json.add("error", number(estimate.error()));
        json.add("share", number(estimate.share()));
        json.addProperty("texts", estimate.texts());
        return json;
    }

    private static JsonObject relation(Statistics statistics, int head, Relation relation) {
        Estimate weight = statistics.estimate(head, relation, Part.WEIGHT);
        Estimate baseline = statistics.estimate(head, relation, Part.BASELINE);
        Estimate difference = statistics.estimate(head, relation, Part.DIFFERENCE);
        JsonObject json = new JsonObject();
        json.add("mean", number(weight.mean()));
        json.add("error", number(weight.error()));
        json.add("baseline", number(baseline.mean()));
        json.add("baselineError", number(baseline.error()));
        json.add("difference", number(difference.mean()));
        json.add("differenceError", number(difference.error()));
        json.add("share", number(difference.share()));
        json.addProperty("texts", weight.texts());
        return json;
    }

    private static JsonElement number(double value) {
        return Double.isNaN(value) ? JsonNull.INSTANCE : new JsonPrimitive(value);
    }

    /** With the texts that show it most: pairs of a text's number and its value. */
    private static JsonObject listed(JsonObject json, List<Shown> most, Map<Sample, Integer> numbers) {
        json.add("most", InspectionJson.array(most, shown -> {
            JsonArray one = new JsonArray();
            Integer next = numbers.size();
            Integer known = numbers.putIfAbsent(shown.sample(), next);
            one.add(known == null ? next : known);
            one.add(shown.value());
            return one;
        }));
        return json;
    }

    /** What is measured, for a table: its group and its name in that. */
    private record Named(String group, String name, int quantity) {}

    private static List<Named> plain() {
        return Stream.of(
                        Stream.of(HeadPattern.values())
                                .map(pattern -> new Named("pattern", pattern.label(), Quantities.of(pattern))),
                        IntStream.rangeClosed(-FARTHEST, FARTHEST)
                                .mapToObj(offset -> new Named("offset", offset(offset), Quantities.ofOffset(offset))),
                        Stream.of(Mass.values()).map(mass -> new Named("mass", mass.id(), Quantities.of(mass))))
                .flatMap(named -> named)
                .toList();
    }

    private static String offset(int offset) {
        return Math.abs(offset) < FARTHEST
                ? String.valueOf(offset)
                : offset < 0 ? "<-" + Quantities.FARTHEST : ">" + Quantities.FARTHEST;
    }

    private static ParquetTable heads(Statistics statistics) {
        ParquetTable table = places().column("mean", Type.DOUBLE)
                .column("error", Type.DOUBLE)
                .column("share", Type.DOUBLE)
                .column("texts", Type.INT64)
                .column("baseline", Type.DOUBLE)
                .column("baseline_error", Type.DOUBLE)
                .column("difference", Type.DOUBLE)
                .column("difference_error", Type.DOUBLE);
        List<Named> plain = plain();
        for (int head = 0; head < statistics.heads().size(); head++) {
            HeadPlace at = statistics.heads().get(head);
            for (Named named : plain) {
                Estimate of = statistics.estimate(head, named.quantity());
                Double share = named.group().equals("pattern") ? of.share() : null;
                table.row(
                        at.kind().id(),
                        at.layer(),
                        at.head(),
                        named.group(),
                        named.name(),
                        of.mean(),
                        of.error(),
                        share,
                        of.texts(),
                        null,
                        null,
                        null,
                        null);
            }
            for (Relation relation : Relation.values()) {
                Estimate weight = statistics.estimate(head, relation, Part.WEIGHT);
                Estimate baseline = statistics.estimate(head, relation, Part.BASELINE);
                Estimate difference = statistics.estimate(head, relation, Part.DIFFERENCE);
                table.row(
                        at.kind().id(),
                        at.layer(),
                        at.head(),
                        "relation",
                        relation.id(),
                        weight.mean(),
                        weight.error(),
                        difference.share(),
                        weight.texts(),
                        baseline.mean(),
                        baseline.error(),
                        difference.mean(),
                        difference.error());
            }
        }
        return table;
    }

    private static ParquetTable texts(Statistics statistics) {
        ParquetTable table = places().column("rank", Type.INT32)
                .column("value", Type.DOUBLE)
                .column("id", Type.TEXT)
                .column("text", Type.TEXT);
        for (int head = 0; head < statistics.heads().size(); head++) {
            HeadPlace at = statistics.heads().get(head);
            for (HeadPattern pattern : HeadPattern.values()) {
                texts(table, at, "pattern", pattern.label(), statistics.most(head, pattern));
            }
            for (Relation relation : Relation.values()) {
                texts(table, at, "relation", relation.id(), statistics.most(head, relation));
            }
        }
        return table;
    }

    private static void texts(ParquetTable table, HeadPlace at, String group, String name, List<Shown> most) {
        for (int rank = 0; rank < most.size(); rank++) {
            Shown shown = most.get(rank);
            table.row(
                    at.kind().id(),
                    at.layer(),
                    at.head(),
                    group,
                    name,
                    rank,
                    shown.value(),
                    shown.sample().id(),
                    shown.sample().text());
        }
    }

    private static ParquetTable places() {
        return new ParquetTable()
                .column("kind", Type.TEXT)
                .column("layer", Type.INT32)
                .column("head", Type.INT32)
                .column("group", Type.TEXT)
                .column("name", Type.TEXT);
    }
}
