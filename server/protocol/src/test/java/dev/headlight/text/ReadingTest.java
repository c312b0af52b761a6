package dev.headlight.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class ReadingTest {
    private static Reading read(String text) {
        return Reading.ofCode(text, Blanks.find(text), "[MASK]");
    }

    private static void check(String text, String expected) {
        assertThat(read(text).text()).isEqualTo(expected);
    }

    @Test
    void aPlainLineStaysAsItIs() {
        check("  The cat  sat. ", "  The cat  sat. ");
        check("int a = b * c; // the product", "int a = b * c; // the product");
    }

    @Test
    void aJavadocCommentReadsAsItsSentences() {
        check(
                "/**\n * Returns the ____\n * of two.\n *\n * @param a one\n */",
                "Returns the [MASK] of two. @param a one");
    }

    @Test
    void lineCommentsReadAsOneText() {
        check("    // The quick\n    // brown fox", "The quick brown fox");
        check("# The quick\r\n# brown fox", "The quick brown fox");
        check("-- The quick\r-- brown fox", "The quick brown fox");
        check("<!-- The quick\n     brown fox -->", "The quick brown fox");
        check("/// The quick\n//! brown fox", "The quick brown fox");
    }

    @Test
    void aMarginNeedsSpaceBehindItSoThatEmphasisAndNegativesStay() {
        check("*very* good\n--5 is five", "*very* good --5 is five");
    }

    @Test
    void anEmptyLineBeginsAParagraph() {
        Reading reading = read("# Title\n\nOne\ntwo.\n\n\nThree.");
        assertThat(reading.text()).isEqualTo("Title One two. Three.");
        assertThat(reading.paragraphs()).containsExactly(6, 15);
    }

    @Test
    void nothingButMarginsReadsAsNothing() {
        check("/**\n *\n */", "");
        check("\n\n", "");
    }

    @Test
    void blanksStandAsTheMaskTokenAndKnowTheirPlace() {
        String text = "// made a ______\n// never <mask>";
        Reading reading = Reading.ofCode(text, Blanks.find(text), "[MASK]");
        assertThat(reading.text()).isEqualTo("made a [MASK] never [MASK]");
        assertThat(reading.blanks())
                .extracting(b -> reading.original(b).of(text))
                .containsExactly("______", "<mask>");
    }

    @Test
    void everySpanLeadsBackToTheOriginal() {
        String text = "/* naïve\r\n * café 🙂 東京 */";
        Reading reading = read(text);
        for (String word : List.of("naïve", "café", "🙂", "東京")) {
            int at = reading.text().indexOf(word);
            assertThat(reading.original(new Span(at, at + word.length())).of(text))
                    .isEqualTo(word);
        }
    }

    @RepeatedTest(200)
    void anyTextReadsWithoutLosingTrack(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        String[] pieces = {
            "a", "東", "🙂", " ", "\n", "\r\n", "\r", "*", "/", "//", "/*", "*/", "#", "--", "-->", "<!--", "____",
            "[MASK]", "\t", "\uD83D", "\0"
        };
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(40); i > 0; i--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        String original = text.toString();
        Reading reading = read(original);
        int before = 0;
        for (int i = 0; i < reading.text().length(); i++) {
            Span place = reading.original(new Span(i, i + 1));
            assertThat(place.start()).isGreaterThanOrEqualTo(before);
            assertThat(place.end()).isLessThanOrEqualTo(original.length());
            before = place.start();
            boolean copied = place.length() == 1 && reading.blanks().stream().noneMatch(b -> b.contains(place.start()));
            char unit = reading.text().charAt(i);
            if (copied && !Character.isWhitespace(unit) && "[MASK]".indexOf(unit) < 0) {
                assertThat(unit).isEqualTo(original.charAt(place.start()));
            }
        }
    }
}
