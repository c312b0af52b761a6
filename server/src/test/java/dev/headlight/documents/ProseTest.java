package dev.headlight.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ProseTest {
    private static List<String> prose(String language, String text) {
        return Prose.of(text, language).stream().map(piece -> piece.of(text)).toList();
    }

    @Test
    void aTextDocumentIsAllProse() {
        assertThat(prose("markdown", "# A\n`b`")).containsExactly("# A\n`b`");
    }

    @Test
    void consecutiveLineCommentsAreOnePiece() {
        assertThat(prose("java", "a();\n  // one\n  // two\nb(); // three"))
                .containsExactly("// one\n  // two", "// three");
        assertThat(prose("python", "# one\r\n# two\r\nx = 1")).containsExactly("# one\r\n# two");
        assertThat(prose("sql", "-- one\nSELECT 1 -- two")).containsExactly("-- one", "-- two");
    }

    @Test
    void blockCommentsAndStringsArePieces() {
        assertThat(prose("java", "/* a\n * b */ x(\"c \\\" d\", 'e');"))
                .containsExactly("/* a\n * b */", "c \\\" d", "e");
        assertThat(prose("python", "\"\"\"doc\nmore\"\"\"\ny = 'z'")).containsExactly("\"\"\"doc\nmore\"\"\"", "z");
    }

    @Test
    void aLoneQuoteStartsNothing() {
        assertThat(prose("rust", "fn f<'a>(x: i32) { }\n// it's here")).containsExactly("// it's here");
    }

    @Test
    void anUnclosedBlockExtendsToTheEnd() {
        assertThat(prose("java", "x /* never closed")).containsExactly("/* never closed");
    }

    @RepeatedTest(100)
    void piecesAreInOrderAndWithinAnyText(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        String[] tokens = {"//", "/*", "*/", "\"", "'", "\\", "\n", "\r\n", "a", " ", "#", "`", "\"\"\"", "<!--", "-->"
        };
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(60); i > 0; i--) {
            text.append(tokens[random.nextInt(tokens.length)]);
        }
        int before = 0;
        for (var piece : Prose.of(text.toString(), "java")) {
            assertThat(piece.start()).isGreaterThanOrEqualTo(before);
            assertThat(piece.end()).isLessThanOrEqualTo(text.length());
            before = piece.end();
        }
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.SECONDS)
    void aHugeLineTakesLinearTime() {
        assertThat(prose("javascript", "f(\"a\",'b');".repeat(200_000))).hasSize(400_000);
        assertThat(prose("javascript", "f('a".repeat(500_001))).hasSize(250_000);
    }
}
