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
    void aPieceThatEndsAWordIsAWord() {
        Vocabulary vocabulary = Vocabulary.parse(
                "{\"model\":{\"type\":\"BPE\",\"end_of_word_suffix\":\"</w>\","
                        + "\"vocab\":{\"kot</w>\":0,\"ko\":1,\"!</w>\":2},\"merges\":[]}}",
                Path.of("tokenizer.json"));
        assertThat(vocabulary.word(0, true)).contains("kot");
        assertThat(vocabulary.word(0, false)).contains("kot");
        assertThat(vocabulary.word(1, true)).isEmpty();
        assertThat(vocabulary.word(2, true)).isEmpty();
        assertThat(vocabulary.surface(0)).isEqualTo("kot");
    }

    @Test
    void wordsAreWholeAndContainALetterOrADigit() {
        assertThat(vocabulary.word(1, true)).contains("cat");
        assertThat(vocabulary.word(4, true)).contains("1999");
        assertThat(vocabulary.word(6, true)).contains("é");
    }

    @Test
    void piecesPunctuationSpecialTokensAndGapsAreNotWords() {
        for (int id : new int[] {0, 2, 3, 5, 99}) {
            assertThat(vocabulary.word(id, true)).as("id " + id).isEqualTo(Optional.empty());
        }
    }

    @Test
    void theSurfaceOfAContinuationIsWhatItAddsToAWord() {
        assertThat(vocabulary.surface(2)).isEqualTo("ing");
        assertThat(vocabulary.piece(2)).isEqualTo("##ing");
    }

    @Test
    void aNormalizerInASequenceMakesItUncased() {
        assertThat(vocabulary.uncased()).isTrue();
        assertThat(vocabulary.size()).isEqualTo(7);
    }

    private static Vocabulary of(String model, String preTokenizer) {
        return Vocabulary.parse(
                "{\"added_tokens\":[{\"id\":0,\"content\":\"<mask>\"}],\"pre_tokenizer\":" + preTokenizer
                        + ",\"model\":" + model + "}",
                Path.of("tokenizer.json"));
    }

    @Test
    void aByteLevelWordIncludesThePrecedingSpace() {
        Vocabulary bytes = of(
                "{\"type\":\"BPE\",\"vocab\":{\"<mask>\":0,\"Ġcat\":1,\"cat\":2,\"Ġ,\":3,\"ĠcafÃ©\":4,\"Ã\":5,\"Ġ\":6}}",
                "{\"type\":\"ByteLevel\",\"add_prefix_space\":false}");
        assertThat(bytes.word(1, true)).contains("cat");
        assertThat(bytes.word(1, false)).isEmpty();
        assertThat(bytes.word(2, true)).isEmpty();
        assertThat(bytes.word(2, false)).contains("cat");
        assertThat(bytes.word(4, true)).contains("café");
        for (int id : new int[] {0, 3, 5, 6}) {
            assertThat(bytes.word(id, true)).as("id " + id).isEmpty();
        }
        assertThat(bytes.text(1)).contains(" cat");
        assertThat(bytes.text(5)).isEmpty();
        assertThat(bytes.surface(4)).isEqualTo("café");
        assertThat(bytes.spaceFirst()).isFalse();
    }

    @Test
    void aSentencePieceWordIncludesThePrecedingSpace() {
        Vocabulary pieces = of(
                "{\"type\":\"Unigram\",\"vocab\":[[\"<mask>\",0],[\"▁cat\",-1],[\"ing\",-2],[\"<0x0A>\",-3],[\"▁\",-4]]}",
                "{\"type\":\"Metaspace\",\"replacement\":\"▁\",\"add_prefix_space\":true}");
        assertThat(pieces.word(1, true)).contains("cat");
        assertThat(pieces.word(2, true)).isEmpty();
        assertThat(pieces.word(2, false)).contains("ing");
        assertThat(pieces.text(3)).isEmpty();
        assertThat(pieces.word(4, true)).isEmpty();
        assertThat(pieces.spaceFirst()).isTrue();
    }
}
