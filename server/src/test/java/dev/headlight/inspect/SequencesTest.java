package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.OutOfRangeException;
import dev.headlight.inspect.Inspection.Target;
import dev.headlight.testing.Golden;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.api.recursive.comparison.RecursiveComparisonConfiguration;
import org.assertj.core.util.DoubleComparator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is found out by an encoder-decoder. */
class SequencesTest {
    private static final Golden GOLDEN = Golden.of("bart");
    private static final Options RAW = new Options(5, true);
    private static Inspector inspector;

    @BeforeAll
    static void load() {
        inspector = Inspector.load("bart", GOLDEN.folder());
    }

    @AfterAll
    static void close() {
        inspector.close();
    }

    private static Inspected inspect(String text, String pair) {
        return inspector.inspect(Request.of(text, Optional.ofNullable(pair)), RAW, Cancellation.NEVER);
    }

    private static Target target(Inspected inspected) {
        return inspected.inspection().target().orElseThrow();
    }

    private static int source(Inspected inspected) {
        return inspected.heads().shape(AttentionKind.CROSS).keys().end();
    }

    @ParameterizedTest
    @MethodSource("dev.headlight.testing.Golden#pairs")
    void tokensAndPredictionsOfEachFamilyEqualTheRecordedOnes(Golden golden) {
        try (Inspector of = Inspector.load(golden.toString(), golden.folder())) {
            for (Golden.Case recorded : golden.cases()) {
                if (recorded.predictions().isEmpty()) {
                    continue; // the model writes
                }
                Request request = Request.of(recorded.text(), Optional.ofNullable(recorded.pair()));
                List<Blank> predicted = of.predict(request, RAW, Cancellation.NEVER);
                try (Inspected inspected = of.inspect(request, RAW, Cancellation.NEVER)) {
                    Inspection inspection = inspected.inspection();
                    assertThat(inspection.tokens()).extracting(Token::id).isEqualTo(recorded.ids());
                    assertThat(inspection.tokens()).extracting(Token::segment).isEqualTo(recorded.tokenTypes());
                    Target blanks = recorded.ids().size() > 2 * source(inspected) - 1 ? Target.SAME : Target.BLANKS;
                    assertThat(target(inspected)).isEqualTo(recorded.pair() == null ? blanks : Target.GIVEN);
                    assertThat(inspection.blanks()).hasSameSizeAs(recorded.predictions());
                    for (int i = 0; i < inspection.blanks().size(); i++) {
                        Golden.Prediction expected = recorded.predictions().get(i);
                        assertThat(inspection.blanks().get(i).token()).isEqualTo(expected.position());
                        for (Blank blank : List.of(inspection.blanks().get(i), predicted.get(i))) {
                            assertThat(blank.predictions())
                                    .extracting(Prediction::id)
                                    .isEqualTo(expected.ids());
                            assertThat(blank.predictions().get(0).probability())
                                    .isCloseTo(expected.probabilities().get(0), within(1e-5));
                        }
                    }
                }
            }
        }
    }

    @Test
    void tokensBlanksAndAttentionEqualTheRecordedOnes() {
        for (int number = 0; number < GOLDEN.cases().size(); number++) {
            Golden.Case recorded = GOLDEN.cases().get(number);
            if (recorded.pair() == null && recorded.predictions().isEmpty()) {
                continue; // the target was the text; now it is what the model writes
            }
            try (Inspected inspected = inspect(recorded.text(), recorded.pair())) {
                Inspection inspection = inspected.inspection();
                assertThat(inspection.tokens()).extracting(Token::id).isEqualTo(recorded.ids());
                assertThat(inspection.tokens()).extracting(Token::segment).isEqualTo(recorded.tokenTypes());
                assertThat(target(inspected)).isEqualTo(recorded.pair() == null ? Target.SAME : Target.GIVEN);
                assertThat(inspection.blanks())
                        .hasSameSizeAs(recorded.predictions())
                        .allMatch(blank -> blank.segment() == 0);
                for (int blank = 0; blank < inspection.blanks().size(); blank++) {
                    List<Prediction> words = inspection.blanks().get(blank).predictions();
                    Golden.Prediction expected = recorded.predictions().get(blank);
                    assertThat(words).extracting(Prediction::id).isEqualTo(expected.ids());
                    assertThat(words.get(0).probability())
                            .isCloseTo(expected.probabilities().get(0), within(1e-4));
                }
                float[] cross = GOLDEN.array(number, "cross");
                Matrix head = inspected.heads().head(AttentionKind.CROSS, 1, 3);
                int start = (1 * 4 + 3) * head.values().length;
                IntStream.range(0, head.values().length)
                        .forEach(i -> assertThat(head.values()[i]).isCloseTo(cross[start + i], within(1e-4f)));
            }
        }
    }

