package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headlight.text.Span;
import java.util.List;
import org.junit.jupiter.api.Test;

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
}
