package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.hub.Hub;
import dev.headlight.testing.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class PairsTest {
    private static final Pairs.How ZERO = new Pairs.How(false, Why.Ablation.ZERO);

    @Test
    void headSixTwoOfTheEmbeddedModelMakesVerbsAgreeWithSubjects() {
        List<Pairs.Pair> pairs = Pairs.parse("""
                # sentence, right, wrong
                The key on the shelves [MASK] very pretty.\twas\twere
                The keys beside the window [MASK] very dirty.\twere\twas

                The key near the doors ____ very small.\twas\twere
                """);
        List<Integer> reported = new ArrayList<>();
        try (Inspector embedded = Inspector.load("embedded", Hub.locate(Hub.EMBEDDED))) {
            List<Pairs.Measured> all = Pairs.measure(
                    embedded, pairs, ZERO, (number, measured) -> reported.add(number), Cancellation.NEVER);
            assertThat(reported).containsExactlyInAnyOrder(0, 1, 2);
            assertThat(all).allMatch(Pairs.Measured::right);
            List<Pairs.HeadMean> heads = Pairs.heads(all);
            assertThat(heads).hasSize(144);
            assertThat(heads.get(0))
                    .extracting(Pairs.HeadMean::layer, Pairs.HeadMean::head)
                    .containsExactly(5, 1);
            assertThat(heads.get(0).effect().value()).isGreaterThan(1.5);
            assertThat(all)
                    .extracting(measured -> measured.strongest().orElseThrow().text())
                    .contains("key", "keys");
        }
    }

    /** The numbers that a loop in transformers gives for the sets that are included. */
    @ParameterizedTest
    @Tag("slow")
    @CsvSource({
        "agreement, 50, 4.59, 6.2, 2.88, 0.13, 5.1, 0.81, 0.13, 8.1, -0.16, 0.03",
        "capitals,  48, 5.77, 11.6, 1.49, 0.10, 10.9, 1.02, 0.08, 6.11, -0.49, 0.04",
        "pronouns,  28, 0.27, 11.9, 0.44, 0.18, 7.11, 0.13, 0.03, 8.3, -0.20, 0.05"
    })
    void theIncludedSetsGiveTheNumbersOfTransformers(
            String name,
            int right,
            double quantity,
            String first,
            double firstMean,
            double firstError,
            String second,
            double secondMean,
            double secondError,
            String last,
            double lastMean,
            double lastError)
            throws IOException {
        String file;
        try (InputStream in = Pairs.class.getResourceAsStream("/dev/headlight/pairs/" + name + ".tsv")) {
            file = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        try (Inspector embedded = Inspector.load("embedded", Hub.locate(Hub.EMBEDDED))) {
            List<Pairs.Measured> all =
                    Pairs.measure(embedded, Pairs.parse(file), ZERO, (number, measured) -> {}, Cancellation.NEVER);
            assertThat(all).filteredOn(Pairs.Measured::right).hasSize(right);
            assertThat(Pairs.quantity(all).value()).isCloseTo(quantity, within(0.005));
            List<Pairs.HeadMean> heads = Pairs.heads(all);
            check(heads.get(0), first, firstMean, firstError);
            check(heads.get(1), second, secondMean, secondError);
            check(heads.get(heads.size() - 1), last, lastMean, lastError);
            if (name.equals("agreement")) {
                assertThat(all)
                        .filteredOn(
                                measured -> measured.strongest().orElseThrow().place() == -4)
                        .hasSizeGreaterThanOrEqualTo(41); // the subject
            }
        }
    }

    private static void check(Pairs.HeadMean head, String name, double mean, double error) {
        assertThat(WhyAnswer.name(head.kind(), head.layer(), head.head())).isEqualTo(name);
        assertThat(head.effect().value()).isCloseTo(mean, within(0.0051));
        assertThat(head.effect().error()).isCloseTo(error, within(0.0051));
    }

    @Test
    void sentencesOfOneLengthTogetherAreAsEachAlone() {
        for (String name : List.of("bert", "modernbert", "gpt2", "bart")) {
            List<Pairs.Pair> pairs = Pairs.parse("""
                    A person who never made a ____ was new.\tmistake\tplanet
                    A person ____ never made.\tmistake\tplanet
                    The person who never tried a ____ was new.\tplanet\tmistake
                    A ____ who never made a person was new.\tplanet\tmistake
                    """);
            try (Inspector inspector = Inspector.load(name, Golden.folder(name))) {
                List<Pairs.Measured> together =
                        Pairs.measure(inspector, pairs, ZERO, (number, measured) -> {}, Cancellation.NEVER);
                for (int i = 0; i < pairs.size(); i++) {
                    Pairs.Measured alone = Pairs.measure(
                                    inspector,
                                    List.of(pairs.get(i)),
                                    ZERO,
                                    (number, measured) -> {},
                                    Cancellation.NEVER)
                            .get(0);
                    assertThat(together.get(i).pair()).isEqualTo(pairs.get(i));
                    assertThat(together.get(i).quantity()).isCloseTo(alone.quantity(), within(1e-5));
                    for (int head = 0; head < alone.heads().size(); head++) {
                        assertThat(together.get(i).heads().get(head).effect().value())
                                .as("%s, sentence %d, head %d", name, i, head)
                                .isCloseTo(alone.heads().get(head).effect().value(), within(1e-4));
                    }
                    for (int word = 0; word < alone.words().size(); word++) {
                        assertThat(together.get(i).words().get(word).effect())
                                .isCloseTo(alone.words().get(word).effect(), within(1e-4));
                    }
                }
            }
        }
    }

    @Test
    void aMeanComesWithItsStandardError() {
        Pairs.Mean mean = Pairs.Mean.of(List.of(1.0, 2.0, 3.0, 4.0));
        assertThat(mean.value()).isEqualTo(2.5);
        assertThat(mean.error()).isCloseTo(Math.sqrt(5.0 / 3 / 4), within(1e-12)); // s = √(5/3)
        assertThat(Pairs.Mean.of(List.of(7.0)).error()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a [MASK] b\tc", "a [MASK] b\tc\td\te", "a [MASK] b\t\td", "\tc\td"})
    void aLineThatIsNotAPairIsNamedByItsNumber(String line) {
        assertThatThrownBy(() -> Pairs.parse("a [MASK] b\tc\td\n" + line))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("Line 2 is no pair");
    }

    @Test
    void theErrorForAFileWithoutPairsSaysWhatAPairIs() {
        assertThatThrownBy(() -> Pairs.parse("# nothing\n\n"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("tabs between them");
    }

    @Test
    void aSentenceThatCannotBeMeasuredIsNamed() {
        try (Inspector embedded = Inspector.load("embedded", Hub.locate(Hub.EMBEDDED))) {
            List<Pairs.Pair> pairs = Pairs.parse("No blank here.\twas\twere");
            assertThatThrownBy(() -> Pairs.measure(embedded, pairs, ZERO, (number, measured) -> {}, Cancellation.NEVER))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("“No blank here.”: ");
            assertThat(tuple(pairs.get(0).right(), pairs.get(0).wrong())).isEqualTo(tuple("was", "were"));
        }
    }
}