    @Test
    void withoutTargetAndBlanksTheModelGeneratesATarget() {
        Golden.Case recorded = GOLDEN.cases().get(1);
        String written = inspector
                .write(Request.of(recorded.text()), Inspector.LONGEST_ANSWER, piece -> {}, Cancellation.NEVER)
                .orElseThrow()
                .strip();
        try (Inspected inspected = inspect(recorded.text(), null);
                Inspected given = inspect(recorded.text(), written)) {
            assertThat(target(inspected)).isEqualTo(Target.WRITTEN);
            assertThat(inspected.inspection().pair()).contains(written);
            assertThat(inspected.inspection().tokens())
                    .isEqualTo(given.inspection().tokens());
            assertThat(inspected.heads().layer(AttentionKind.DECODER, 1).get(2).values())
                    .containsExactly(
                            given.heads().layer(AttentionKind.DECODER, 1).get(2).values());
        }
    }

    @Test
    void aTargetBlankIsPredictedFromThePositionBeforeIt() {
        String source = "The quick brown fox jumps";
        try (Inspected inspected = inspect(source, "The quick <mask> fox")) {
            Blank blank = inspected.inspection().blanks().get(0);
            assertThat(blank.segment()).isEqualTo(1);
            assertThat(blank.span().of("The quick <mask> fox")).isEqualTo("<mask>");
            // the decoder has read neither the mask nor anything after it when it predicts the word
            try (Inspected shorter = inspect(source, "The quick <mask>")) {
                assertThat(shorter.inspection()
                                .blanks()
                                .get(0)
                                .predictions()
                                .get(0)
                                .id())
                        .isEqualTo(blank.predictions().get(0).id());
            }
            assertThat(inspector.predict(
                            Request.of(source, Optional.of("The quick <mask> fox")), RAW, Cancellation.NEVER))
                    .usingRecursiveFieldByFieldElementComparator(RecursiveComparisonConfiguration.builder()
                            .withIgnoredFields("token") // of an inspection only
                            .withComparatorForType(new DoubleComparator(1e-6), Double.class) // rounded otherwise
                            .build())
                    .isEqualTo(inspected.inspection().blanks());
        }
    }

    @Test
    void theDecoderPredictsAlternativesAndSourceBlanks() {
        Golden.Case recorded = GOLDEN.cases().get(0);
        List<Blank> blanks = inspector.predict(Request.of(recorded.text()), RAW, Cancellation.NEVER);
        assertThat(blanks.get(0).predictions())
                .extracting(Prediction::id)
                .isEqualTo(recorded.predictions().get(0).ids());
        int at = recorded.text().indexOf("person");
        Request other =
                new Request("A person who", Optional.empty(), Optional.of(new Span(at, at + "person".length())));
        assertThat(inspector.predict(other, RAW, Cancellation.NEVER)).hasSize(1);
        assertThat(inspector.predict(Request.of("No blank"), RAW, Cancellation.NEVER))
                .isEmpty();
    }

