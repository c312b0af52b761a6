package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headlight.text.Span;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CompletionTest {
    private static Blank blank(int start, int end, double... probabilities) {
        List<Prediction> words = new java.util.ArrayList<>();
        for (int i = 0; i < probabilities.length; i++) {
            words.add(new Prediction("w" + i, "w" + i, i, probabilities[i]));
        }
        return new Blank(0, new Span(start, end), words);
    }

    @Test
    void aBlankThatNoWordFitsHasNoCompletion() {
        Blank empty = new Blank(0, new Span(2, 6), List.of());
        assertThat(Completion.best("a ____ b", List.of(empty), 3)).isEmpty();
    }

    @Test
    void oneBlankGivesItsWordsInOrder() {
        List<Completion> best = Completion.best("a ___ b", List.of(blank(2, 5, 0.5, 0.3, 0.1)), 3);
        assertThat(best).extracting(Completion::text).containsExactly("a w0 b", "a w1 b", "a w2 b");
        assertThat(best.get(1).probability()).isEqualTo(0.3);
    }

    @Test
    void twoBlanksGiveTheLikeliestCombinations() {
        List<Blank> blanks = List.of(blank(0, 1, 0.5, 0.4), blank(2, 3, 0.9, 0.05));
        List<Completion> best = Completion.best("x y", blanks, 3);
        assertThat(best).extracting(Completion::text).containsExactly("w0 w0", "w1 w0", "w0 w1");
        assertThat(best.get(2).probability()).isCloseTo(0.025, within(1e-12));
    }

    @Test
    void thereAreAtMostAsManyCompletionsAsCombinations() {
        assertThat(Completion.best("x", List.of(blank(0, 1, 0.5, 0.4)), 10)).hasSize(2);
        assertThat(Completion.best("plain", List.of(), 3))
                .extracting(Completion::text)
                .containsExactly("plain");
    }

    @Test
    @Timeout(20)
    void manyBlanksAndManyWordsTakeAMoment() {
        double[] words =
                IntStream.range(0, 1000).mapToDouble(i -> 0.9 / (1 + i)).toArray();
        List<Blank> blanks = IntStream.range(0, 256)
                .mapToObj(i -> blank(2 * i, 2 * i + 1, words))
                .toList();
        List<Completion> best = Completion.best("_ ".repeat(256), blanks, 1000);
        assertThat(best).hasSize(1000);
        assertThat(best.get(0).text()).isEqualTo("w0 ".repeat(256));
        assertThat(best.get(1).text()).contains("w1 ").doesNotContain("w2 ");
    }

    @RepeatedTest(50)
    void theLikeliestAreThoseOfAllCombinations(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<double[]> words = Stream.generate(() -> random.doubles(1 + random.nextInt(4), 0.01, 1)
                        .boxed()
                        .sorted(Comparator.reverseOrder())
                        .mapToDouble(Double::doubleValue)
                        .toArray())
                .limit(1 + random.nextInt(4))
                .toList();
        List<Double> all = List.of(1.0);
        for (double[] some : words) {
            all = all.stream()
                    .flatMap(before -> DoubleStream.of(some).mapToObj(word -> before * word))
                    .toList();
        }
        List<Blank> blanks = IntStream.range(0, words.size())
                .mapToObj(i -> blank(i, i + 1, words.get(i)))
                .toList();
        int count = 1 + random.nextInt(20);
        assertThat(Completion.best("abcd", blanks, count))
                .extracting(Completion::probability)
                .isEqualTo(all.stream()
                        .sorted(Comparator.reverseOrder())
                        .limit(count)
                        .toList());
    }
}
