package dev.headlight.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.tokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlignmentTest {
    /** Pieces as tokens; what follows a bar is the second text. */
    private static List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        int segment = 0;
        for (String piece : text.split(" ")) {
            if (piece.equals("|")) {
                segment = 1;
            } else if (!piece.isEmpty()) {
                tokens.add(new Token(9, piece, null, segment, segment, -1, false));
            }
        }
        return tokens;
    }

    private static String aligned(String first, String second) {
        return Alignment.of(tokens(first), tokens(second)).pairs().stream()
                .map(pair -> pair.first() + "-" + pair.second())
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            the same text is aligned whole          ; the cat sat    ; the cat sat        ; 0-0 1-1 2-2
            a replaced token is paired              ; the cat sat    ; the dog sat        ; 0-0 1-1 2-2
            as many replaced tokens are, in order   ; a b c d        ; a x y d            ; 0-0 1-1 2-2 3-3
            replaced ones at the ends are           ; x cat y        ; v cat w            ; 0-0 1-1 2-2
            not as many replaced ones are not       ; a b d          ; a x y d            ; 0-0 2-3
            an inserted token has no partner        ; the cat        ; the old cat        ; 0-0 1-2
            a removed token has no partner          ; the old cat    ; the cat            ; 0-0 2-1
            case and letters must agree in a match  ; a The b x      ; the a b            ; 0-1 2-2
            the longest common part is found        ; a b c a b b a  ; c b a b a c        ; 2-0 4-1 5-3 6-4
            texts of one length pair without match  ; one two        ; three four         ; 0-0 1-1
            a text without tokens aligns nothing    ; a              ; ''                 ; ''
            """)
    void tokensOfTheSameTextArePaired(String claim, String first, String second, String pairs) {
        assertThat(aligned(first, second)).as(claim).isEqualTo(pairs);
    }

    @Test
    void tokensOfDifferentSegmentsAreNotPaired() {
        assertThat(aligned("a | b", "a b")).isEqualTo("0-0");
        assertThat(aligned("a b | c", "a | b c")).isEqualTo("0-0 2-2");
        assertThat(aligned("a x | c", "a | y c")).isEqualTo("0-0 2-2");
    }

    @Test
    void everyTokenHasAtMostOnePartnerAndTheirOrderIsThatOfTheTexts() {
        List<Alignment.Pair> pairs = Alignment.of(
                        tokens("the cat that the dog saw the day before sat"),
                        tokens("the day the dog saw it the cat sat"))
                .pairs();
        for (int i = 1; i < pairs.size(); i++) {
            assertThat(pairs.get(i).first()).isGreaterThan(pairs.get(i - 1).first());
            assertThat(pairs.get(i).second()).isGreaterThan(pairs.get(i - 1).second());
        }
    }

    @Test
    void aDifferenceIsTheSecondWeightMinusTheFirst() {
        Alignment alignment = new Alignment(List.of(new Alignment.Pair(0, 0), new Alignment.Pair(1, 2)));
        Matrix first = new Matrix(2, 2, new float[] {0.25f, 0.75f, 0.5f, 0.5f});
        Matrix second = new Matrix(3, 3, new float[] {0.5f, 0.25f, 0.25f, 9, 9, 9, 0.75f, 0, 0.25f});
        assertThat(Alignment.difference(first, second, alignment.pairs(), alignment.pairs()))
                .usingRecursiveComparison()
                .isEqualTo(new Matrix(2, 2, new float[] {0.25f, -0.5f, 0.25f, -0.25f}));
    }
}
