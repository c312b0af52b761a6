package dev.headlight.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LetterCaseTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ____ is here.               | Word
            It is ____.                 | word
            It is. ____ was.            | Word
            Is it? “____ is.”           | Word
            (____ is in brackets)       | Word
            He said (so.) ____ went.    | Word
            e.g. ____ here              | word
            // ____ is a comment        | Word
            // a comment ____ here      | word
            THE CAPITAL ____ FRANCE     | WORD
            ____ OF THE KING            | WORD
            SELECT ____ FROM users      | word
            I ____ it                   | word
            [MASK] ____ both            | word
            """)
    void aBlanksPlaceDecidesItsCase(String text, String expected) {
        Reading reading = Reading.ofCode(text, Blanks.find(text), "[MASK]");
        Span blank = reading.blanks().get(reading.blanks().size() - 1);
        assertThat(LetterCase.inPlace(reading, blank, "word")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ____ is here.               | Paris | Paris
            It is in ____.              | Paris | Paris
            THE CAPITAL IS ____         | Paris | PARIS
            It is ____.                 | iPhone | iPhone
            ____ is here.               | iPhone | iPhone
            """)
    void capitalsThatAWordHasByItselfStay(String text, String word, String expected) {
        Reading reading = Reading.of(text, Blanks.find(text), "[MASK]");
        assertThat(LetterCase.inPlace(reading, reading.blanks().get(0), word)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"brown, word", "Paris, Word", "NASA, WORD", "I, Word", "42, word", "élan, word", "Élan, Word"})
    void aReplacementTakesTheCaseOfTheWordBefore(String masked, String expected) {
        assertThat(LetterCase.like(masked, "word")).isEqualTo(expected);
    }
}
