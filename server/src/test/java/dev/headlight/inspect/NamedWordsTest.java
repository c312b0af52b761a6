package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import dev.headlight.Cancellation;
import dev.headlight.OutOfRangeException;
import dev.headlight.UserException;
import dev.headlight.hub.Hub;
import dev.headlight.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NamedWordsTest {
    private static final String TEXT = "A person who never made a [MASK] never tried anything new.";
    private static Inspector embedded;

    @BeforeAll
    static void load() {
        embedded = Inspector.load("embedded", Hub.locate(Hub.EMBEDDED));
    }

    @AfterAll
    static void close() {
        embedded.close();
    }

    /** What golden_words.py writes. */
    private record Recorded(String text, String pair, List<Word> words) {
        static Recorded of(String name) throws IOException {
            return new Gson().fromJson(Files.readString(Golden.folder(name).resolve("words.json")), Recorded.class);
        }
    }

    private record Word(String word, List<String> tokens, double logp) {}

    @ParameterizedTest
    @MethodSource("dev.headlight.testing.Golden#names")
    void wordsOfOneTokenAndOfSeveralAreAsProbableAsInTransformers(String name) throws IOException {
        Recorded recorded = Recorded.of(name);
        assertThat(recorded.words()).anyMatch(word -> word.tokens().size() > 2);
        try (Inspector inspector = Inspector.load(name, Golden.folder(name))) {
            List<String> words = recorded.words().stream().map(Word::word).toList();
            List<List<NamedWord>> places = inspector.named(
                    Request.of(recorded.text(), Optional.ofNullable(recorded.pair())), words, Cancellation.NEVER);
            assertThat(places).hasSize(1);
            for (int i = 0; i < words.size(); i++) {
                NamedWord found = places.get(0).get(i);
                assertThat(found.tokens()).isEqualTo(recorded.words().get(i).tokens());
                assertThat(found.logProbability())
                        .as(found.word())
                        .isCloseTo(
                                recorded.words().get(i).logp(),
                                within(1e-4 * found.tokens().size()));
            }
        }
    }

    @Test
    void aWordThatTheModelPredictsHasThatProbability() {
        Blank blank = embedded.predict(Request.of(TEXT), Options.standard(), Cancellation.NEVER)
                .get(0);
        List<String> words = blank.predictions().stream().map(Prediction::word).toList();
        List<NamedWord> named = embedded.named(Request.of(TEXT), 0, words, Cancellation.NEVER);
        for (int i = 0; i < words.size(); i++) {
            assertThat(named.get(i).probability())
                    .isCloseTo(blank.predictions().get(i).probability(), within(1e-6));
        }
    }

    @Test
    void anotherBlankStaysABlank() {
        String text = "The [MASK] sat on the [MASK].";
        List<List<NamedWord>> places = embedded.named(Request.of(text), List.of("cat", "mat"), Cancellation.NEVER);
        List<Blank> blanks = embedded.predict(Request.of(text), new Options(1000, false), Cancellation.NEVER);
        assertThat(places).hasSize(2);
        for (int i = 0; i < 2; i++) {
            Blank blank = blanks.get(i);
            NamedWord cat = places.get(i).get(0);
            assertThat(blank.predictions())
                    .filteredOn(word -> word.word().equals("cat"))
                    .singleElement()
                    .satisfies(word -> assertThat(cat.probability()).isCloseTo(word.probability(), within(1e-6)));
        }
    }

    @Test
    void aWordInALongTextIsReadWithTheTextAroundIt() {
        String text = String.join(" ", Collections.nCopies(150, "Nothing happened here.")) + " " + TEXT;
        NamedWord word = embedded.named(Request.of(text), List.of("misunderstandings"), Cancellation.NEVER)
                .get(0)
                .get(0);
        assertThat(word.logProbability()).isNegative().isFinite();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    [MASK]   | can't be written in this model's vocabulary
                    ꙮ        | can't be written in this model's vocabulary
                    ''       | A word to ask about is empty
                    """)
    void aWordThatCanNotStandThereIsOneSentence(String word, String because) {
        assertThatThrownBy(() -> embedded.named(Request.of(TEXT), List.of(word), Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(because);
    }

    @Test
    void tooMuchIsRefused() {
        assertThatThrownBy(() -> embedded.named(Request.of(TEXT), Collections.nCopies(101, "a"), Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessage("101 words were named, and the limit is 100: name fewer.");
        assertThatThrownBy(() -> embedded.named(Request.of(TEXT), List.of("a ".repeat(40)), Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("40 tokens, and the limit is 32");
        assertThatThrownBy(() -> embedded.named(Request.of(TEXT), 1, List.of("a"), Cancellation.NEVER))
                .isInstanceOf(OutOfRangeException.class);
    }

    @Test
    void blanksFilledTogetherFitEachOther() {
        String text = "[MASK] is the capital of [MASK].";
        List<Together> all = embedded.together(Request.of(text), Options.standard(), Cancellation.NEVER);
        List<Blank> blanks = embedded.predict(Request.of(text), Options.standard(), Cancellation.NEVER);
        assertThat(all).hasSize(3).isSortedAccordingTo((a, b) -> Double.compare(b.probability(), a.probability()));
        int surest = blanks.get(0).predictions().get(0).probability()
                        > blanks.get(1).predictions().get(0).probability()
                ? 0
                : 1;
        for (Together together : all) {
            Together.Filled first = together.words().get(0);
            Together.Filled second = together.words().get(1);
            assertThat(first.blank()).isEqualTo(surest);
            assertThat(second.blank()).isEqualTo(1 - surest);
            String given = surest == 0
                    ? first.word() + " is the capital of [MASK]."
                    : "[MASK] is the capital of " + first.word() + ".";
            Prediction then = embedded.predict(Request.of(given), Options.standard(), Cancellation.NEVER)
                    .get(0)
                    .predictions()
                    .get(0);
            assertThat(second.word()).isEqualTo(then.word());
            assertThat(second.probability()).isCloseTo(then.probability(), within(1e-6));
            assertThat(together.probability()).isCloseTo(first.probability() * then.probability(), within(1e-6));
            assertThat(together.text()).doesNotContain("[MASK]").endsWith(".");
        }
    }

    @Test
    void aPairIsFilledTogether() {
        Request pair = Request.of("The [MASK] barked.", Optional.of("It was a big [MASK]."));
        assertThat(embedded.together(pair, new Options(1, false), Cancellation.NEVER))
                .singleElement()
                .satisfies(together -> {
                    assertThat(together.words()).hasSize(2);
                    assertThat(together.text() + together.pair().orElseThrow()).doesNotContain("[MASK]");
                });
    }

    @Test
    void piecesOfWordsAreNotFilledTogether() {
        assertThatThrownBy(() -> embedded.together(Request.of(TEXT), new Options(3, true), Cancellation.NEVER))
                .isInstanceOf(UserException.class);
        assertThat(embedded.together(Request.of("No blank."), Options.standard(), Cancellation.NEVER))
                .isEmpty();
    }
}
