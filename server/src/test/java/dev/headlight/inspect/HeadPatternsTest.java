package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headlight.model.Mask;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadPatternsTest {
    private static final int SEP = 3;

    /** A text as tokens: [CLS] and [SEP] are special, what follows the first [SEP] is the second text. */
    private static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        int segment = 0;
        for (String piece : text.split(" ")) {
            boolean special = piece.startsWith("[");
            Span span = special ? null : new Span(0, 1);
            int id = piece.equals("[SEP]") ? SEP : piece.equals("[CLS]") ? 2 : 9;
            tokens.add(new Token(id, piece, span, segment, segment, tokens.size(), special));
            segment = piece.equals("[SEP]") ? 1 : segment;
        }
        return tokens;
    }

    /** A head in which each token attends to a single other. */
    private static HeadPatterns measured(List<Token> tokens, float[] weights) {
        Matrix attention = new Matrix(tokens.size(), tokens.size(), weights);
        return HeadPatterns.PatternKeys.within(tokens, Set.of(SEP), false).measure(attention, Mask.NONE);
    }

    private static HeadPatterns looking(List<Token> tokens, IntBinaryOperator target) {
        int count = tokens.size();
        float[] weights = new float[count * count];
        for (int query = 0; query < count; query++) {
            weights[query * count + Math.floorMod(target.applyAsInt(query, count), count)] = 1;
        }
        return measured(tokens, weights);
    }

    private static final List<Token> TEXT = tokens("[CLS] the old cat , the dog . [SEP]");

    @Test
    void aPreviousTokenHeadIsRecognised() {
        HeadPatterns patterns = looking(TEXT, (query, count) -> Math.max(0, query - 1));
        assertThat(patterns.shown()).containsExactly(HeadPattern.PREVIOUS_TOKEN);
        assertThat(patterns.measures().get(HeadPattern.PREVIOUS_TOKEN)).isEqualTo(1);
    }

    @Test
    void aNextTokenHeadIsRecognised() {
        assertThat(looking(TEXT, (query, count) -> Math.min(count - 1, query + 1))
                        .shown())
                .containsExactly(HeadPattern.NEXT_TOKEN);
    }

    @Test
    void aSameTokenHeadIsRecognised() {
        assertThat(looking(TEXT, (query, count) -> query).shown()).containsExactly(HeadPattern.SAME_TOKEN);
    }

    @Test
    void aFirstTokenHeadIsRecognised() {
        assertThat(looking(TEXT, (query, count) -> 0).shown()).startsWith(HeadPattern.FIRST_TOKEN);
    }

    @ParameterizedTest
    @CsvSource({
        "-2, TWO_BEFORE", "-3, THREE_BEFORE", "-4, FOUR_BEFORE",
        "2, TWO_AFTER", "3, THREE_AFTER", "4, FOUR_AFTER"
    })
    void aHeadThatLooksSomeTokensAwayIsRecognised(int distance, HeadPattern pattern) {
        List<Token> text = tokens("[CLS] all of these words are different from each other [SEP]");
        HeadPatterns patterns = looking(text, (query, count) -> Math.max(0, Math.min(count - 1, query + distance)));
        assertThat(patterns.shown()).startsWith(pattern);
        assertThat(patterns.measures().get(pattern)).isEqualTo(1);
    }

    @Test
    void aTextIsTooShortForATokenFarAway() {
        HeadPatterns patterns = looking(tokens("[CLS] two words [SEP]"), (query, count) -> 0);
        assertThat(patterns.measures()).doesNotContainKeys(HeadPattern.TWO_BEFORE, HeadPattern.FOUR_AFTER);
    }

    @Test
    void aHeadThatLooksAtOneWordIsNamedAfterThatIfNothingElseIsKnownAboutIt() {
        assertThat(looking(TEXT, (query, count) -> query == 3 ? 2 : 3).shown()).containsExactly(HeadPattern.ONE_TOKEN);
        assertThat(looking(TEXT, (query, count) -> 0).shown())
                .containsExactly(HeadPattern.FIRST_TOKEN, HeadPattern.ONE_TOKEN);
    }

    @Test
    void aHeadThatLooksAtEverythingAlikeIsNamedAfterThatInAShortTextToo() {
        int count = TEXT.size();
        float[] weights = new float[count * count];
        Arrays.fill(weights, 1f / count);
        HeadPatterns patterns = measured(TEXT, weights);
        assertThat(patterns.shown()).containsExactly(HeadPattern.EVERYTHING_ALIKE);
        assertThat(patterns.measures().get(HeadPattern.EVERYTHING_ALIKE)).isCloseTo(1, within(1e-5));
    }

    @Test
    void aCausalHeadThatLooksAtAllThatItSeesAlikeIsNamedAfterThat() {
        int count = TEXT.size();
        float[] weights = new float[count * count];
        for (int query = 0; query < count; query++) {
            Arrays.fill(weights, query * count, query * count + query + 1, 1f / (query + 1));
        }
        HeadPatterns patterns = HeadPatterns.PatternKeys.within(TEXT, Set.of(SEP), true)
                .measure(new Matrix(count, count, weights), Mask.CAUSAL);
        assertThat(patterns.shown()).startsWith(HeadPattern.EVERYTHING_ALIKE);
    }

    @Test
    void unknownWordsAreNotTheSameWord() {
        List<Token> text = List.of(unknown(0), unknown(1), unknown(2));
        assertThat(looking(text, (query, count) -> query + 1).measures()).doesNotContainKey(HeadPattern.SAME_WORD);
    }

    private static Token unknown(int word) {
        return new Token(1, "[UNK]", new Span(word, word + 1), 0, 0, word, false);
    }

    @Test
    void aSeparatorHeadIsRecognised() {
        assertThat(looking(TEXT, (query, count) -> count - 1).shown()).startsWith(HeadPattern.SEPARATOR);
    }

    @Test
    void aPunctuationHeadIsRecognised() {
        HeadPatterns patterns = looking(TEXT, (query, count) -> query < 4 ? 4 : 7);
        assertThat(patterns.shown()).containsExactly(HeadPattern.PUNCTUATION);
    }

    @Test
    void aHeadThatAttendsToTheSameWordElsewhereIsRecognised() {
        HeadPatterns patterns = looking(TEXT, (query, count) -> query == 1 ? 5 : query == 5 ? 1 : query);
        assertThat(patterns.shown()).startsWith(HeadPattern.SAME_WORD);
    }

    @Test
    void aHeadThatAttendsToTheOtherSentenceIsRecognised() {
        List<Token> pair = tokens("[CLS] one two three [SEP] four five six [SEP]");
        HeadPatterns patterns = looking(pair, (query, count) -> query < 4 ? 5 + query % 3 : 1 + query % 3);
        assertThat(patterns.shown()).containsExactly(HeadPattern.OTHER_SENTENCE);
    }

    @Test
    void aDiffuseHeadHasHighEntropy() {
        int count = 64;
        List<Token> tokens = tokens("[CLS] " + "word ".repeat(count - 2) + "[SEP]");
        float[] weights = new float[count * count];
        Arrays.fill(weights, 1f / count);
        HeadPatterns patterns = measured(tokens, weights);
        assertThat(patterns.shown()).contains(HeadPattern.BROAD);
        assertThat(patterns.measures().get(HeadPattern.BROAD)).isCloseTo(Math.log(count), within(1e-5));
    }

    @Test
    void aPatternThatNoTokenCouldShowHasNoScore() {
        HeadPatterns patterns = looking(tokens("[CLS] all different words [SEP]"), (query, count) -> query);
        assertThat(patterns.measures())
                .doesNotContainKeys(HeadPattern.PUNCTUATION, HeadPattern.SAME_WORD, HeadPattern.OTHER_SENTENCE);
    }
}
