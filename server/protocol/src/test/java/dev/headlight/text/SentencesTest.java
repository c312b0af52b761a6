package dev.headlight.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SentencesTest {
    private static List<String> sentences(String text) {
        Reading reading = Reading.ofCode(text, List.of(), "[MASK]");
        return Sentences.of(reading).stream()
                .map(s -> s.of(reading.text()).strip())
                .toList();
    }

    @Test
    void sentencesEndAtFullStops() {
        assertThat(sentences("One is here. Two is there! Is three? Yes."))
                .containsExactly("One is here.", "Two is there!", "Is three?", "Yes.");
    }

    @Test
    void aParagraphEndsASentence() {
        assertThat(sentences("A title\n\nThe text goes\non here."))
                .containsExactly("A title", "The text goes on here.");
    }

    @Test
    void japaneseSentencesEndToo() {
        assertThat(sentences("東京です。大阪です。")).containsExactly("東京です。", "大阪です。");
    }

    @Test
    void togetherTheyCoverTheText() {
        Reading reading = Reading.of("One. Two.\n\nThree. ", List.of(), "[MASK]");
        int at = 0;
        for (Span sentence : Sentences.of(reading)) {
            assertThat(sentence.start()).isEqualTo(at);
            at = sentence.end();
        }
        assertThat(at).isEqualTo(reading.text().length());
    }
}
