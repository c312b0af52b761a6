package dev.headlight.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.headlight.UserException;
import dev.headlight.hub.Hub;
import dev.headlight.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CasingTest {
    private static final Path EMBEDDED = Hub.locate(Hub.EMBEDDED);

    @TempDir
    Path temp;

    private Casing of(Path folder) {
        try (Tokenizer tokenizer = Tokenizer.load(folder)) {
            return Casing.of(folder, tokenizer.vocabulary(), EMBEDDED);
        }
    }

    /** The embedded model's tokenizer without its casing: what bert-base-uncased and others come with. */
    private JsonObject bertBaseUncased() throws IOException {
        return JsonParser.parseString(Files.readString(EMBEDDED.resolve("tokenizer.json")))
                .getAsJsonObject();
    }

    private void write(JsonObject tokenizer) throws IOException {
        Files.writeString(temp.resolve("tokenizer.json"), tokenizer.toString());
    }

    @ParameterizedTest
    @CsvSource({"paris, Paris", "i, I", "api, API", "monday, Monday", "iphone, iPhone", "tea, tea", "the, the"})
    void wordsAreCasedAsInsideSentences(String word, String written) {
        assertThat(of(EMBEDDED).written(word)).isEqualTo(written);
    }

    @Test
    void capitalsComeFromTheWordOrFromItsPosition() {
        Casing casing = of(EMBEDDED);
        assertThat(List.of("Paris", "I", "API")).allMatch(casing::isOwn);
        assertThat(List.of("The", "tea", "PARIS", "paris")).noneMatch(casing::isOwn);
    }

    @Test
    void anEnglishVocabularyWithoutACasingFileUsesTheEmbeddedOne() throws IOException {
        write(bertBaseUncased());
        assertThat(of(temp).written("paris")).isEqualTo("Paris");
    }

    @Test
    void aCheckpointsOwnFileTakesPrecedence() throws IOException {
        write(bertBaseUncased());
        Files.writeString(temp.resolve("casing.json"), "{\"tea\": \"TEA\"}");
        assertThat(of(temp).written("tea")).isEqualTo("TEA");
        assertThat(of(temp).written("paris")).isEqualTo("paris");
    }

    @Test
    void aCasedVocabularyNeedsNone() throws IOException {
        JsonObject cased = bertBaseUncased();
        cased.getAsJsonObject("normalizer").addProperty("lowercase", false);
        write(cased);
        assertThat(of(temp).written("paris")).isEqualTo("paris");
    }

    @Test
    void aVocabularyOfManyLanguagesIsNotEnglish() throws IOException {
        JsonObject many = bertBaseUncased();
        JsonObject vocab = many.getAsJsonObject("model").getAsJsonObject("vocab");
        int size = vocab.size();
        for (int i = 0; i < size / 4; i++) {
            vocab.addProperty("слово" + i, size + i);
        }
        write(many);
        assertThat(of(temp).written("paris")).isEqualTo("paris");
    }

    @Test
    void aVocabularyOfAnotherLanguageIsNotEnglish() throws IOException {
        JsonObject other = bertBaseUncased();
        JsonObject vocab = other.getAsJsonObject("model").getAsJsonObject("vocab");
        for (String word : List.of("although", "enough", "neither", "whether")) {
            vocab.addProperty(word + "x", vocab.remove(word).getAsInt());
        }
        write(other);
        assertThat(of(temp).written("paris")).isEqualTo("paris");
    }

    @Test
    void aTinyVocabularyIsNotEnglish() {
        assertThat(of(Golden.folder("bert")).written("i")).isEqualTo("i");
    }

    @Test
    void anEnglishSentencePieceVocabularyUsesTheEmbeddedFileToo() throws IOException {
        JsonObject bert = bertBaseUncased().getAsJsonObject("model").getAsJsonObject("vocab");
        List<String> pieces = bert.keySet().stream()
                .filter(piece -> piece.matches("[a-z]+"))
                .map(piece -> "▁" + piece)
                .toList();
        JsonArray unigrams = new JsonArray();
        IntStream.range(0, pieces.size()).forEach(i -> {
            JsonArray unigram = new JsonArray();
            unigram.add(pieces.get(i));
            unigram.add(-1.0 - i);
            unigrams.add(unigram);
        });
        JsonObject model = new JsonObject();
        model.addProperty("type", "Unigram");
        model.add("vocab", unigrams);
        JsonObject tokenizer = new JsonObject();
        tokenizer.add("normalizer", JsonParser.parseString("{\"type\": \"Lowercase\"}"));
        tokenizer.add("model", model);
        Vocabulary vocabulary = Vocabulary.parse(tokenizer.toString(), temp);
        assertThat(Casing.of(temp, vocabulary, EMBEDDED).written("paris")).isEqualTo("Paris");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"paris\": \"London\"}", "{\"paris\": 1}", "{\"Paris\": \"Paris\"}", "[]", "{", ""})
    void aMalformedFileIsAClearError(String json) throws IOException {
        write(bertBaseUncased());
        Files.writeString(temp.resolve("casing.json"), json);
        assertThatThrownBy(() -> of(temp))
                .isInstanceOf(UserException.class)
                .message()
                .contains("casing.json")
                .matches("[^\\n]+[.]");
    }
}
