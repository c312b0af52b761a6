package dev.headlight.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.PositionTerm;
import dev.headlight.UserException;
import dev.headlight.imports.AttentionFile;
import dev.headlight.inspect.Heads;
import dev.headlight.inspect.Inspected;
import dev.headlight.inspect.Inspector;
import dev.headlight.inspect.Matrix;
import dev.headlight.inspect.Options;
import dev.headlight.inspect.Request;
import dev.headlight.inspect.Selection;
import dev.headlight.testing.Golden;
import dev.headlight.weights.SafeTensorsFile;
import dev.headlight.weights.SafeTensorsWriter;
import dev.headlight.weights.SafeTensorsWriter.Array;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a file or a page holds of an attention is all that it takes: queries, keys, and what {@link InspectionJson} says of
 * scores give the attention that transformers returns, by the arithmetic that the page does.
 */
class ScoresTest {
    private static final double TOLERANCE = 1e-4;

    @TempDir
    Path temp;

    static Stream<Golden> goldens() {
        return Stream.concat(Golden.all(), Golden.pairs());
    }

    @ParameterizedTest
    @MethodSource("goldens")
    void theSoftmaxOfTheScoresIsTheAttentionOfTransformers(Golden golden) {
        Golden.Case recorded = golden.cases().get(0);
        try (Inspector inspector = Inspector.load(golden.toString(), golden.folder());
                Inspected inspected = inspector.inspect(
                        Request.of(recorded.text(), Optional.ofNullable(recorded.pair())),
                        Options.standard(),
                        Cancellation.NEVER)) {
            assertThat(inspected.inspection().tokens()).hasSameSizeAs(recorded.ids());
            for (JsonElement each : InspectionJson.of(inspected.inspection()).getAsJsonArray("attentions")) {
                compare(each.getAsJsonObject(), inspected, golden);
            }
        }
    }

    private static void compare(JsonObject attention, Inspected inspected, Golden golden) {
        AttentionKind kind =
                AttentionKind.valueOf(attention.get("kind").getAsString().toUpperCase(Locale.ROOT));
        float[] expected = golden.attention(0, kind);
        int at = 0;
        for (int layer = 0; layer < attention.get("layers").getAsInt(); layer++) {
            List<Matrix> queries = inspected.heads().queries(kind, layer);
            List<Matrix> keys = inspected.heads().keys(kind, layer);
            for (int head = 0; head < queries.size(); head++) {
                for (int query = 0; query < queries.get(head).rows(); query++) {
                    double[] weights = weights(
                            attention, layer, head, query, queries.get(head), keys.get(head), inspected.heads());
                    for (double weight : weights) {
                        assertThat(Math.abs(weight - expected[at++]))
                                .as("%s layer %d, head %d, query %d", kind, layer, head, query)
                                .isLessThan(TOLERANCE);
                    }
                }
            }
        }
        assertThat(at).isEqualTo(expected.length);
    }

    /** What is done to scores, and what layers see, is the same in a saved file that is opened again. */
    @ParameterizedTest
    @ValueSource(strings = {"bloom", "deberta-v2", "gemma2", "mpnet", "modernbert", "t5"})
    void aSavedFileHasWhatIsDoneToScores(String model) {
        Path file = temp.resolve("a.safetensors");
        try (Inspector inspector = Inspector.load(model, Golden.folder(model));
                Inspected inspected =
                        inspector.inspect(Request.of("The quick brown fox"), Options.standard(), Cancellation.NEVER)) {
            AttentionSafeTensors.write(file, Export.of(inspected, Selection.all(inspected.inspection())));
            try (Inspected opened = AttentionFile.open(file)) {
                JsonArray saved =
                        InspectionJson.attentions(inspected.inspection().attentions());
                assertThat(InspectionJson.attentions(opened.inspection().attentions()))
                        .isEqualTo(saved);
                assertThat(saved.toString()).containsAnyOf("cap", "bias", "disentangled", "reach");
                for (PositionTerm term :
                        inspected.inspection().attentions().get(0).terms()) {
                    assertThat(opened.heads()
                                    .positions(AttentionKind.SELF, 1, 2, term)
                                    .values())
                            .containsExactly(inspected
                                    .heads()
                                    .positions(AttentionKind.SELF, 1, 2, term)
                                    .values());
                }
            }
        }
    }

