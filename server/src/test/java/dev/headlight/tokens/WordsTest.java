package dev.headlight.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.text.Span;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
    /** The word of each part of a text; parts are divided by |, which is no part of the text. */
    private static List<Integer> words(String divided, Words.Edge edge) {
        String text = divided.replace("|", "");
        Words words = new Words(text);
        List<Integer> numbers = new ArrayList<>();
        int at = 0;
        for (String part : divided.split("\\|")) {
            int leading = part.length() - part.stripLeading().length();
            numbers.add(words.next(new Span(at + leading, at + part.length()), edge, false));
            at += part.length();
        }
        return numbers;
    }

    @Test
    void aSpaceStartsAWord() {
        assertThat(words("the| qui|ck| fox", Words.Edge.NONE)).containsExactly(0, 1, 1, 2);
    }

    @Test
    void aPunctuationMarkIsAWordOfItsOwn() {
        assertThat(words("don|'|t|, he| said", Words.Edge.NONE)).containsExactly(0, 1, 2, 3, 4);
        assertThat(words("na|i\u0308|ve", Words.Edge.NONE)).containsExactly(0, 0, 0);
    }

    @Test
    void everyTokenIsAWordInAScriptWithoutSpaces() {
        assertThat(words("東京|の|天気", Words.Edge.NONE)).containsExactly(0, 1, 2);
        assertThat(words("приве|т", Words.Edge.NONE)).containsExactly(0, 0);
    }

    @Test
    void continuationMarksOfAVocabularyAreHonoured() {
        assertThat(words("a|b|c", Words.Edge.BEGINS)).containsExactly(0, 1, 2);
        assertThat(words("a|b|c", Words.Edge.ENDS)).containsExactly(0, 1, 2);
        assertThat(words("東|京", Words.Edge.CONTINUES)).containsExactly(0, 0);
    }
}
