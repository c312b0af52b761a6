package dev.headlight.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.pytorch.jni.JniUtils;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.corpus.Quantities.Mass;
import dev.headlight.corpus.Quantities.Part;
import dev.headlight.corpus.Statistics.Count;
import dev.headlight.inspect.HeadPattern;
import dev.headlight.inspect.Inspector;
import dev.headlight.testing.Checkpoints;
import dev.headlight.testing.Golden;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnalyzerTest {
    private static final Cutting LINES = new Cutting(Optional.of(Unit.LINES), Optional.empty(), false);
    private static final Cutting USUAL = new Cutting(Optional.empty(), Optional.empty(), false);
    private static final double TOLERANCE = 2e-5;

    private static Statistics measured(String checkpoint, Cutting cutting, Document... documents) {
        try (Inspector inspector = Inspector.load(checkpoint, Golden.folder(checkpoint))) {
            return new Analyzer(inspector, cutting).measure(List.of(documents), Cancellation.NEVER);
        }
    }

    private static JsonObject golden(String name) throws IOException {
        try (var in = AnalyzerTest.class.getResourceAsStream("/corpus/" + name + ".json")) {
            return JsonParser.parseString(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .getAsJsonObject();
        }
    }

    private static List<String> texts(JsonObject golden) {
        return golden.getAsJsonArray("texts").asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }

    private static void compare(String what, Estimate found, JsonObject expected, String mean, String error) {
        assertThat(found.mean()).as(what).isCloseTo(expected.get(mean).getAsDouble(), within(TOLERANCE));
        if (expected.get(error).isJsonNull()) {
            assertThat(found.error()).as(what).isNaN();
        } else {
            assertThat(found.error()).as(what).isCloseTo(expected.get(error).getAsDouble(), within(TOLERANCE));
        }
        assertThat(found.texts()).as(what).isEqualTo(expected.get("texts").getAsLong());
        if (expected.has("share")) {
            assertThat(found.share()).as(what).isCloseTo(expected.get("share").getAsDouble(), within(1e-9));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert", "gpt2"})
    void numbersAreThoseOfTransformersAndNumpy(String name) throws IOException {
        JsonObject golden = golden(name);
        Document all = new Document("texts", String.join("\n", texts(golden)), false);
        Statistics found = measured(name, LINES, all);
        assertThat(found.count(Count.TEXTS))
                .isEqualTo(golden.getAsJsonArray("texts").size());
        assertThat(found.count(Count.TOKENS)).isEqualTo(golden.get("tokens").getAsLong());
        for (Relation relation : Relation.values()) {
            JsonElement links = golden.getAsJsonObject("links").get(relation.id());
            assertThat(found.links(relation)).as(relation.id()).isEqualTo(links == null ? 0 : links.getAsLong());
        }
        for (JsonElement each : golden.getAsJsonArray("heads")) {
            JsonObject one = each.getAsJsonObject();
            int head = found.heads()
                    .indexOf(new HeadPlace(
                            AttentionKind.SELF,
                            one.get("layer").getAsInt(),
                            one.get("head").getAsInt()));
            String at = name + " " + found.heads().get(head);
            Map<String, JsonElement> patterns = one.getAsJsonObject("patterns").asMap();
            for (HeadPattern pattern : HeadPattern.values()) {
                if (patterns.containsKey(pattern.label())) {
                    compare(
                            at + pattern,
                            found.estimate(head, Quantities.of(pattern)),
                            patterns.get(pattern.label()).getAsJsonObject(),
                            "mean",
                            "error");
                }
            }
            for (int offset = -Quantities.FARTHEST - 1; offset <= Quantities.FARTHEST + 1; offset++) {
                Estimate of = found.estimate(head, Quantities.ofOffset(offset));
                JsonElement expected = one.getAsJsonObject("offsets").get(String.valueOf(offset));
                if (expected == null) {
                    assertThat(of.texts()).isZero();
                } else {
                    compare(at + offset, of, expected.getAsJsonObject(), "mean", "error");
                }
            }
            for (Mass mass : Mass.values()) {
                compare(
                        at + mass,
                        found.estimate(head, Quantities.of(mass)),
                        one.getAsJsonObject("masses").getAsJsonObject(mass.id()),
                        "mean",
                        "error");
            }
            for (Relation relation : Relation.values()) {
                JsonElement expected = one.getAsJsonObject("relations").get(relation.id());
                Estimate difference = found.estimate(head, relation, Part.DIFFERENCE);
                if (expected == null) {
                    assertThat(difference.texts()).as(at + relation).isZero();
                    continue;
                }
                JsonObject of = expected.getAsJsonObject();
                compare(at + relation, difference, of, "difference", "differenceError");
                of.remove("share");
                compare(at + relation, found.estimate(head, relation, Part.WEIGHT), of, "mean", "error");
                compare(at + relation, found.estimate(head, relation, Part.BASELINE), of, "baseline", "baselineError");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bert",
                "gpt2",
                "modernbert",
                "mpnet",
                "bloom",
                "gemma2",
                "esm",
                "qwen3",
                "deberta-v2",
                "nomic_bert",
                "bart",
                "t5"
            })
    void textsThatRunTogetherGiveTheNumbersOfEachAlone(String name) {
        List<String> texts = new ArrayList<>();
        for (String animal : List.of("fox", "dog", "planet", "baby")) {
            texts.add("The quick " + animal + " jumps over the " + animal + ".");
            texts.add("leaves fall in (" + animal + ") autumn");
        }
        try (Inspector inspector = Inspector.load(name, Golden.folder(name))) {
            Analyzer analyzer = new Analyzer(inspector, LINES);
            List<Document> documents = texts.stream()
                    .map(text -> new Document("d" + texts.indexOf(text), text, false))
                    .toList();
            Statistics together = analyzer.measure(documents, Cancellation.NEVER);
            Statistics alone = analyzer.none();
            documents.forEach(each -> alone.add(analyzer.measure(List.of(each), Cancellation.NEVER)));
            assertThat(together.fingerprint()).isEqualTo(alone.fingerprint());
            for (int head = 0; head < together.heads().size(); head++) {
                for (int quantity = 0; quantity < Quantities.COUNT; quantity++) {
                    Estimate one = alone.estimate(head, quantity);
                    Estimate other = together.estimate(head, quantity);
                    assertThat(other.texts()).isEqualTo(one.texts());
                    if (one.texts() > 0) {
                        assertThat(other.mean()).isCloseTo(one.mean(), within(1e-7));
                    }
                }
            }
        }
    }

    @Test
    void numbersAreTheSameToTheLastBitForAnyNumberOfThreads() {
        String text = IntStream.range(0, 3000)
                .mapToObj(i -> "The quick fox (" + i + ") jumps over the" + " lazy".repeat(i % 5) + " dog.\n")
                .collect(Collectors.joining());
        List<Document> documents = List.of(new Document("d", text, false));
        try (Inspector inspector = Inspector.load("bert", Golden.folder("bert"))) {
            Analyzer analyzer = new Analyzer(inspector, LINES);
            int usual = JniUtils.getNumThreads();
            try {
                JniUtils.setNumThreads(1);
                Statistics one = analyzer.measure(documents, Cancellation.NEVER);
                JniUtils.setNumThreads(4);
                Statistics four = analyzer.measure(documents, Cancellation.NEVER);
                assertThat(one.count(Count.TEXTS)).isEqualTo(3000);
                assertThat(four).isEqualTo(one);
            } finally {
                JniUtils.setNumThreads(usual);
            }
        }
    }

    @Test
    void anEncoderDecoderHasAllItsKindsOfAttention() {
        Statistics found = measured("bart", LINES, new Document("d", "leaves fall in autumn\nThis is a test", false));
        assertThat(found.heads())
                .extracting(HeadPlace::kind)
                .contains(AttentionKind.ENCODER, AttentionKind.DECODER, AttentionKind.CROSS);
        int cross = found.heads().indexOf(new HeadPlace(AttentionKind.CROSS, 0, 0));
        assertThat(found.estimate(cross, Quantities.of(HeadPattern.BROAD)).texts())
                .isEqualTo(2);
        assertThat(found.estimate(cross, Quantities.ofOffset(0)).texts()).isZero();
    }

    @Test
    void textsAreNamedByTheLineAndColumnWhereTheyBegin() {
        Document document = new Document("a/b.md", 5, "First one.  Second\none.\n\nThird one.", false);
        Statistics found = measured("bert", USUAL, document);
        assertThat(found.most(0, HeadPattern.BROAD))
                .extracting(shown -> shown.sample().id() + " " + shown.sample().text())
                .containsExactlyInAnyOrder("a/b.md:5:1 First one.", "a/b.md:5:13 Second one.", "a/b.md:8:1 Third one.");
    }

    @Test
    void whatIsTooLongIsCutAtLinesOrWordsAndLosesNothing() {
        String code = "fox int max = left;\n".repeat(40);
        Cutting few = new Cutting(Optional.empty(), Optional.of(24), false);
        Statistics found = measured("bert", few, new Document("A.java", code, true));
        assertThat(found.count(Count.UNPARSED)).isEqualTo(1);
        assertThat(found.most(0, HeadPattern.BROAD))
                .allSatisfy(shown -> assertThat(shown.sample().text())
                        .startsWith("fox int max")
                        .endsWith("left;"));
        assertThat(found.count(Count.TOKENS) - 2 * found.count(Count.TEXTS)).isEqualTo(40 * 6);
    }

    @Test
    void relationsOfCodeAreMeasuredWithinATextOnly() {
        String code = "class A {\n  int left;\n  int max() { return left; }\n}\n";
        Statistics whole = measured("bert", USUAL, new Document("A.java", code, true));
        assertThat(whole.links(Relation.USE_TO_DECLARATION)).isEqualTo(1);
        assertThat(whole.count(Count.UNPARSED)).isZero();
        Statistics lines = measured("bert", LINES, new Document("A.java", code, true));
        assertThat(lines.links(Relation.USE_TO_DECLARATION)).isZero();
    }

    @Test
    void whatHasNoLetterIsNoText() {
        assertThat(measured("bert", LINES, new Document("d", "---\n\n | |\n", false))
                        .count(Count.TEXTS))
                .isZero();
    }

    @Test
    void aModelWithDamagedWeightsIsASentence(@TempDir Path temp) throws IOException {
        Checkpoints.rewrite(Golden.folder("bert"), temp, name -> name);
        Checkpoints.fill(temp, "bert.encoder.layer.1.attention.self.query.weight", Float.NaN);
        try (Inspector inspector = Inspector.load("damaged", temp)) {
            Analyzer analyzer = new Analyzer(inspector, LINES);
            List<Document> documents = List.of(new Document("d", "This is a test", false));
            assertThatThrownBy(() -> analyzer.measure(documents, Cancellation.NEVER))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("NaN or infinity");
        }
    }

    @Test
    void workThatIsNoLongerWantedEnds() {
        try (Inspector inspector = Inspector.load("bert", Golden.folder("bert"))) {
            Analyzer analyzer = new Analyzer(inspector, LINES);
            Cancellation cancelled = () -> {
                throw new CancellationException();
            };
            assertThatThrownBy(() -> analyzer.measure(List.of(new Document("d", "This is", false)), cancelled))
                    .isInstanceOf(CancellationException.class);
        }
    }
}
