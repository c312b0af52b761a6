package dev.headlight.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlanksTest {
    /** Cases that the VS Code extension's own rules are tested with, too. */
    private static List<String> shared(String kind) throws IOException {
        try (var in = BlanksTest.class.getResourceAsStream("/blanks.json")) {
            return JsonParser.parseReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .getAsJsonObject()
                    .getAsJsonArray(kind)
                    .asList()
                    .stream()
                    .map(JsonElement::getAsString)
                    .toList();
        }
    }

    @Test
    void blanksAndWordsAreThoseOfTheCasesSharedWithTheExtension() throws IOException {
        for (String marked : shared("blanks")) {
            StringBuilder found = new StringBuilder(marked.replaceAll("[«»]", ""));
            List<Span> blanks = new ArrayList<>(Blanks.find(found.toString()));
            Collections.reverse(blanks);
            blanks.forEach(blank -> found.insert(blank.end(), "»").insert(blank.start(), "«"));
            assertThat(found).hasToString(marked);
        }
        assertThat(shared("fieldsAndRules"))
                .isNotEmpty()
                .allMatch(text -> Prose.blanks(text, "plaintext", Prose.pieces(text, "plaintext"))
                        .isEmpty());
        assertThat(shared("words")).isNotEmpty().allMatch(Blanks::isWord);
        assertThat(shared("noWords")).isNotEmpty().noneMatch(Blanks::isWord);
    }

    private static List<String> blanks(String text) {
        return Blanks.find(text).stream().map(blank -> blank.of(text)).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a [MASK] b",
                "a <mask> b",
                "a ___ b",
                "a ______, b",
                "“____” he said",
                "____",
                "(___)",
                "naïve 🙂 ____ 東京",
                "Math.[MASK](left)",
                "\t____\r\n"
            })
    void maskTokensAndUnderscoresThatStandAloneAreBlanks(String text) {
        assertThat(blanks(text)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a __ b", "__init__", "snake___case", "___x", "x___", "é___", "___1", "[mask]", "[MASK"})
    void whatBelongsToAWordIsNone(String text) {
        assertThat(blanks(text)).isEmpty();
    }

    @Test
    void blanksComeInOrder() {
        assertThat(blanks("The ____ saw [MASK] and <mask>.")).containsExactly("____", "[MASK]", "<mask>");
    }

    @Test
    void theModelsOwnMaskTokenIsABlankToo() {
        String text = "a {blank} and ___";
        assertThat(Blanks.find(text, "{blank}"))
                .extracting(blank -> blank.of(text))
                .containsExactly("{blank}", "___");
    }

    @ParameterizedTest
    @ValueSource(strings = {"quick", "naïve", "don't", "don’t", "well-known", "42", "東京"})
    void aWordMayHaveApostrophesAndHyphensInside(String text) {
        assertThat(Blanks.isWord(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two words", "quick ", "-known", "well-", "a.", "[MASK]", "____", "🙂"})
    void whatHasMoreOrLessThanOneWordIsNone(String text) {
        assertThat(Blanks.isWord(text)).isFalse();
    }

    @Test
    void aModelsOwnMaskTokenIsABlankUnlessItIsPartOfOne() {
        assertThat(Blanks.find("a ## b ____ ## c ##", "##"))
                .extracting(Span::start)
                .containsExactly(2, 7, 12, 17);
        assertThat(Blanks.find("a [MASK] b K", "K")).extracting(Span::start).containsExactly(2, 11);
    }

    @Test
    @Timeout(10)
    void manyBlanksOfTwoKindsTakeLinearTime() {
        assertThat(Blanks.find("____ ## ".repeat(200_000), "##")).hasSize(400_000);
    }
}
