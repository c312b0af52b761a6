package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.headlight.Cancellation;
import dev.headlight.UserException;
import dev.headlight.hub.Hub;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairsTest {
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
                    embedded, pairs, Why.Ablation.ZERO, (number, measured) -> reported.add(number), Cancellation.NEVER);
            assertThat(reported).containsExactly(1, 2, 3);
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
            assertThatThrownBy(() -> Pairs.measure(
                            embedded, pairs, Why.Ablation.ZERO, (number, measured) -> {}, Cancellation.NEVER))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("“No blank here.”: ");
            assertThat(tuple(pairs.get(0).right(), pairs.get(0).wrong())).isEqualTo(tuple("was", "were"));
        }
    }
}
