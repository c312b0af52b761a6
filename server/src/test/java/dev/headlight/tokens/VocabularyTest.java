package dev.headlight.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VocabularyTest {
    private final Vocabulary vocabulary = Vocabulary.parse(
            "{\"added_tokens\":[{\"id\":0,\"content\":\"[MASK]\"}],\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":"
                    + "[{\"type\":\"NFC\"},{\"type\":\"Lowercase\"}]},\"model\":{\"type\":\"WordPiece\",\"vocab\":"
                    + "{\"[MASK]\":0,\"cat\":1,\"##ing\":2,\",\":3,\"1999\":4,\"é\":6}}}",
            Path.of("tokenizer.json"));

    @Test
    void wordsAreWholeAndHoldALetterOrADigit() {
        assertThat(vocabulary.word(1, true)).contains("cat");
        assertThat(vocabulary.word(4, true)).contains("1999");
        assertThat(vocabulary.word(6, true)).contains("é");
    }

    @Test
    void piecesPunctuationSpecialTokensAndGapsAreNoWords() {
        for (int id : new int[] {0, 2, 3, 5, 99}) {
            assertThat(vocabulary.word(id, true)).as("id " + id).isEqualTo(Optional.empty());
        }
    }

    @Test
    void aContinuationsSurfaceIsWhatItAddsToAWord() {
        assertThat(vocabulary.surface(2)).isEqualTo("ing");
        assertThat(vocabulary.piece(2)).isEqualTo("##ing");
    }

    @Test
    void aNormalizerInASequenceMakesItUncased() {
        assertThat(vocabulary.uncased()).isTrue();
        assertThat(vocabulary.size()).isEqualTo(7);
    }
}