    /** Queries and keys alone are not what its scores are of. */
    @Test
    void aFileWithoutTheVectorsForDistancesThatItSpeaksOfIsRefused() throws IOException {
        Path whole = temp.resolve("whole.safetensors");
        Path part = temp.resolve("part.safetensors");
        try (Inspector inspector = Inspector.load("deberta", Golden.folder("deberta"));
                Inspected inspected =
                        inspector.inspect(Request.of("The quick brown fox"), Options.standard(), Cancellation.NEVER)) {
            AttentionSafeTensors.write(whole, Export.of(inspected, Selection.all(inspected.inspection())));
        }
        try (SafeTensorsFile file = SafeTensorsFile.open(whole);
                OutputStream out = Files.newOutputStream(part)) {
            List<String> kept = file.names().stream()
                    .filter(name -> !name.equals("positionQuery"))
                    .toList();
            SafeTensorsWriter writer = new SafeTensorsWriter(
                    out,
                    kept.stream()
                            .map(name -> Array.floats(name, file.shape(name)))
                            .toList(),
                    file.metadata());
            for (String name : kept) {
                byte[] bytes = new byte[(int) file.size(name)];
                file.bytes(name).get(bytes);
                writer.write(bytes);
            }
            writer.finish();
        }
        assertThatThrownBy(() -> AttentionFile.open(part))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("doesn't hold the vectors for distances that its scores have: save it again.");
    }

    private static double[] weights(
            JsonObject attention, int layer, int head, int query, Matrix queries, Matrix keys, Heads heads) {
        double[] weights = new double[keys.rows()];
        double sum = 0;
        for (int key = 0; key < weights.length; key++) {
            if (sees(attention, layer, query, key)) {
                double terms = terms(attention, layer, head, query, key, queries, keys, heads);
                weights[key] = Math.exp(score(attention, head, query, key, queries, keys) + terms);
                sum += weights[key];
            }
        }
        for (int key = 0; key < weights.length; key++) {
            weights[key] /= sum;
        }
        return weights;
    }

    private static boolean sees(JsonObject attention, int layer, int query, int key) {
        JsonElement reach =
                attention.has("reach") ? attention.getAsJsonArray("reach").get(layer) : null;
        boolean near = reach == null || reach.isJsonNull() || Math.abs(query - key) <= reach.getAsInt();
        return near && (key <= query || !attention.get("causal").getAsBoolean());
    }

    /** Of disentangled attention, what the vectors for distances add. */
    private static double terms(
            JsonObject attention, int layer, int head, int query, int key, Matrix queries, Matrix keys, Heads heads) {
        double sum = 0;
        if (attention.has("disentangled")) {
            for (JsonElement id : attention.getAsJsonArray("disentangled")) {
                PositionTerm term = PositionTerm.of(id.getAsString()).orElseThrow();
                Matrix distances = heads.positions(AttentionKind.SELF, layer, head, term);
                int distance = key - query + keys.rows() - 1;
                sum += term == PositionTerm.C2P
                        ? dot(queries, query, distances, distance)
                        : dot(keys, key, distances, distance);
            }
        }
        return sum;
    }

    /** x · y / √d of a row of each. */
    private static double dot(Matrix some, int row, Matrix others, int other) {
        double sum = 0;
        for (int i = 0; i < some.columns(); i++) {
            sum += (double) some.at(row, i) * others.at(other, i);
        }
        return sum / Math.sqrt(some.columns());
    }

    private static double score(JsonObject attention, int head, int query, int key, Matrix queries, Matrix keys) {
        double score = dot(queries, query, keys, key);
        if (attention.has("cap")) {
            double cap = attention.get("cap").getAsDouble();
            score = cap * Math.tanh(score / cap);
        }
        JsonArray bias = attention.getAsJsonArray("bias");
        int place = key - query + keys.rows() - 1;
        return bias == null
                ? score
                : score + bias.get(head).getAsJsonArray().get(place).getAsDouble();
    }
}