    @Test
    void patternsAreMeasuredInEachAttention() {
        try (Inspected inspected = inspect("The fox saw the dog .", "the dog saw the fox .")) {
            Overview ofCross = inspected.heads().overview(AttentionKind.CROSS, Cancellation.NEVER);
            Matrix attention = inspected.heads().head(AttentionKind.CROSS, 0, 1);
            double toFirst = 0;
            for (int query = 0; query < attention.rows(); query++) {
                toFirst += attention.at(query, 0) / attention.rows();
            }
            HeadPatterns cross = ofCross.patterns().get(0).get(1);
            assertThat(cross.measures().get(HeadPattern.FIRST_TOKEN)).isCloseTo(toFirst, within(1e-6));
            assertThat(cross.measures()).containsKeys(HeadPattern.SAME_WORD, HeadPattern.BROAD, HeadPattern.SEPARATOR);
            assertThat(cross.measures()).doesNotContainKeys(HeadPattern.PREVIOUS_TOKEN, HeadPattern.OTHER_SENTENCE);
            assertThat(List.of(ofCross.rows(), ofCross.columns()))
                    .containsExactly(attention.rows(), attention.columns());
            Overview ofDecoder = inspected.heads().overview(AttentionKind.DECODER, Cancellation.NEVER);
            Matrix own = inspected.heads().head(AttentionKind.DECODER, 0, 1);
            double before = 0;
            for (int query = 1; query < own.rows(); query++) {
                before += own.at(query, query - 1) / (own.rows() - 1);
            }
            assertThat(ofDecoder.patterns()).hasSize(2);
            HeadPatterns decoder = ofDecoder.patterns().get(0).get(1);
            assertThat(decoder.measures().get(HeadPattern.PREVIOUS_TOKEN)).isCloseTo(before, within(1e-6));
            assertThat(decoder.measures()).doesNotContainKey(HeadPattern.NEXT_TOKEN);
        }
    }

    @Test
    void eachAttentionHasItsOwnTokens() {
        try (Inspected inspected = inspect("The fox saw the dog .", "the dog")) {
            Heads heads = inspected.heads();
            int source = source(inspected);
            int all = inspected.inspection().tokens().size();
            assertThat(inspected.inspection().attentions())
                    .extracting(
                            AttentionShape::kind, AttentionShape::queries, AttentionShape::keys, AttentionShape::layers)
                    .containsExactly(
                            tuple(AttentionKind.ENCODER, new Span(0, source), new Span(0, source), 3),
                            tuple(AttentionKind.DECODER, new Span(source, all), new Span(source, all), 2),
                            tuple(AttentionKind.CROSS, new Span(source, all), new Span(0, source), 2));
            Matrix cross = heads.head(AttentionKind.CROSS, 1, 2);
            assertThat(heads.from(AttentionKind.CROSS, 1, source + 1).at(2, 3))
                    .isEqualTo(cross.at(1, 3), within(1e-6f));
            assertThat(heads.to(AttentionKind.CROSS, 1, 3).at(2, 1)).isEqualTo(cross.at(1, 3), within(1e-6f));
            assertThatThrownBy(() -> heads.from(AttentionKind.CROSS, 1, 3))
                    .isInstanceOf(OutOfRangeException.class)
                    .hasMessage("token 3");
            assertThatThrownBy(() -> heads.layer(AttentionKind.DECODER, 2)).isInstanceOf(OutOfRangeException.class);
            assertThatThrownBy(() -> heads.layer(AttentionKind.SELF, 0)).isInstanceOf(OutOfRangeException.class);
        }
    }

    @Test
    void aLongTextIsCutSoThatItsTargetFitsToo() {
        String text = "The quick brown fox jumps over the lazy dog. ".repeat(30) + "The <mask> fox. "
                + "The end. ".repeat(60);
        try (Inspected inspected = inspect(text, null)) {
            Inspection inspection = inspected.inspection();
            assertThat(inspection.tokens()).hasSizeLessThanOrEqualTo(160).hasSizeGreaterThan(120);
            assertThat(inspection.cuts()).hasSize(1);
            assertThat(inspection.blanks()).hasSize(1);
            assertThat(source(inspected) * 2).isEqualTo(inspection.tokens().size());
        }
        try (Inspected inspected = inspect("The quick brown fox. ".repeat(60), null)) {
            assertThat(inspected.inspection().tokens()).hasSizeLessThanOrEqualTo(160);
            assertThat(target(inspected)).isEqualTo(Target.WRITTEN);
        }
    }
}
