package dev.headlight.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headlight.text.Span;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentTest {
    private static Document text(String text) {
        return document("plaintext", text);
    }

    private static Document document(String language, String text) {
        return new Document("file:///a", language, 1, text, PositionEncoding.UTF16);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "0, 2, 2",
        "0, 99, 2",
        "1, 0, 4",
        "1, 3, 7",
        "2, 0, 8",
        "3, 0, 9",
        "3, 99, 11",
        "99, 0, 11",
        "-1, 0, 0",
        "0, -5, 0",
        "1, 2147483647, 7"
    })
    void aPositionBeyondItsLineIsAtTheLinesEnd(int line, int character, int offset) {
        assertThat(text("ab\r\nc🙂\n\rdé").offset(new TextPosition(line, character)))
                .isEqualTo(offset);
    }

    @Test
    void everyOffsetRoundTripsThroughItsPosition() {
        Document document = text("ab\r\nc🙂\n\rdé\n");
        for (int offset = 0; offset <= document.text().length(); offset++) {
            boolean insideBreak = offset == 3;
            if (!insideBreak) {
                assertThat(document.offset(document.position(offset))).isEqualTo(offset);
            }
        }
    }

    @RepeatedTest(100)
    void anySequenceOfEditsGivesTheEditorsText(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        String[] pieces = {"a", "🙂", "\n", "\r\n", "\r", "____", "東"};
        StringBuilder editor = new StringBuilder("one\r\ntwo\n");
        Document document = text(editor.toString());
        for (int edit = 0; edit < 30; edit++) {
            int from = random.nextInt(editor.length() + 1);
            int to = from + random.nextInt(editor.length() - from + 1);
            String piece = pieces[random.nextInt(pieces.length)].repeat(random.nextInt(3));
            editor.replace(from, to, piece);
            document = document.replaced(new Span(from, to), piece, edit);
            assertThat(document.text()).isEqualTo(editor.toString());
            assertThat(document.position(editor.length()).line())
                    .isEqualTo(editor.toString().split("\r\n|\r|\n", -1).length - 1);
        }
    }

    @Test
    void programsHaveBlanksInCommentsAndStringsOnly() {
        String code = "int x = mask[MASK]; // the [MASK] one\nString s = \"a ____ b\"; int ____ = 2;";
        Document document = document("java", code);
        assertThat(document.blanks())
                .extracting(Span::start)
                .containsExactly(code.indexOf("[MASK] one"), code.indexOf("____ b"));
    }

    @Test
    void aMarkdownRuleIsNotABlank() {
        Document document = document("markdown", "A ____ here.\n\n  ______  \n\n____ there");
        assertThat(document.blanks()).extracting(Span::start).containsExactly(2, 26);
    }

    @Test
    void aPassageIsTheProseAroundABlank() {
        String code = "foo();\n// The first ____\n// line.\nbar(); // Another ____";
        Document document = document("java", code);
        List<String> passages = document.blanks().stream()
                .map(blank -> document.passage(blank).of(code))
                .toList();
        assertThat(passages).containsExactly("// The first ____\n// line.", "// Another ____");
    }

    @Test
    void aPassageIsTheParagraphThatIsInspected() {
        Document document = text("A title.\n\nHe opened\nthe ____.\n\nThe end.");
        Span blank = document.blanks().get(0);
        assertThat(document.passage(blank)).isEqualTo(document.paragraph(blank.start()));
        assertThat(document.passage(new Span(9, 9)).of(document.text())).isEqualTo(document.text());
    }

    @Test
    void aPassageOfALargeDocumentIsTheLinesWithinReach() {
        String line = "The ship sailed over the sea.\n";
        Document document = text(line.repeat(2000) + "He opened the ____ here.\n" + line.repeat(2000));
        Span blank = document.blanks().get(0);
        Span passage = document.passage(blank);
        assertThat(passage.contains(blank)).isTrue();
        assertThat(passage.length()).isBetween(11_000, 12_100);
        assertThat(passage.of(document.text())).startsWith("The ship").endsWith("sea.\n");
    }

    @Test
    void aParagraphEndsAtEmptyLines() {
        Document document = text("One\ntwo.\n\nThree\nfour.\n \nFive.");
        assertThat(document.paragraph(12).of(document.text())).isEqualTo("Three\nfour.");
        assertThat(document.paragraph(0).of(document.text())).isEqualTo("One\ntwo.");
        assertThat(document.paragraph(30).of(document.text())).isEqualTo("Five.");
        assertThat(document.paragraph(9).of(document.text())).isEmpty();
    }

    @Test
    void anEmptyDocumentHasOneEmptyLine() {
        Document document = text("");
        assertThat(document.offset(new TextPosition(3, 3))).isZero();
        assertThat(document.position(0)).isEqualTo(new TextPosition(0, 0));
        assertThat(document.blanks()).isEmpty();
        assertThat(document.paragraph(0).length()).isZero();
    }
}
