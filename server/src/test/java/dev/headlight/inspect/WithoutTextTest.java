package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headlight.AttentionKind;
import dev.headlight.UserException;
import dev.headlight.text.Span;
import dev.headlight.tokens.Token;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WithoutTextTest {
    /** [CLS] keys cab ##inet . [SEP] */
    private static final List<Token> TOKENS = List.of(
            token(null, -1),
            token(new Span(0, 4), 0),
            token(new Span(5, 8), 1),
            token(new Span(8, 12), 1),
            token(new Span(12, 13), 2),
            token(null, -1));

    private static Token token(Span span, int word) {
        return new Token(1, "t", span, 0, 0, word, span == null);
    }

    @Test
    void partsCountFromOneAndWordsHaveAllTheirTokens() {
        TakenOut out = WithoutText.read("head 3.5, word  2,edge 3.5:2-7, average 1.12, attention 4", TOKENS, false);
        assertThat(out.heads()).containsExactly(new TakenOut.Head(AttentionKind.SELF, 2, 4));
        assertThat(out.averaged()).containsExactly(new TakenOut.Head(AttentionKind.SELF, 0, 11));
        assertThat(out.edges()).containsExactly(new TakenOut.Edge(AttentionKind.SELF, 2, 4, 1, 6));
        assertThat(out.attention()).containsExactly(new TakenOut.Layer(AttentionKind.SELF, 3));
        assertThat(out.blanked()).containsExactlyInAnyOrder(2, 3);
        assertThat(out.hidden()).isEmpty();
        TakenOut hidden = WithoutText.read("word 1, cross head 1.2, decoder feed-forward 2", TOKENS, true);
        assertThat(hidden.hidden()).containsExactly(1);
        assertThat(hidden.heads()).containsExactly(new TakenOut.Head(AttentionKind.CROSS, 0, 1));
        assertThat(hidden.feedForward()).containsExactly(new TakenOut.Layer(AttentionKind.DECODER, 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "head 3", "head 0.1", "head 3.5,", "words 4", "edge 3.5", "edge 3.5:2", "word 4", "word x"})
    void whatIsNothingToTakeOutIsOneSentence(String text) {
        assertThatThrownBy(() -> WithoutText.read(text, TOKENS, false))
                .isInstanceOf(UserException.class)
                .hasMessageEndingWith(".");
    }
}
