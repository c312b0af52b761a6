package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class WindowTest {
    /** Tokens of one text: one unit each, a separator of the tokenizer's at both ends. */
    private static List<Token> tokens(int count) {
        List<Token> tokens = new ArrayList<>();
        tokens.add(new Token(1, "[CLS]", null, 0, 0, -1, true));
        for (int i = 0; i < count; i++) {
            tokens.add(new Token(9, "t" + i, new Span(i, i + 1), 0, 0, i, false));
        }
        tokens.add(new Token(2, "[SEP]", null, 0, 0, -1, true));
        return tokens;
    }

    private static List<Span> sentences(int... lengths) {
        List<Span> sentences = new ArrayList<>();
        int at = 0;
        for (int length : lengths) {
            sentences.add(new Span(at, at + length));
            at += length;
        }
        return sentences;
    }

    @Test
    void aTextThatFitsIsKeptWhole() {
        Window window = Window.around(tokens(10), List.of(sentences(10)), 3, 12);
        assertThat(window.kept()).hasSize(12);
        assertThat(window.cuts()).isEmpty();
    }

    @Test
    void wholeSentencesAreAddedNearestFirst() {
        Window window = Window.around(tokens(50), List.of(sentences(10, 10, 10, 10, 10)), 24, 34);
        assertThat(window.kept().get(1)).isEqualTo(11); // index 1 is the first token after [CLS]
        assertThat(window.cuts()).containsExactly(new Inspection.Cut(0, 10, 30, 10));
    }

    @Test
    void aSentenceThatIsTooLongIsCutAroundItsFocus() {
        Window window = Window.around(tokens(100), List.of(sentences(100)), 51, 22);
        assertThat(window.kept()).hasSize(22).contains(51);
        assertThat(window.cuts()).containsExactly(new Inspection.Cut(0, 40, 20, 40));
    }

    @Test
    void aWordLongerThanTheWindowIsCut() {
        List<Token> tokens = new ArrayList<>();
        for (Token token : tokens(100)) {
            tokens.add(token.added() ? token : new Token(9, "t", token.span(), 0, 0, 0, false));
        }
        Window window = Window.around(tokens, List.of(sentences(100)), 100, 22);
        assertThat(window.cuts()).containsExactly(new Inspection.Cut(0, 80, 20, 0));
    }

    @Test
    void withoutAFocusTheStartIsShown() {
        Window window = Window.around(tokens(30), List.of(sentences(10, 10, 10)), -1, 24);
        assertThat(window.cuts()).containsExactly(new Inspection.Cut(0, 0, 20, 10));
    }

    @RepeatedTest(200)
    void everyWindowFitsContainsItsFocusAndCountsWhatItLeftOut(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int count = 1 + random.nextInt(120);
        List<Integer> lengths = new ArrayList<>();
        for (int left = count; left > 0; ) {
            int length = 1 + random.nextInt(left);
            lengths.add(length);
            left -= length;
        }
        int focus = 1 + random.nextInt(count);
        int limit = 8 + random.nextInt(60);
        Window window = Window.around(
                tokens(count),
                List.of(sentences(lengths.stream().mapToInt(i -> i).toArray())),
                focus,
                limit);
        assertThat(window.kept())
                .hasSizeLessThanOrEqualTo(limit)
                .contains(focus, 0, count + 1)
                .isSorted();
        int leftOut =
                window.cuts().stream().mapToInt(c -> c.before() + c.after()).sum();
        assertThat(window.kept().size() + leftOut).isEqualTo(count + 2);
        for (int i = 2; i < window.kept().size() - 1; i++) {
            assertThat(window.kept().get(i)).isEqualTo(window.kept().get(i - 1) + 1);
        }
    }
}
