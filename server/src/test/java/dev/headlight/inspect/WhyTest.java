package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import dev.headlight.AttentionKind;
import dev.headlight.Cancellation;
import dev.headlight.OutOfRangeException;
import dev.headlight.UserException;
import dev.headlight.hub.Hub;
import dev.headlight.testing.Golden;
import dev.headlight.text.Span;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link Why} on the embedded model, compared with transformers (why.py). */
@Tag("slow")
class WhyTest {
    private static final String KEYS = "The keys to the cabinet [MASK] on the table.";
    private static Inspector embedded;

    @BeforeAll
    static void load() {
        embedded = Inspector.load("embedded", Hub.locate(Hub.EMBEDDED));
    }

    @AfterAll
    static void close() {
        embedded.close();
    }

    /** What why.py prints. */
    private record Recorded(double quantity, List<Word> words, List<HeadOf> heads, List<Row> lens) {
        static Recorded of(String name) {
            try (Reader json = new InputStreamReader(
                    WhyTest.class.getResourceAsStream("/why/" + name + ".json"), StandardCharsets.UTF_8)) {
                return new Gson().fromJson(json, Recorded.class);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private record Word(String token, double blanked, double hidden) {}

    private record HeadOf(int layer, int head, double zero, double mean) {}

    private record Row(double p) {}

    private interface Check {
        void run(Why why, Inspected inspected);
    }

    private static void ask(Inspector inspector, String text, Check check) {
        Request request = Request.of(text);
        try (Inspected inspected = inspector.inspect(request, Options.standard(), Cancellation.NEVER);
                Why why = inspector.why(request, Options.standard(), inspected.inspection(), 0, Cancellation.NEVER)) {
            check.run(why, inspected);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    agreement | The keys to the cabinet [MASK] on the table. | were   | was
                    capital   | Paris is the capital of [MASK].              | France | England
                    tea       | They made a cup of [MASK].                   | tea    |
                    """)
    void wordsHeadsAndLensEqualThoseOfTransformers(String name, String text, String word, String rather) {
        Recorded recorded = Recorded.of(name);
        ask(embedded, text, (why, inspected) -> {
            Why.Question question = new Why.Question(
                    why.candidate(word), Optional.ofNullable(rather).map(why::candidate));
            assertThat(question.quantity()).isCloseTo(recorded.quantity(), within(1e-4));
            for (Why.Removal removal : Why.Removal.values()) {
                for (WordEffect effect : why.words(question, removal, Cancellation.NEVER)) {
                    int token = effect.tokens().get(0);
                    int at = token < why.blank().token() ? token : token - 1;
                    Word expected = recorded.words().get(at);
                    assertThat(effect.text()).isEqualToIgnoringCase(expected.token());
                    assertThat(effect.effect().value())
                            .as("%s %s", removal, effect.text())
                            .isCloseTo(
                                    removal == Why.Removal.BLANK ? expected.blanked() : expected.hidden(),
                                    within(2e-4));
                }
            }
            for (HeadOf expected : recorded.heads()) {
                if (expected.head() == 1) {
                    compareLayer(why, question, recorded, expected.layer() - 1);
                }
            }
            List<LensRow> lens = why.lens(question);
            for (int i = 0; i < lens.size(); i++) {
                assertThat(lens.get(i).probability())
                        .as("layer %d", i)
                        .isCloseTo(recorded.lens().get(i).p(), within(1e-4));
            }
        });
    }

    private static void compareLayer(Why why, Why.Question question, Recorded recorded, int layer) {
        List<HeadEffect> zero = why.heads(question, AttentionKind.SELF, layer, Why.Ablation.ZERO, Cancellation.NEVER);
        List<HeadEffect> mean = why.heads(question, AttentionKind.SELF, layer, Why.Ablation.MEAN, Cancellation.NEVER);
        for (int head = 0; head < zero.size(); head++) {
            HeadOf expected = recorded.heads().get(layer * zero.size() + head);
            assertThat(zero.get(head).effect().value())
                    .as("head %d.%d", layer + 1, head + 1)
                    .isCloseTo(expected.zero(), within(2e-4));
            assertThat(mean.get(head).effect().value())
                    .as("head %d.%d averaged", layer + 1, head + 1)
                    .isCloseTo(expected.mean(), within(2e-4));
        }
    }

    @Test
    void headSixTwoMakesTheVerbAgreeWithItsSubject() {
        ask(embedded, KEYS, (why, inspected) -> {
            Why.Question question = why.question(Optional.of("were"), Optional.of("was"));
            List<WordEffect> words = why.words(question, Why.Removal.BLANK, Cancellation.NEVER);
            HeadEffect head = why.heads(question, AttentionKind.SELF, 5, Why.Ablation.ZERO, Cancellation.NEVER)
                    .get(1);
            WhyAnswer.Looking looking =
                    inspected.looking(List.of(head), why.blank(), 3).get(0);
            assertThat(WhyAnswer.question(question)).isEqualTo("Why “were” rather than “was”?");
            assertThat(WhyAnswer.answer(question, words, Optional.of(looking)))
                    .isEqualTo("“were” rather than “was” rests on “keys” and “The”; head 6.2, which looks at “keys” and"
                            + " “The”, carries most of it.");
        });
    }

    @Test
    void anAnswerWithoutAStrongCauseSaysSo() {
        ask(
                embedded,
                KEYS,
                (why, inspected) -> assertThat(WhyAnswer.answer(
                                why.question(Optional.of("were"), Optional.of("was")), List.of(), Optional.empty()))
                        .isEqualTo("No single word carries “were” rather than “was”, and no head does."));
    }

    @Test
    void anAnswerSaysWhichOfTwoEqualWords() {
        Why.Question question =
                new Why.Question(new Why.Candidate(1, "were", 0.6), Optional.of(new Why.Candidate(2, "was", 0.2)));
        List<WordEffect> words = List.of(word("The", 1, 0), word("keys", 2, 3), word("and", 3, 0), word("keys", 12, 2));
        WhyAnswer.Looking head = new WhyAnswer.Looking(
                new HeadEffect(AttentionKind.SELF, 5, 1, new Effect(0.9, 0, 0)),
                List.of(new WhyAnswer.Looked("keys", 12, 0.5), new WhyAnswer.Looked("[SEP]", 13, 0.4)),
                Optional.empty());
        assertThat(WhyAnswer.answer(question, words, Optional.of(head)))
                .isEqualTo("“were” rather than “was” rests on “keys”₃ and “keys”₁₃; head 6.2, which looks at “keys”₁₃"
                        + " and “[SEP]”, carries most of it.");
    }

    private static WordEffect word(String text, int token, double effect) {
        return new WordEffect(text, 0, new Span(0, 1), List.of(token), new Effect(effect, 0, 0), List.of());
    }

    @Test
    void theTwoLikeliestWordsAreComparedByDefault() {
        ask(embedded, KEYS, (why, inspected) -> {
            List<Prediction> words = inspected.inspection().blanks().get(0).predictions();
            Why.Question question = why.question(Optional.empty(), Optional.empty());
            assertThat(question.word().id()).isEqualTo(words.get(0).id());
            assertThat(question.rather().orElseThrow().id())
                    .isEqualTo(words.get(1).id());
            assertThat(question.quantity())
                    .isCloseTo(
                            Math.log(words.get(0).probability() / words.get(1).probability()), within(1e-6));
        });
    }

    @Test
    void removingAWordShowsTheNewPredictions() {
        ask(embedded, "They made a cup of [MASK].", (why, inspected) -> {
            Why.Question question = why.question(Optional.of("tea"), Optional.empty());
            assertThat(why.words(question, Why.Removal.BLANK, Cancellation.NEVER))
                    .filteredOn(word -> word.text().equals("cup"))
                    .singleElement()
                    .satisfies(cup -> {
                        assertThat(cup.without()).hasSize(3);
                        assertThat(cup.without()).extracting(Prediction::word).doesNotContain("tea");
                        assertThat(cup.effect().probability())
                                .isLessThan(question.word().probability());
                    });
        });
    }

    @Test
    void aWordOfSeveralTokensIsNamedInTheError() {
        ask(embedded, KEYS, (why, inspected) -> {
            assertThatThrownBy(() -> why.candidate("antidisestablishmentarianism"))
                    .isInstanceOf(UserException.class)
                    .hasMessage(
                            "“antidisestablishmentarianism” is not one token of this model: ask about a word that is.");
            assertThatThrownBy(() -> why.question(Optional.of("was"), Optional.of("was")))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("named twice");
            assertThatThrownBy(() -> why.candidate(-1)).isInstanceOf(OutOfRangeException.class);
        });
    }

    @Test
    void theErrorForATextWithoutABlankSaysHowToMakeOne() {
        assertThatThrownBy(() -> ask(embedded, "The cat sat.", (why, inspected) -> {}))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("____");
    }

    @Test
    void aCancelledQuestionEndsBetweenLayers() {
        ask(embedded, KEYS, (why, inspected) -> {
            AtomicInteger checks = new AtomicInteger();
            Why.Question question = why.question(Optional.of("were"), Optional.of("was"));
            assertThatThrownBy(() -> why.heads(question, AttentionKind.SELF, 0, Why.Ablation.ZERO, () -> {
                        if (checks.incrementAndGet() == 3) {
                            throw new CancellationException();
                        }
                    }))
                    .isInstanceOf(CancellationException.class);
            assertThat(checks).hasValue(3);
        });
    }

    @Test
    void aCausalModelExplainsItsNextWord() {
        try (Inspector gpt2 = Inspector.load("gpt2", Golden.folder("gpt2"))) {
            ask(gpt2, "A person who never made a mistake", (why, inspected) -> {
                assertThat(why.usualRemoval()).isEqualTo(Why.Removal.HIDE);
                Why.Question question = why.question(Optional.empty(), Optional.empty());
                List<WordEffect> words = why.words(question, Why.Removal.HIDE, Cancellation.NEVER);
                assertThat(words)
                        .extracting(WordEffect::text)
                        .doesNotContain("A")
                        .contains("person", "mistake");
            });
        }
    }

    @Test
    void anEncoderDecoderExplainsEachKindOfAttention() {
        try (Inspector bart = Inspector.load("bart", Golden.folder("bart"))) {
            ask(bart, "A person who never made a <mask> never tried anything new.", (why, inspected) -> {
                Why.Question question = why.question(Optional.empty(), Optional.empty());
                assertThat(why.layers())
                        .extracting(TakenOut.Layer::kind)
                        .containsOnly(AttentionKind.ENCODER, AttentionKind.DECODER, AttentionKind.CROSS);
                assertThat(why.layer(question, AttentionKind.CROSS, 0, Cancellation.NEVER)
                                .feedForward())
                        .isEmpty();
                HeadEffect head = why.heads(question, AttentionKind.CROSS, 0, Why.Ablation.ZERO, Cancellation.NEVER)
                        .get(0);
                assertThat(head.effect().value()).isNotZero();
                assertThat(inspected.looksAt(head, why.blank(), 3)).hasSize(3);
                assertThat(WhyAnswer.name(head)).isEqualTo("1.1 of cross-attention");
            });
        }
    }
}
